import pytest

from matching.peer_prices import PEERS_LEAST, place_among

OTHERS = [100 * n for n in range(1, 41)]  # 40 others


class TestPlaceAmong:
    @pytest.mark.parametrize(
        ("price", "place", "percentile"), [(50, 1, 0), (2_450, 25, 60), (2_400, 24, 59), (9_999, 41, 100)]
    )
    def test_counts_from_the_cheapest_among_all_with_oneself(self, price, place, percentile):
        found = place_among(price, OTHERS)

        assert (found.place, found.peers, found.percentile) == (place, 41, percentile)

    def test_tells_the_middle_half(self):
        found = place_among(1_000, OTHERS)

        assert (found.low_minor, found.mid_minor, found.high_minor) == (1_000, 2_000, 3_000)

    def test_tells_nothing_when_it_would_name_somebody(self):
        assert place_among(100, OTHERS[: PEERS_LEAST - 1]) is None
        assert place_among(100, OTHERS[:PEERS_LEAST]) is not None

    def test_puts_equal_prices_in_the_middle(self):
        assert place_among(500, [500] * 10).percentile == 50
