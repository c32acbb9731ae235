"""Facets that become what everybody is searched by."""

import pytest

from marketplace.matches.facet_corrections import corrections_from, left_over

ASKED = {"followers": [1_000, 60_000], "budget": [200_000]}


def changes(currency="SAR", **chosen):
    return corrections_from(chosen, ASKED, currency=currency)


class TestCorrectionsFrom:
    def test_asks_for_platforms_countries_and_cities_as_chosen(self):
        chosen = {"platform": ("tiktok",), "country": ("SA", "AE"), "city": ("Riyadh",), "topic": ("baking",)}
        found = changes(**chosen)
        assert found == {"platforms": ["tiktok"], "countries": ["SA", "AE"], "cities": ["Riyadh"]}
        assert left_over(chosen, found) == {"topic": ("baking",)}

    @pytest.mark.parametrize(
        ("band", "expected"),
        [("1", [1_000, 9_999]), ("3", [50_000, 60_000]), ("4", None), ("0", None), ("soon", None)],
    )
    def test_never_widens_the_gate(self, band, expected):
        assert changes(band=(band,)).get("followers") == expected

    def test_asks_for_a_price_where_the_brand_took_its_budget_away(self):
        chosen = {"price": ["SAR-0-100000"]}
        assert corrections_from(chosen, ASKED | {"budget": []}, currency="SAR") == {"budget": [100_000]}

    def test_asks_for_one_band_at_most(self):
        assert changes(band=("1", "3")) == {}

    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            ("SAR-0-90000", [90_000]),
            ("SAR-90000-400000", [200_000]),
            ("SAR-90000-", None),
            ("AED-0-90000", None),
        ],
    )
    def test_never_raises_the_budget(self, step, expected):
        assert changes(price=(step,)).get("budget") == expected
