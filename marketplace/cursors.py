"""Cursors of lists that run by a time, mostly from the newest on: the time and the id of the last row shown."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, or_


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended. `as_text` is what goes into an address."""

    at: datetime
    id: str

    def as_text(self) -> str:
        """Return the cursor as letters, digits, dashes and underscores."""
        plain = f"{self.at.isoformat()} {self.id}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def find(cls, text: str | None) -> Self | None:
        """Return the cursor of a text from an address, or None for none and for one that is not ours."""
        if not text:
            return None
        try:
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            at, _space, row_id = plain.partition(" ")
            moment = datetime.fromisoformat(at)
        except (ValueError, binascii.Error):
            return None
        return cls(moment if moment.tzinfo else moment.replace(tzinfo=UTC), row_id)

    def older(self, at: Any, row_id: Any) -> ColumnElement[bool]:
        """Return the condition for rows after this one in a list from new to old."""
        return or_(at < self.at, and_(at == self.at, row_id < self.id))

    def later(self, at: Any, row_id: Any) -> ColumnElement[bool]:
        """Return the condition for rows after this one in a list from the earliest to the latest."""
        return or_(at > self.at, and_(at == self.at, row_id > self.id))

    def newer(self, at: Any, row_id: Any) -> ColumnElement[bool]:
        """Return the condition for rows after this one in a list from old to new."""
        return or_(at > self.at, and_(at == self.at, row_id > self.id))
