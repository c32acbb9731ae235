"""The shape of an outbox handler."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.services import Services


@dataclass(frozen=True, slots=True)
class Handler:
    """`outside` runs before and outside any transaction (network); `inside` runs in the one that finishes the row.

    Both are idempotent: they may run again after a crash at any point.
    """

    inside: Callable[[Session, Services, dict[str, Any]], None] | None = None
    outside: Callable[[Services, dict[str, Any]], None] | None = None
