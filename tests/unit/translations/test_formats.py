"""Numbers, sums and times among Arabic words, in both kinds of digits."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, g, render_template_string

from marketplace.web.formats import (
    compact,
    currency_choice,
    currency_sign,
    datetime_text,
    money,
    number,
    percent,
    relative,
    signed_number,
    span,
    times,
)
from marketplace.web.language import force_locale, install_language, ngettext

MARKS = "\u200f\u200e"


def speaking(language):
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    with app.app_context(), force_locale(language):
        yield


@pytest.fixture
def arabic():
    yield from speaking("ar")


@pytest.fixture
def english():
    yield from speaking("en")


@pytest.fixture
def arabic_digits(arabic):
    g.reader = SimpleNamespace(digits="arab", time_zone="Asia/Riyadh")


def test_currencies_are_named_as_prices_name_them(arabic):
    assert currency_sign("SAR").strip(MARKS) in money(100_000, "SAR")
    assert currency_choice("SAR").startswith("ريال سعودي (ر.س")


def test_currencies_are_named_by_name_and_code(english):
    assert (currency_sign("SAR"), currency_choice("SAR")) == ("SAR", "Saudi Riyal (SAR)")


class TestCompact:
    @pytest.mark.parametrize(
        ("value", "text"), [(5_960, "6 آلاف"), (1_020, "ألف"), (999_960, "مليون"), (12_000, "12 ألف")]
    )
    def test_counts_what_it_shows_and_never_one(self, arabic, value, text):
        assert compact(value).replace("\u00a0", " ") == text

    def test_takes_the_plural_of_the_figure_that_is_read(self, arabic):
        assert compact(5_960).split()[-1] == compact(6_000).split()[-1] != compact(60_000).split()[-1]

    def test_carries_over_to_the_next_unit(self, english):
        assert (compact(999_960), compact(-18_240), compact(1_000)) == ("1M", "\N{MINUS SIGN}18.2K", "1K")


class TestRelative:
    @pytest.mark.parametrize(
        ("left", "text"),
        [
            (timedelta(hours=71, minutes=59), "in 72 hours"),
            (timedelta(hours=47, minutes=59, seconds=59), "in 48 hours"),
            (timedelta(hours=47, minutes=20), "in 47 hours"),
            (timedelta(days=13, hours=23, minutes=59), "in 14 days"),
            (timedelta(hours=95, minutes=40), "in 4 days"),
            (timedelta(hours=1, minutes=20), "in 80 minutes"),
            (timedelta(minutes=4, seconds=59), "in 5 minutes"),
            (timedelta(hours=-1, minutes=-59), "1 hour ago"),
            (timedelta(days=4), "in 4 days"),
            (timedelta(days=-3), "3 days ago"),
            (timedelta(minutes=5), "in 5 minutes"),
        ],
    )
    def test_takes_no_day_from_who_has_hours_left(self, english, left, text):
        start = datetime(2026, 3, 1, tzinfo=UTC)
        assert relative(start + left, start) == text

    def test_tells_days_of_a_day(self, english):
        assert relative(date(2026, 3, 4), datetime(2026, 3, 1, 13, tzinfo=UTC)) == "in 2 days"


class TestArabicDigits:
    def test_write_every_figure(self, arabic_digits):
        assert number(1240) == "١٬٢٤٠"
        assert percent(0.25).startswith("٢٥")
        assert compact(18_240).startswith("١٨٫٢")
        assert money(190_000, "SAR").startswith("١٬٩٠٠")

    def test_count_in_sentences_and_on_pages(self, arabic_digits):
        said = ngettext("%(num)d post is known.", "%(num)d posts are known.", 17)
        page = render_template_string(
            """{{ ngettext("%(num)d post is known.", "%(num)d posts are known.", 17) }}"""
        )
        assert said == page
        assert ("١٧" in said, "17" in said) == (True, False)


class TestLatinDigits:
    def test_are_the_default(self, arabic):
        assert number(1240) == "1,240"

    def test_stand_after_the_minus_of_a_sum(self, arabic):
        assert money(-190_000, "SAR").startswith(f"{MARKS}−1,900")
        assert money(190_000, "SAR").startswith("1,900")
        assert money(190_000, "SAR", is_signed=True).startswith(f"{MARKS}+1,900")
        assert number(-5) == "\u200e−5"
        assert signed_number(-5.54, 1) == "\u200e−5.5"


class TestMinus:
    def test_stands_at_the_figure_as_a_minus_sign(self, english):
        assert money(-10_050, "AED") == "AED −100.50"
        assert money(-100, "JPY") == "JPY −100"
        assert (number(-5), percent(-0.05)) == ("−5", "−5%")

    def test_is_matched_by_a_plus_where_the_direction_matters(self, english):
        signed = [money(amount_minor, "AED", is_signed=True) for amount_minor in (10_000, 0, -10_000)]
        assert signed == ["AED +100", "AED 0", "AED −100"]
        assert [signed_number(value, 1) for value in (2, -0.04, -1)] == ["+2.0", "0.0", "−1.0"]


class TestDecimalsOfASum:
    @pytest.mark.parametrize(
        ("currency", "text"),
        [("SAR", "SAR 12.34"), ("KWD", "KWD 1.234"), ("JPY", "JPY 1,234"), ("BHD", "BHD 1.234")],
    )
    def test_are_those_of_its_currency_served_here_or_not(self, english, currency, text):
        assert money(1_234, currency) == text


class TestMoment:
    def test_has_the_arabic_comma(self, arabic):
        assert "2026، 12:30" in datetime_text(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))


class TestSpan:
    @pytest.mark.parametrize(
        ("hours", "text"),
        [(1, "ساعة واحدة"), (48, "48 ساعة"), (72, "72 ساعة"), (120, "5 أيام"), (336, "14 يومًا")],
    )
    def test_tells_hours_and_from_five_days_on_days(self, arabic, hours, text):
        assert span(timedelta(hours=hours)) == text

    def test_uses_the_readers_digits(self, arabic_digits):
        assert span(timedelta(hours=48)) == "٤٨ ساعة"

    def test_tells_what_is_no_whole_day_in_hours(self, arabic):
        assert span(timedelta(hours=130)) == "130 ساعة"


class TestTimes:
    @pytest.mark.parametrize(("count", "text"), [(1, "مرة واحدة"), (2, "مرتين"), (3, "3 مرات")])
    def test_agree_with_their_count(self, arabic, count, text):
        assert times(count) == text
