"""One page of a long list from new to old: which rows are shown, and the addresses of the page after it and of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

from flask import url_for

from marketplace.cursors import Cursor
from marketplace.web import address_values

PAGE = 25


class Dated(Protocol):
    """A row of a list from new to old."""

    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


T = TypeVar("T", bound=Dated)


@dataclass(frozen=True, slots=True)
class Window:
    """`limit` asks for one row more than is shown, which tells whether another page follows."""

    endpoint: str
    values: dict[str, Any]
    after: str | None

    @classmethod
    def read(cls, endpoint: str, **values: Any) -> Self:
        """Read the cursor from the address; anything that is none is the beginning."""
        return cls(endpoint, values, address_values.after())

    @property
    def limit(self) -> int:
        return PAGE + 1

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows to show."""
        return rows[:PAGE]

    def links(self, rows: Sequence[Dated]) -> dict[str, str | None]:
        """Return the addresses of the next page and of the first, None where there is none."""
        is_more = len(rows) > PAGE
        last = rows[PAGE - 1] if is_more else None
        return {
            "next_url": self._url(Cursor(last.created_at, last.id).as_text()) if last is not None else None,
            "first_url": self._url(None) if self.after else None,
        }

    def _url(self, after: str | None) -> str:
        return url_for(self.endpoint, **self.values, after=after)
