"""The shape of an outbox handler."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.services import Services


@dataclass(frozen=True, slots=True)
class Handler:
    """`outside` runs before and outside any transaction (network); `inside` runs in the one that finishes the row.

    Both are idempotent: they may run again after a crash at any point. `together` is `outside` for several rows of the
    kind at once, where that is cheaper; it may only stand where `outside` stands and `inside` does not.
    """

    inside: Callable[[Session, Services, dict[str, Any]], None] | None = None
    outside: Callable[[Services, dict[str, Any]], None] | None = None
    together: Callable[[Services, Sequence[dict[str, Any]]], None] | None = None
