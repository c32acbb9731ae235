"""Ordering a listing: choices, their price, the quote."""

from dataclasses import dataclass

import pytest

from tests.builders.market import build_listing
from tests.builders.people import build_brand, build_influencer
from tests.functional.market_site import MarketSite, Visitor


@dataclass
class Shop:
    brand: Visitor
    influencer: Visitor
    path: str


@pytest.fixture
def shop(market: MarketSite) -> Shop:
    with market.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        listing = build_listing(session, influencer).listing
    return Shop(market.visit_as(brand.user), market.visit_as(influencer.user), f"/market/{listing.id}/order")


class TestOrdering:
    def test_shows_the_price_of_the_listing(self, shop):
        assert "SAR 2,230" in shop.brand.get(shop.path).text

    def test_shows_the_price_of_choices_and_keeps_them(self, shop):
        shop.brand.get(shop.path)
        page = shop.brand.post(
            f"{shop.path}/price",
            {
                "is_rush": "y",
                "amplification_months": "2",
                "exclusivity_days": "7",
                "message": "In the garden",
            },
        ).text
        assert "SAR 2,920" in page  # 2,000 + 250 rush + 600 amplification + 70 exclusivity
        assert "In the garden" in page
        typed = {"is_rush": "y", "amplification_months": "٢", "exclusivity_days": "۷"}
        assert "SAR 2,920" in shop.brand.post(f"{shop.path}/price", typed).text

    def test_says_what_is_wrong_beside_the_field(self, shop):
        shop.brand.get(shop.path)
        answer = shop.brand.post(
            shop.path, {"amplification_months": "many", "exclusivity_days": "-3", "message": "Please"}
        )
        assert answer.status_code == 422
        assert 'value="many"' in answer.text
        assert "amplification_months-error" in answer.text
        assert "exclusivity_days-error" in answer.text

    def test_refuses_an_extra_that_is_not_sold(self, market, shop):
        with market.rows() as session:
            plain = build_listing(session, build_influencer(session), amplification_month_minor=None).listing
        path = f"/market/{plain.id}/order"
        shop.brand.get(path)
        answer = shop.brand.post(path, {"amplification_months": "1"})
        assert answer.status_code == 422
        assert "does not sell that extra" in answer.text

    def test_leads_to_the_quote_and_can_be_dropped(self, shop):
        shop.brand.get(shop.path)
        placed = shop.brand.post(shop.path, {"message": "Show the set."})
        assert placed.status_code == 303
        assert "72 hours to accept" in shop.brand.get(placed.location).text
        assert shop.brand.post(f"{placed.location}/drop").status_code == 303
        assert "withdrawn" in shop.brand.get(placed.location).text

    def test_is_not_for_influencers(self, shop):
        assert shop.influencer.get(shop.path).status_code == 403

    def test_of_nothing_is_not_found(self, shop):
        assert shop.brand.get("/market/nothing/order").status_code == 404

    def test_takes_few_statements(self, market, shop):
        with market.counting() as statements:
            shop.brand.get(shop.path)
        assert len(statements) <= 12
