import pytest

from matching.market import follower_band, market_prices
from tests.builders.matching.documents import build_channel, build_influencer, build_offer


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


class TestMarketPrices:
    def test_is_the_lower_median_by_band_and_currency(self):
        small, large = build_influencer(), build_influencer(channels=(build_channel(followers=80_000),))
        offers = [(small, build_offer(price_minor=p)) for p in (100, 400, 200, 300)]
        offers += [
            (large, build_offer(price_minor=900)),
            (small, build_offer(price_minor=7, currency="USD")),
            (small, None),
        ]
        assert market_prices(offers) == {(2, "SAR"): (200, 4), (3, "SAR"): (900, 1), (2, "USD"): (7, 1)}
