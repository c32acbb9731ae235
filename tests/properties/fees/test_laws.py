"""Laws of every policy that may be proposed: bounds hold, more work never costs less, loyalty never costs more, sums are exact."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketplace.fees.domain import CostBearer, FeeBounds, FeePolicy, FeeTier, faults
from payments.money import CURRENCIES, allocate

CODES = sorted(CURRENCIES)


@st.composite
def policies(draw):
    shares = sorted(draw(st.lists(st.integers(0, 5_000), min_size=1, max_size=6)), reverse=True)
    begins = sorted(draw(st.sets(st.integers(1, 40), min_size=len(shares) - 1, max_size=len(shares) - 1)))
    bearer = draw(st.sampled_from(CostBearer))
    is_borne = bearer is CostBearer.BRAND
    bounds = {}
    for code in CODES:
        step = CURRENCIES[code].step_minor
        least = draw(st.integers(0, 500)) * step
        most = draw(
            st.none()
            | st.integers(0, 100_000).map(lambda extra, step=step, least=least: least + extra * step)
        )
        bounds[code] = FeeBounds(least, most, draw(st.integers(0, 50)) * step if is_borne else 0)
    return FeePolicy(
        "f1",
        date(2026, 1, 1),
        tuple(FeeTier(*each) for each in zip([0, *begins], shares, strict=True)),
        bounds,
        bearer,
        draw(st.integers(1, 1_000)) if is_borne else 0,
    )


prices = st.integers(1, 900_000)


class TestFeeOn:
    @given(policies(), st.sampled_from(CODES), prices, st.integers(0, 60))
    def test_keeps_its_bounds_and_the_steps_of_the_currency(self, policy, code, steps, completed):
        assert faults(policy) == {}
        step, bounds = CURRENCIES[code].step_minor, policy.bounds[code]
        fee = policy.fee_on(steps * step, currency=code, completed_count=completed)
        assert bounds.minimum_minor <= fee.share_minor
        assert bounds.maximum_minor is None or fee.share_minor <= bounds.maximum_minor
        assert fee.share_minor % step == fee.processing_minor % step == 0
        assert fee.total_minor == fee.share_minor + fee.processing_minor

    @given(policies(), st.sampled_from(CODES), prices, prices, st.integers(0, 60))
    def test_never_falls_with_the_price(self, policy, code, one, other, completed):
        step = CURRENCIES[code].step_minor
        low, high = (
            policy.fee_on(each * step, currency=code, completed_count=completed)
            for each in sorted((one, other))
        )
        assert low.share_minor <= high.share_minor
        assert low.total_minor <= high.total_minor

    @given(policies(), st.sampled_from(CODES), prices, st.integers(0, 60), st.integers(0, 60))
    def test_never_rises_with_loyalty(self, policy, code, steps, one, other):
        net = steps * CURRENCIES[code].step_minor
        fewer, more = sorted((one, other))
        early = policy.fee_on(net, currency=code, completed_count=fewer)
        late = policy.fee_on(net, currency=code, completed_count=more)
        assert late.total_minor <= early.total_minor

    @given(policies(), st.sampled_from(CODES), st.lists(prices, min_size=1, max_size=12))
    def test_splits_over_pieces_to_the_last_unit(self, policy, code, weights):
        step = CURRENCIES[code].step_minor
        nets = [weight * step for weight in weights]
        fee = policy.fee_on(sum(nets), currency=code, completed_count=0).total_minor
        parts = allocate(fee, nets, step=step)
        assert sum(parts) == fee
        exact = [fee * net / sum(nets) for net in nets]
        assert all(abs(part - ideal) < step for part, ideal in zip(parts, exact, strict=True))

    @given(policies())
    def test_comes_back_whole_from_the_copy_in_a_quote(self, policy):
        assert FeePolicy.from_plain(policy.as_plain()) == policy
