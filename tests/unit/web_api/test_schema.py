"""Strict fields, and the way from views to JSON values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from marshmallow import ValidationError

from marketplace.web.schema import AnswerSchema, moment_out, page_of, plain, text_out
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    Day,
    Flag,
    ListOf,
    Moment,
    QueryNumber,
    Text,
    WholeNumber,
    money_in,
)
from marketplace.web.strict_input import flat


class Body(BodySchema):
    number = WholeNumber(least=1, most=100)
    text = Text(least=1, most=5)
    flag = Flag()
    day = Day()
    at = Moment()
    word = Choice(("red", "blue"))
    price = money_in()
    tags = ListOf(Text(most=5), most=2)
    asked = QueryNumber(least=1, most=9)


@dataclass(frozen=True)
class Line:
    net_minor: int | None
    title: str


@dataclass(frozen=True)
class Card:
    currency: str
    total_minor: int
    lines: tuple[Line, ...]


@pytest.fixture(autouse=True)
def _request(site):
    with site.test_request_context("/api/v1/"):
        yield


def wrong(**body):
    with pytest.raises(ValidationError) as caught:
        Body().load(body)
    return set(caught.value.messages_dict)


class TestBody:
    @pytest.mark.parametrize("value", [5, 5.0, 100])
    def test_takes_whole_numbers(self, value):
        loaded = Body().load({"number": value})["number"]
        assert (loaded, type(loaded)) == (value, int)

    @pytest.mark.parametrize(
        "value", [5.7, "5", True, None, 0, 101, float("inf"), float("nan"), [5], 10**400]
    )
    def test_refuses_other_numbers(self, value):
        assert wrong(number=value) == {"number"}

    @pytest.mark.parametrize("value", ["", "  ", "abcdef", 5, None, "\ud800", "\u202e"])
    def test_refuses_text_that_is_none_or_too_long(self, value):
        assert wrong(text=value) == {"text"}

    def test_cleans_text(self):
        assert Body().load({"text": " a\x00b\u202e "})["text"] == "ab"

    @pytest.mark.parametrize("value", ["true", 1, 0, "yes", None])
    def test_refuses_what_looks_like_a_flag(self, value):
        assert wrong(flag=value) == {"flag"}

    @pytest.mark.parametrize("value", ["2026-02-30", "20260201", "2026-W01-1", "1999-01-01", 5, "٢٠٢٦-٠١-٠١"])
    def test_refuses_days_that_are_none(self, value):
        assert wrong(day=value) == {"day"}

    def test_takes_days(self):
        assert Body().load({"day": "2026-03-01"})["day"] == date(2026, 3, 1)

    @pytest.mark.parametrize(
        "value", ["2026-03-01", "2026-03-01T09:00:00", "2026-03-01T25:00:00Z", "0001-01-01T00:00:00+14:00", 5]
    )
    def test_refuses_times_without_offset_or_sense(self, value):
        assert wrong(at=value) == {"at"}

    @pytest.mark.parametrize("value", ["2026-03-01T12:00:00+03:00", "2026-03-01t09:00:00.000z"])
    def test_takes_times_in_utc(self, value):
        assert Body().load({"at": value})["at"] == datetime(2026, 3, 1, 9, tzinfo=UTC)

    def test_refuses_unknown_fields_words_and_long_lists(self):
        assert wrong(other=1, word="green", tags=["a", "b", "c"]) == {"other", "word", "tags"}

    @pytest.mark.parametrize(
        "price",
        [
            5,
            {},
            {"amount_minor": 5},
            {"amount_minor": 5, "currency": "XXX"},
            {"amount_minor": 5, "currency": "SAR", "x": 1},
        ],
    )
    def test_refuses_amounts_without_currency(self, price):
        assert wrong(price=price) == {"price"}

    @pytest.mark.parametrize("value", ["x", "1.5", "", "99999999999999999999", "٥"])
    def test_refuses_numbers_in_addresses_that_are_none(self, value):
        assert wrong(asked=value) == {"asked"}


class TestPlain:
    def test_puts_the_currency_beside_every_amount(self):
        card = Card("SAR", 300, (Line(100, "a"), Line(None, "b")))
        assert plain(card) == {
            "currency": "SAR",
            "total": {"amount_minor": 300, "currency": "SAR"},
            "lines": [
                {"net": {"amount_minor": 100, "currency": "SAR"}, "title": "a"},
                {"net": None, "title": "b"},
            ],
        }

    def test_leaves_what_was_made_plain(self):
        card = plain(Card("SAR", 300, ()))
        assert plain(card) == card

    def test_takes_the_innermost_currency(self):
        assert plain({"price_minor": 5, "currency": "KWD"}, "SAR")["price"] == {
            "amount_minor": 5,
            "currency": "KWD",
        }


class TestFlat:
    def test_names_the_path(self):
        messages = {"rows": {1: {"a/b~c": ["No.", "Never."]}}, "_schema": ["Wrong."]}
        assert flat(messages) == {"/rows/1/a~1b~0c": "No. Never.", "": "Wrong."}


class TestPageOf:
    def test_names_items_and_the_next_cursor(self):
        class ThingSchema(AnswerSchema):
            title = text_out()
            at = moment_out()

        at = datetime(2026, 3, 1, 9, tzinfo=UTC)
        page = page_of(ThingSchema)().dump(
            {"items": [{"title": "a", "at": at, "secret": 1}], "next_cursor": None}
        )
        assert page == {"items": [{"title": "a", "at": "2026-03-01T09:00:00Z"}], "next_cursor": None}
