import pytest

from matching.peers import Entry, Place, decile, place_among_peers


def entries(count, *, platform="instagram", band=2, country="SA", start=0):
    return [Entry(f"e{n}", platform, band, country, float(n)) for n in range(start, start + count)]


class TestDecile:
    @pytest.mark.parametrize(("value", "expected"), [(99, 1), (90, 1), (89, 2), (0, 10)])
    def test_is_the_tenth_from_the_top(self, value, expected):
        assert decile(value, [float(n) for n in range(100)]) == expected

    def test_gives_equal_values_the_same_and_the_better_tenth(self):
        assert decile(5.0, [5.0] * 20) == 1


class TestPlaceAmongPeers:
    def test_compares_within_platform_band_and_country_when_there_are_enough(self):
        placed = place_among_peers(entries(10) + entries(10, country="AE", start=50))
        assert placed["e9"] == Place(1, 10, ("platform", "band", "country"))

    def test_widens_the_group_until_there_are_enough(self):
        placed = place_among_peers(entries(9) + entries(6, country="AE", start=50))
        assert placed["e8"] == Place(5, 15, ("platform", "band"))
        placed = place_among_peers(entries(9) + entries(6, platform="tiktok", start=50))
        assert placed["e8"].shared == ("band",)
        placed = place_among_peers(entries(9) + entries(6, band=3, start=50))
        assert placed["e8"].shared == ()

    def test_says_nothing_of_small_groups(self):
        assert place_among_peers(entries(9)) == {}

    def test_puts_nobody_into_a_group_by_what_is_unknown(self):
        placed = place_among_peers(entries(12, country=None))
        assert placed["e3"].shared == ("platform", "band")
