"""What is said of an amount that cannot be read: what to do, with an example that can."""

import re

import pytest

from marketplace.web.amounts import read_amount
from payments.money import CURRENCIES


class TestReadAmount:
    @pytest.mark.parametrize("currency", sorted(CURRENCIES))
    @pytest.mark.parametrize("typed", ["", "abc", "0", "1,250.5555", "999999999999"])
    def test_gives_an_example_that_can_be_typed(self, currency, typed):
        amount_minor, problem = read_amount(typed, currency=currency)
        found = re.search(r"example ([\d,.]+)\.$", str(problem))
        assert amount_minor is None
        assert found is not None
        assert read_amount(found[1], currency=currency)[1] is None
