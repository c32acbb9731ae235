"""The shape of an outbox handler."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.services import Services


@dataclass(frozen=True, slots=True)
class Together:
    """What handles several rows of a kind at once, where that is cheaper: at most `portion` of them, within one lease.

    When it raises, every row is handled by itself: it must bear that some of them are done already.
    """

    run: Callable[[Services, Sequence[dict[str, Any]]], None]
    portion: int = 100


@dataclass(frozen=True, slots=True)
class Handler:
    """`outside` runs before and outside any transaction (network); `inside` runs in the one that finishes the row.

    Both are idempotent: they may run again after a crash at any point. `together` does for several rows what both do for one.
    """

    inside: Callable[[Session, Services, dict[str, Any]], None] | None = None
    outside: Callable[[Services, dict[str, Any]], None] | None = None
    together: Together | None = None
