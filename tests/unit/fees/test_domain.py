"""The fee as a rule: share by loyalty, least and most, cost of the payment, and what a proposal may not say."""

from dataclasses import replace

import pytest

from marketplace.fees.domain import CostBearer, FeeBounds, FeeFault, FeePolicy, FeeTier, faults
from payments.money import MAX_AMOUNT_MINOR
from tests.builders.charges import FIRST_FEES

CAPPED = replace(FIRST_FEES, bounds={"SAR": FeeBounds(200, 5_000)})


def share(policy, net, *, currency="SAR", completed=0):
    return policy.fee_on(net, currency=currency, completed_count=completed).share_minor


class TestFeeOn:
    @pytest.mark.parametrize(("net", "fee"), [(1_000, 200), (2_005, 201), (49_999, 5_000), (900_000, 5_000)])
    def test_lies_between_least_and_most_and_rounds_half_up(self, net, fee):
        assert share(CAPPED, net) == fee

    @pytest.mark.parametrize(("completed", "bps"), [(0, 1_000), (2, 1_000), (3, 800), (6, 600), (99, 600)])
    def test_tapers_for_a_pair_that_knows_each_other(self, completed, bps):
        assert share(FIRST_FEES, 100_000, completed=completed) == 10 * bps

    def test_leaves_the_cost_of_the_payment_to_the_platform(self):
        assert FIRST_FEES.fee_on(100_000, currency="SAR", completed_count=0).processing_minor == 0

    def test_adds_the_cost_where_the_brand_bears_it(self):
        policy = replace(
            FIRST_FEES,
            cost_bearer=CostBearer.BRAND,
            processing_bps=290,
            bounds={"SAR": FeeBounds(200, None, 100)},
        )
        fee = policy.fee_on(100_000, currency="SAR", completed_count=0)
        assert (fee.share_minor, fee.processing_minor, fee.total_minor) == (10_000, 3_190 + 100, 13_290)

    def test_knows_no_currency_that_is_not_named(self):
        with pytest.raises(KeyError):
            share(CAPPED, 1_000, currency="USD")


class TestFromPlain:
    def test_comes_back_whole(self):
        assert FeePolicy.from_plain(CAPPED.as_plain()) == CAPPED


class TestFaults:
    def test_finds_none_in_what_is_in_force(self):
        assert faults(FIRST_FEES) == {}
        assert faults(CAPPED) == {}

    def test_are_none_where_two_steps_share_a_fee_or_least_and_most_are_the_same(self):
        level = replace(FIRST_FEES, tiers=(FeeTier(0, 1_000), FeeTier(3, 1_000)))
        fixed = replace(FIRST_FEES, bounds={"SAR": FeeBounds(500, 500)})
        assert faults(level) == faults(fixed) == {}

    def test_are_none_on_the_edges_of_what_is_allowed(self):
        tiers = tuple(FeeTier(number, bps) for number, bps in enumerate((5_000, 5_000, 900, 800, 1, 0)))
        bounds = {"SAR": FeeBounds(0, MAX_AMOUNT_MINOR, MAX_AMOUNT_MINOR)}
        widest = replace(
            FIRST_FEES, tiers=tiers, bounds=bounds, cost_bearer=CostBearer.BRAND, processing_bps=1_000
        )
        assert faults(widest) == {}
        assert faults(replace(widest, processing_bps=0)) == {}, "a fixed part alone is a cost"
        least = {"SAR": FeeBounds(200)}
        assert faults(replace(widest, bounds=least, processing_bps=1)) == {}

    @pytest.mark.parametrize(
        ("tiers", "fault"),
        [
            ((), FeeFault.NO_FIRST_TIER),
            (tuple((number, 500) for number in range(7)), FeeFault.NO_FIRST_TIER),
            (((0, -1),), FeeFault.SHARE_OUT_OF_RANGE),
            (((1, 1_000),), FeeFault.NO_FIRST_TIER),
            (((0, 1_000), (3, 1_100)), FeeFault.SHARE_RISES),
            (((0, 1_000), (3, 800), (3, 700)), FeeFault.TIERS_NOT_RISING),
            (((0, 5_001),), FeeFault.SHARE_OUT_OF_RANGE),
        ],
    )
    def test_names_what_is_wrong_with_the_shares(self, tiers, fault):
        wrong = replace(FIRST_FEES, tiers=tuple(FeeTier(*each) for each in tiers))
        assert faults(wrong) == {"tiers": fault}

    @pytest.mark.parametrize(
        ("currency", "bounds", "fault"),
        [
            ("SAR", FeeBounds(500, 400), FeeFault.BOUNDS_CROSSED),
            ("KWD", FeeBounds(205), FeeFault.NOT_IN_STEPS),
            ("SAR", FeeBounds(-1), FeeFault.NOT_IN_STEPS),
            ("SAR", FeeBounds(200, MAX_AMOUNT_MINOR + 1), FeeFault.NOT_IN_STEPS),
        ],
    )
    def test_names_the_currency_whose_bounds_are_wrong(self, currency, bounds, fault):
        assert faults(replace(FIRST_FEES, bounds={currency: bounds})) == {currency: fault}

    def test_wants_a_cost_exactly_where_the_brand_bears_it(self):
        for bearer, bps in ((CostBearer.PLATFORM, 290), (CostBearer.BRAND, 0)):
            wrong = replace(FIRST_FEES, cost_bearer=bearer, processing_bps=bps)
            assert faults(wrong) == {"processing": FeeFault.COST_WITHOUT_BEARER}
        dear = replace(FIRST_FEES, cost_bearer=CostBearer.BRAND, processing_bps=1_001)
        assert faults(dear) == {"processing": FeeFault.COST_OUT_OF_RANGE}

    def test_wants_a_currency(self):
        assert faults(replace(FIRST_FEES, bounds={})) == {"bounds": FeeFault.NO_CURRENCY}
