"""Kinds of documents, their numbers, and the lines that make up each sum. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from payments.escrow import PartAmounts


class DocumentKind(StrEnum):
    """What is issued about money; each kind is a series of numbers of its own."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    STATEMENT = "statement"
    CORRECTION = "correction"


SERIES: Mapping[DocumentKind, str] = {
    DocumentKind.INVOICE: "INV",
    DocumentKind.CREDIT_NOTE: "CN",
    DocumentKind.STATEMENT: "SBS",
    DocumentKind.CORRECTION: "SBC",
}
"""Invoice and credit note go to the brand, self-billed statement and its correction to the influencer."""

MARK = "-"
"""Stands between the letters of a series and what a restore added to them."""

FOR_BRAND = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


class LineKey(StrEnum):
    WORK = "work"
    FEE = "fee"
    TAX = "tax"
    PAID_BACK = "paid_back"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `title` is the name of a piece of work as the parties wrote it, `number` its place, `kind` what it is."""

    key: LineKey
    amount_minor: int
    title: str = ""
    number: int = 0
    kind: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self) | {"key": str(self.key)}


@dataclass(frozen=True, slots=True)
class Piece:
    """One deliverable's amounts as the quote fixed them."""

    number: int
    title: str
    net_minor: int
    fee_minor: int
    tax_minor: int
    kind: str = ""


def number_text(series: str, year: int, sequence: int) -> str:
    """Return the number that stands on the document, e.g. "INV-2026-000012", or "INV-2026-R11280230-000012" after a restore."""
    kind, *mark = series.split(MARK)
    return MARK.join((kind, str(year), *mark, f"{sequence:06d}"))


def marked_series(kind: DocumentKind, moment: datetime) -> str:
    """Return the series of a kind that begins after a restore at that moment, which nobody can have used before.

    Those of one year sort by their moments, behind the plain one.
    """
    return f"{SERIES[kind]}{MARK}R{moment:%m%d%H%M}"


def is_marked(series: str) -> bool:
    """Tell whether a series began after a restore."""
    return MARK in series


def invoice_lines(pieces: Sequence[Piece]) -> tuple[Line, ...]:
    """Return what a brand pays for: every piece, the fee, the tax on the fee (also when it is nothing)."""
    return (
        *(Line(LineKey.WORK, piece.net_minor, piece.title, piece.number, piece.kind) for piece in pieces),
        Line(LineKey.FEE, sum(piece.fee_minor for piece in pieces)),
        Line(LineKey.TAX, sum(piece.tax_minor for piece in pieces)),
    )


def credit_lines(piece: Piece, back: PartAmounts | None, *, amount_minor: int) -> tuple[Line, ...]:
    """Return what goes back of a piece: of its net, fee and tax as it was booked, or one line for any other sum."""
    if back is None or back.total_minor != amount_minor:
        return (Line(LineKey.PAID_BACK, amount_minor, piece.title, piece.number, piece.kind),)
    lines = (
        Line(LineKey.WORK, back.net_minor, piece.title, piece.number, piece.kind),
        Line(LineKey.FEE, back.fee_minor),
        Line(LineKey.TAX, back.tax_minor),
    )
    return tuple(line for line in lines if line.amount_minor or line.key is LineKey.TAX)


def digest(content: Mapping[str, Any]) -> str:
    """Return SHA-256 over the canonical JSON of a document's content, in hex."""
    canonical = json.dumps(dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
