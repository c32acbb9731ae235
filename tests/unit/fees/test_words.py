"""How a fee came about, in the words of card, mail and paper."""

from dataclasses import replace

import pytest

from marketplace.fees.domain import CostBearer, FeeBounds
from marketplace.fees.words import fee_note
from tests.builders.charges import FIRST_FEES

CAPPED = replace(FIRST_FEES, bounds={"SAR": FeeBounds(200, 5_000, 100), "KWD": FeeBounds(200, None, 0)})


def note(net_minor, currency="SAR", policy=CAPPED):
    return fee_note(policy.fee_on(net_minor, currency=currency, completed_count=0), net_minor, currency)


class TestFeeNote:
    @pytest.mark.parametrize("net_minor", [2_000, 2_005, 49_994, 50_000])
    def test_tells_the_share_where_it_is_the_share(self, net_minor):
        assert note(net_minor) == "10% of the listed price, on top"

    @pytest.mark.parametrize(("net_minor", "currency"), [(500, "SAR"), (1_944, "SAR"), (1_940, "KWD")])
    def test_says_that_it_is_the_least_fee_where_the_share_is_less(self, net_minor, currency):
        assert note(net_minor, currency) == "the least fee, since 10% of the listed price is less, on top"

    def test_says_that_it_is_the_most_where_the_share_is_more(self):
        expected = "the most that a fee comes to, since 10% of the listed price is more, on top"
        assert note(50_006) == note(900_000) == expected

    def test_tells_what_of_it_the_payment_costs(self):
        policy = replace(CAPPED, cost_bearer=CostBearer.BRAND, processing_bps=290)
        assert note(500, policy=policy).startswith("the least fee, since 10%")
        assert note(500, policy=policy).endswith("for the payment itself")
