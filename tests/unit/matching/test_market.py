import math

import pytest

from matching.market import AskedPrice, follower_band, market_lines
from tests.builders.matching.documents import build_channel, build_influencer


class TestFollowerBand:
    @pytest.mark.parametrize(
        ("followers", "band"), [(999, 0), (1_000, 1), (49_999, 2), (50_000, 3), (2_000_000, 6)]
    )
    def test_is_that_of_the_largest_channel(self, followers, band):
        document = build_influencer(
            channels=(build_channel(followers=10), build_channel(followers=followers))
        )
        assert follower_band(document) == band

    def test_is_unknown_without_followers(self):
        assert follower_band(build_influencer(channels=())) is None


class TestMarketLines:
    def offers(self, *pairs, currency="SAR"):
        return [AskedPrice(currency, price, followers) for followers, price in pairs]

    def test_follow_the_size_so_that_nobody_is_cheap_for_being_small(self):
        line = market_lines(self.offers((1_000, 100), (2_000, 200), (8_000, 800), (64_000, 6_400)))["SAR"]
        assert (line.peers, line.slope) == (4, pytest.approx(1.0))
        assert [line.price_minor(size) for size in (1_000, 64_000)] == [100, 6_400]

    def test_are_apart_by_currency(self):
        offers = [*self.offers((1_000, 100), (1_000, 400)), *self.offers((1_000, 7), currency="USD")]
        lines = market_lines(offers)
        assert {currency: line.peers for currency, line in lines.items()} == {"SAR": 2, "USD": 1}
        assert lines["SAR"].price_minor(1_000) == 200, "the geometric mean"

    def test_never_say_that_larger_is_cheaper(self):
        assert market_lines(self.offers((1_000, 900), (90_000, 100)))["SAR"].slope == 0.0

    def test_are_flat_when_a_size_is_unknown(self):
        offers = [*self.offers((1_000, 100), (4_000, 400)), AskedPrice("SAR", 100_000, None)]
        line = market_lines(offers)["SAR"]
        assert line.slope == 0.0
        assert line.price_minor(None) == pytest.approx(math.exp(line.level), abs=1)

    def test_are_the_same_in_any_order(self):
        offers = self.offers(*((1_000 + 137 * n, 70 + 13 * n % 89) for n in range(40)))
        assert market_lines(offers) == market_lines(offers[::-1])
