"""Taxes by country and day, tax inside a price, forms of tax numbers."""

import itertools
from datetime import date

import pytest

from marketplace.taxes.domain import clean_number, is_number_formed, tax_inside
from marketplace.taxes.tables import tax_table

TODAY = date(2026, 3, 1)


class TestRateOn:
    @pytest.mark.parametrize(
        ("country", "bps"),
        [("SA", 1_500), ("AE", 500), ("BH", 1_000), ("OM", 500), ("KW", 0), ("QA", 0), ("FR", 0)],
    )
    def test_is_that_of_the_country_with_its_source(self, country, bps):
        rate = tax_table().rate_on(country, TODAY)
        assert rate.bps == bps
        assert rate.source

    @pytest.mark.parametrize(
        ("country", "day", "bps"),
        [
            ("SA", "2017-12-31", 0),
            ("SA", "2020-06-30", 500),
            ("SA", "2020-07-01", 1_500),
            ("BH", "2021-12-31", 500),
            ("BH", "2022-01-01", 1_000),
        ],
    )
    def test_is_that_of_the_day(self, country, day, bps):
        assert tax_table().rate_on(country, date.fromisoformat(day)).bps == bps

    def test_leaves_no_gap_and_no_overlap_within_a_country(self):
        for country in {rate.country for rate in tax_table().rates}:
            spans = sorted(
                (rate for rate in tax_table().rates if rate.country == country), key=lambda rate: rate.as_of
            )
            for earlier, later in itertools.pairwise(spans):
                assert earlier.until is not None
                assert (later.as_of - earlier.until).days == 1
            assert spans[-1].until is None


class TestTaxInside:
    @pytest.mark.parametrize(
        ("gross", "bps", "currency", "tax"),
        [
            (115_000, 1_500, "SAR", 15_000),
            (100, 500, "AED", 5),
            (10_000, 0, "KWD", 0),
            (1_010, 1_000, "KWD", 90),
            (50, 1_000, "KWD", 0),
            (60, 1_000, "KWD", 10),
            (5, 1_000, "JPY", 0),
            (6, 1_000, "JPY", 1),
        ],
    )
    def test_is_what_the_price_holds_in_steps_of_the_currency(self, gross, bps, currency, tax):
        assert tax_inside(gross, bps, currency=currency) == tax


class TestNumbers:
    @pytest.mark.parametrize("form", tax_table().forms.values(), ids=lambda form: form.country)
    def test_have_an_example_of_their_form(self, form):
        assert is_number_formed(form.example, form)
        assert not is_number_formed(form.example[:-1], form)

    def test_are_read_with_spaces_dashes_and_arabic_digits(self):
        assert clean_number(" ٣٠٠ 0000-0000 0003 ") == "300000000000003"
        assert is_number_formed(clean_number("om 1100000000"), tax_table().form_of("OM"))
