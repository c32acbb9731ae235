"""Cursors in addresses: ours come back as they were, all others are refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from marketplace.cursors import Cursor
from marketplace.web.cursors import (
    PLACE_MAX,
    PlacePageQuery,
    TimePageQuery,
    find_place,
    place_page,
    place_text,
)

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


class TestPlaceText:
    @given(st.integers(0, PLACE_MAX))
    def test_comes_back(self, place):
        assert find_place(place_text(place)) == place

    @given(st.text())
    def test_of_anything_else_is_none_or_in_bounds(self, text):
        place = find_place(text) if text.isascii() else None
        assert place is None or 0 <= place <= PLACE_MAX


class TestPlacePage:
    @pytest.mark.parametrize("count", range(4))
    def test_ends_where_the_rows_end(self, count):
        page = place_page(list(range(count)), place=10, limit=2)
        assert page["items"] == list(range(min(count, 2)))
        assert page["next_cursor"] == (place_text(12) if count > 2 else None)


class TestQuery:
    def test_takes_our_cursors(self):
        text = Cursor(AT, "a" * 20).as_text()
        assert TimePageQuery().load({"cursor": text}) == {"cursor": text, "limit": 20}
        assert PlacePageQuery().load({"cursor": place_text(40), "limit": "5"}) == {"cursor": 40, "limit": 5}
        assert PlacePageQuery().load({}) == {"cursor": 0, "limit": 20}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "x",
            "é",
            "Zm9v",
            Cursor(AT, "").as_text(),
            Cursor(AT, "a\x00").as_text(),
            Cursor(AT.replace(year=1), "a").as_text(),
        ],
    )
    @pytest.mark.parametrize("query", [TimePageQuery, PlacePageQuery])
    def test_refuses_others_and_says_what_to_do(self, query, text):
        with pytest.raises(ValidationError) as caught:
            query().load({"cursor": text})
        assert "next_cursor" in str(caught.value.messages_dict["cursor"])
