"""Cursors of the API: opaque texts in the body of a page, checked before anything is read."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from marshmallow import fields

from marketplace.cursors import Cursor
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema_fields import (
    MESSAGES,
    YEARS,
    QueryNumber,
    QuerySchema,
)

PAGE_MAX = 100
PAGE = 20
PLACE_MAX = 100_000
ROW_ID = re.compile(r"[0-9a-z]{1,40}")
_PLACE = re.compile(r"from ([0-9]{1,6})")
_ROW = re.compile(r"below ([0-9]{1,15})")
BAD_CURSOR = _(
    "This cursor is not one of ours. Leave it out to begin anew, or send the next_cursor of the page before."
)


def place_text(place: int) -> str:
    """Return the cursor of a place in a list that is read by number."""
    return _encoded(f"from {place}")


def find_place(text: str) -> int | None:
    """Return the place that a cursor names, or None when it is none of ours."""
    found = _PLACE.fullmatch(_decoded(text))
    return int(found[1]) if found and int(found[1]) <= PLACE_MAX else None


def find_row(text: str) -> int | None:
    """Return the number of the row that a cursor names, or None when it is none of ours."""
    found = _ROW.fullmatch(_decoded(text))
    return int(found[1]) if found else None


def _encoded(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _decoded(text: str) -> str:
    """Return what a cursor holds; empty for what is none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (ValueError, binascii.Error):
        return ""


class TimeCursor(fields.String):
    """A cursor of a list that runs from new to old."""

    default_error_messages = MESSAGES | {"invalid": BAD_CURSOR, "bad": BAD_CURSOR}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        cursor = Cursor.find(text) if text.isascii() else None
        is_ours = (
            cursor is not None
            and cursor.at.year in YEARS
            and cursor.at.astimezone(UTC).year in YEARS
            and ROW_ID.fullmatch(cursor.id) is not None
        )
        if not is_ours:
            raise self.make_error("bad")
        return text


class NumberCursor(fields.String):
    """A cursor that names a number, which `find` reads; loads as that number."""

    default_error_messages = MESSAGES | {"invalid": BAD_CURSOR, "bad": BAD_CURSOR}

    def __init__(self, find: Callable[[str], int | None], **options: Any) -> None:
        super().__init__(**options)
        self._find = find

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        number = self._find(text) if text.isascii() else None
        if number is None:
            raise self.make_error("bad")
        return number


def _limit() -> QueryNumber:
    return QueryNumber(
        least=1, most=PAGE_MAX, load_default=PAGE, metadata={"description": "Items of a page, at most 100."}
    )


class TimePageQuery(QuerySchema):
    """Which page of a list that runs from new to old."""

    cursor = TimeCursor(load_default=None, metadata={"description": "`next_cursor` of the page before."})
    limit = _limit()


class PlacePageQuery(QuerySchema):
    """Which page of a list that is read by number."""

    cursor = NumberCursor(
        find_place, load_default=0, metadata={"description": "`next_cursor` of the page before."}
    )
    limit = _limit()


class RowPageQuery(QuerySchema):
    """Which page of a list that runs from the newest numbered row to the oldest."""

    cursor = NumberCursor(
        find_row, load_default=0, metadata={"description": "`next_cursor` of the page before."}
    )
    limit = _limit()


def place_page(rows: Sequence[Any], *, place: int, limit: int) -> dict[str, Any]:
    """Return the page of `limit` rows out of `limit + 1` that were read from `place` on."""
    is_more = len(rows) > limit and place + limit <= PLACE_MAX
    return {"items": list(rows[:limit]), "next_cursor": place_text(place + limit) if is_more else None}


def row_page(items: Sequence[Any], *, last: Any) -> dict[str, Any]:
    """Return a page of a list of numbered rows, newest first; `last` is its last row when more follow, else None."""
    return {"items": list(items), "next_cursor": _encoded(f"below {last.id}") if last is not None else None}


def time_page(items: Sequence[Any], *, last: Any) -> dict[str, Any]:
    """Return a page of a list from new to old; `last` is its last row when more rows follow, else None."""
    following = Cursor(last.created_at, last.id).as_text() if last is not None else None
    return {"items": list(items), "next_cursor": following}
