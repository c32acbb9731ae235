"""Laws of splitting: nothing is lost or invented, whatever the amounts, shares and currencies."""

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from payments.escrow import EscrowPart, PartAmounts, divide_part
from payments.money import (
    CURRENCIES,
    MAX_AMOUNT_MINOR,
    AmountNotReadable,
    AmountOutOfRange,
    AmountTooPrecise,
    Money,
    allocate,
    parse_amount,
    round_share,
)

CURRENCY = st.sampled_from(sorted(CURRENCIES.values(), key=lambda each: each.code))
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@st.composite
def amounts(draw, minimum=0):
    """A currency and an amount it can pay."""
    currency = draw(CURRENCY)
    steps = draw(st.integers(minimum, MAX_AMOUNT_MINOR // currency.step_minor))
    return Money(steps * currency.step_minor, currency.code), currency


class TestAllocate:
    @given(amounts(), WEIGHTS)
    def test_sums_to_the_whole_in_payable_steps(self, amount, weights):
        money, currency = amount
        parts = allocate(money.amount_minor, weights, step=currency.step_minor)
        assert sum(parts) == money.amount_minor
        assert all(part % currency.step_minor == 0 and part >= 0 for part in parts)

    @given(amounts(), WEIGHTS)
    def test_is_less_than_a_step_off_the_exact_share(self, amount, weights):
        money, currency = amount
        for part, weight in zip(
            allocate(money.amount_minor, weights, step=currency.step_minor), weights, strict=True
        ):
            off = abs(part * sum(weights) - money.amount_minor * weight)
            assert off < currency.step_minor * sum(weights)

    @given(amounts(), WEIGHTS)
    def test_gives_no_more_to_a_smaller_weight(self, amount, weights):
        money, currency = amount
        parts = allocate(money.amount_minor, weights, step=currency.step_minor)
        ordered = [part for _, part in sorted(zip(weights, parts, strict=True))]
        assert ordered == sorted(ordered)

    @given(amounts(), WEIGHTS)
    def test_gives_the_steps_left_over_to_the_largest_remainders(self, amount, weights):
        money, currency = amount
        step, whole = currency.step_minor, sum(weights)
        parts = allocate(money.amount_minor, weights, step=step)
        left = [Fraction(money.amount_minor * weight, whole * step) % 1 for weight in weights]
        is_up = [
            part // step > money.amount_minor * weight // whole // step
            for part, weight in zip(parts, weights, strict=True)
        ]
        least_up = min((each for each, up in zip(left, is_up, strict=True) if up), default=Fraction(1))
        assert all(up or each <= least_up for each, up in zip(left, is_up, strict=True))


class TestRoundShare:
    @given(amounts(), st.integers(0, 10_000))
    def test_is_the_nearest_step_and_the_upper_one_of_two(self, amount, bps):
        money, currency = amount
        exact = Fraction(money.amount_minor * bps, 10_000 * currency.step_minor)
        assert (
            round_share(money.amount_minor, bps, step=currency.step_minor)
            == floor(exact + Fraction(1, 2)) * currency.step_minor
        )


class TestDividePart:
    @given(amounts(minimum=1), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10_000))
    def test_sums_to_the_part_and_stays_within_it(self, amount, fee_steps, tax_steps, share):
        money, currency = amount
        step = currency.step_minor
        part = EscrowPart("d", money.amount_minor, fee_steps * step, tax_steps * step)
        division = divide_part(part, share_bps=share, currency=currency.code)
        assert division.released_minor + division.refund_minor == part.total_minor
        assert 0 <= division.net_minor <= part.net_minor
        assert 0 <= division.fee_minor <= part.fee_minor
        assert 0 <= division.tax_minor <= part.tax_minor
        assert division.net_minor or not division.released_minor

    @given(amounts(minimum=1), st.integers(0, 10_000), st.integers(0, 10_000))
    def test_gives_the_payee_no_less_for_a_larger_share(self, amount, one, other):
        money, currency = amount
        part = EscrowPart("d", money.amount_minor, 0, 0)
        small, large = sorted((one, other))
        nets = [
            divide_part(part, share_bps=each, currency=currency.code).net_minor for each in (small, large)
        ]
        assert nets == sorted(nets)


class TestParseAmount:
    @given(amounts(minimum=1))
    def test_reads_back_what_is_written(self, amount):
        money, currency = amount
        assert parse_amount(money.as_plain(), currency=currency.code) == money

    @given(st.text(max_size=20), CURRENCY)
    def test_answers_any_text_with_money_or_a_message(self, text, currency):
        try:
            money = parse_amount(text, currency=currency.code)
        except (AmountNotReadable, AmountTooPrecise, AmountOutOfRange):
            return
        assert 0 < money.amount_minor <= MAX_AMOUNT_MINOR


class TestTaken:
    @given(
        CURRENCY,
        *(st.integers(0, 10**7) for _amount in range(3)),
        st.integers(0, 3 * 10**7),
        st.integers(0, 3 * 10**7),
    )
    def test_sums_to_what_is_taken_stays_within_and_never_shrinks(self, currency, net, fee, tax, one, other):
        step = currency.step_minor
        whole = PartAmounts(net * step, fee * step, tax * step)
        small, large = sorted(min(each * step, whole.total_minor) for each in (one, other))
        first, both = whole.taken(small, step=step), whole.taken(large, step=step)
        assert (first.total_minor, both.total_minor) == (small, large)
        for left in (first, both.minus(first), whole.minus(both)):
            assert min(left.net_minor, left.fee_minor, left.tax_minor) >= 0
            assert (left.net_minor % step, left.fee_minor % step, left.tax_minor % step) == (0, 0, 0)
