"""Whatever is priced, every column sums exactly and no unit is lost between the two sides."""

from hypothesis import given, reject
from hypothesis import strategies as st

from marketplace.quotes.breakdown import break_down
from marketplace.quotes.pricing import Choices, ListingOffer, PriceNotPayable, price_listing
from payments.escrow import EscrowPart, divide_part
from payments.money import CURRENCIES
from tests.builders.charges import FIRST_CHARGES

currencies = st.sampled_from(sorted(CURRENCIES))


@st.composite
def breakdowns(draw):
    currency = draw(currencies)
    step = CURRENCIES[currency].step_minor
    amounts = st.integers(1, 900_000).map(lambda steps: steps * step)
    offer = ListingOffer(
        platform="instagram",
        title="x",
        deliverables=tuple(
            ("reel", count) for count in draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
        ),
        currency=currency,
        base_minor=draw(amounts) + 100 * step,
        amplification_month_minor=draw(amounts),
        exclusivity_day_minor=draw(amounts),
        rush_minor=draw(amounts),
        rush_days=2,
        turnaround_days=7,
    )
    choices = Choices(
        is_rush=draw(st.booleans()),
        amplification_months=draw(st.integers(0, 6)),
        exclusivity_days=draw(st.integers(0, 30)),
    )
    country, completed = draw(st.sampled_from(["SA", "AE", "KW", "JP", "FR"])), draw(st.integers(0, 9))
    try:
        price = price_listing(offer, choices)
        return break_down(price, country=country, completed_count=completed, charges=FIRST_CHARGES)
    except PriceNotPayable:  # too little for each piece, or more than one payment can take
        return reject()


class TestBreakDown:
    @given(breakdowns())
    def test_sums_every_column_exactly(self, whole):
        step = CURRENCIES[whole.price.currency].step_minor
        assert sum(part.net_minor for part in whole.parts) == whole.price.net_minor
        assert sum(part.fee_minor for part in whole.parts) == whole.fee_minor
        assert sum(part.tax_minor for part in whole.parts) == whole.tax_minor
        assert sum(part.total_minor for part in whole.parts) == whole.total_minor
        for part in whole.parts:
            assert part.net_minor > 0
            assert part.net_minor % step == part.fee_minor % step == part.tax_minor % step == 0

    @given(breakdowns())
    def test_gives_the_influencer_more_and_the_brand_less_at_every_later_stage(self, whole):
        received = [value.influencer_minor for value in whole.cancellation]
        returned = [value.refund_minor for value in whole.cancellation]
        assert received == sorted(received)
        assert returned == sorted(returned, reverse=True)
        assert (received[0], returned[0]) == (0, whole.total_minor)
        assert (received[-1], returned[-1]) == (whole.price.net_minor, 0)

    @given(breakdowns(), st.integers(0, 10_000))
    def test_loses_no_unit_in_any_split(self, whole, share_bps):
        for part in whole.parts:
            division = divide_part(
                EscrowPart("p", part.net_minor, part.fee_minor, part.tax_minor),
                share_bps=share_bps,
                currency=whole.price.currency,
            )
            assert division.released_minor + division.refund_minor == part.total_minor
