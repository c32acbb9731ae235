"""Whole numbers are read in the digits and with the groups that people of either script type."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired

from marketplace.web.number_field import WholeNumberField
from marketplace.web.reading import whole_number


class Asked(Form):
    seats = WholeNumberField("Seats", [InputRequired("Needed.")], least=1, most=2_000)
    more = WholeNumberField("More", least=0, most=9, default=3)


def typed(**values):
    form = Asked(MultiDict(values))
    form.validate()
    return form


class TestWholeNumber:
    @pytest.mark.parametrize(
        "text",
        [
            "12500", "12,500", " 12,500 ", "١٢٥٠٠", "١٢٬٥٠٠", "١٢،٥٠٠", "۱۲۵۰۰", "۱۲٬۵۰۰", "12 500", "12\u202f500",
            "\u200f١٢٬٥٠٠\u200f", "12.5k", "١٢٫٥ ألف", "12.5 thousand",
        ],
    )  # fmt: skip
    def test_is_read_in_any_digits_with_thousands_grouped_or_not(self, text):
        assert whole_number(text) == 12_500

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "many",
            "1.5",
            "1.500",
            "١٫٥",
            "1,5",
            "12,50",
            "1 2",
            "1e3",
            "²",
            "٠x",
            "--1",
            "1" * 13,
            "k",
            "1.500k",
            "-5k",
            "5k or 6k",
        ],
    )
    def test_is_none_for_anything_else(self, text):
        assert whole_number(text) is None

    @pytest.mark.parametrize("text", ["-7", "\N{MINUS SIGN}٧"])
    def test_may_be_less_than_nothing(self, text):
        assert whole_number(text) == -7


class TestWholeNumberField:
    @pytest.mark.parametrize("text", ["1500", "١٬٥٠٠", "۱۵۰۰"])
    def test_holds_the_number(self, text):
        form = typed(seats=text)
        assert (form.seats.data, form.errors) == (1_500, {})

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("many", "Type a whole number."),
            ("1.5", "Type a whole number."),
            ("٠", "Choose between 1 and 2000."),
            ("2001", "Choose between 1 and 2000."),
            ("", "Needed."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, text, said):
        form = typed(seats=text)
        assert (form.seats.data, form.seats.errors[0]) == (None, said)
        assert f'value="{text}"' in form.seats()

    def test_may_be_left_empty_or_out(self):
        assert typed(seats="1", more=" ").more.data is None
        assert typed(seats="1").more.data == 3

    def test_is_drawn_as_text_that_any_keyboard_can_type(self):
        assert 'type="text"' in typed(seats="1").seats()
