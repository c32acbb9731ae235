"""A sheet of paper before it is drawn: the same for a page and for a PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, e.g. the number or the day."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with short lines under it, e.g. who pays."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `style` is "", "subtotal" or "total"."""

    label: str
    value: str
    note: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the paper, in the reader's language. `language` decides the direction."""

    language: str
    title: str
    number: str
    facts: Sequence[Fact]
    blocks: Sequence[Block]
    rows: Sequence[Row]
    remarks: Sequence[str] = ()
    foot: Sequence[str] = ()
    value_title: str = ""


def read_sheet(plain: Mapping[str, Any]) -> Sheet:
    """Read a sheet that was kept as JSON values (`dataclasses.asdict`)."""
    return Sheet(
        **{
            **plain,
            "facts": [Fact(**each) for each in plain["facts"]],
            "blocks": [Block(each["title"], tuple(each["lines"])) for each in plain["blocks"]],
            "rows": [Row(**each) for each in plain["rows"]],
        }
    )
