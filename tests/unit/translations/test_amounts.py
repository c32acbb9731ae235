"""What is said of an amount that cannot be read: what to do, with an example that can."""

import re

import pytest

from marketplace.web.amounts import read_amount, spelt_out
from payments.money import CURRENCIES


class TestReadAmount:
    @pytest.mark.parametrize(
        ("typed", "minor"),
        [
            ("12k", 1_200_000), ("12 K", 1_200_000), ("١٢ ألف", 1_200_000), ("5 آلاف", 500_000), ("١٫٥ ألف", 150_000),
            ("خمسة آلاف", 500_000), ("five thousand", 500_000), ("ألفين وخمسمئة", 250_000),
        ],
    )  # fmt: skip
    def test_takes_what_the_reader_of_texts_takes_and_shows_it_in_figures(self, typed, minor):
        assert read_amount(typed, currency="SAR") == (minor, None)
        assert spelt_out(typed, "SAR") == str(minor // 100)

    @pytest.mark.parametrize(
        "typed", ["k", "1.500k", "12,5k", "-12k", "5k or 6k", "12k SAR", "2 million", "١٢ ألف؟"]
    )
    def test_guesses_nothing(self, typed):
        assert read_amount(typed, currency="SAR")[0] is None
        assert spelt_out(typed, "SAR") == typed

    @pytest.mark.parametrize("currency", sorted(CURRENCIES))
    @pytest.mark.parametrize("typed", ["", "abc", "0", "1,250.5555", "999999999999"])
    def test_gives_an_example_that_can_be_typed(self, currency, typed):
        amount_minor, problem = read_amount(typed, currency=currency)
        found = re.search(r"example ([\d,.]+)\.$", str(problem))
        assert amount_minor is None
        assert found is not None
        assert read_amount(found[1], currency=currency)[1] is None
