"""One page of a long list: where it begins, and the addresses of the pages beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from flask import request, url_for

PAGE = 25
OFFSET_MAX = 100_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """`limit` asks for one row more than is shown, which tells whether another page follows."""

    endpoint: str
    values: dict[str, Any]
    offset: int

    @classmethod
    def read(cls, endpoint: str, **values: Any) -> Self:
        """Read the place from the address; anything that is no place is the beginning."""
        text = request.args.get("start", "0")
        is_number = text.isascii() and text.isdigit() and len(text) < len(str(OFFSET_MAX))
        return cls(endpoint, values, int(text) if is_number else 0)

    @property
    def limit(self) -> int:
        return PAGE + 1

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows to show."""
        return rows[:PAGE]

    def links(self, rows: Sequence[Any]) -> dict[str, str | None]:
        """Return the addresses of the next and the previous page, None where there is none."""
        return {
            "next_url": self._url(self.offset + PAGE) if len(rows) > PAGE else None,
            "previous_url": self._url(max(self.offset - PAGE, 0)) if self.offset else None,
        }

    def _url(self, offset: int) -> str:
        return url_for(self.endpoint, **self.values, start=offset or None)
