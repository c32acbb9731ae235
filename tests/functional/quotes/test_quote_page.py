"""The quote: one price for both sides, accepted only as it was read."""

import pytest

from marketplace.accounts.domain import BrandRole
from marketplace.brands.models import Brand
from tests.builders.bookings import Deal, build_quote
from tests.builders.people import build_brand, build_operator, build_user, join_brand
from tests.functional.market_site import MarketSite


@pytest.fixture
def deal(market: MarketSite) -> Deal:
    with market.rows() as session:
        return build_quote(session)


def card_of(page: str) -> str:
    return page.split('class="price-lines"')[1].split("</dl>", maxsplit=1)[0]


class TestQuote:
    def test_is_the_same_for_both_sides(self, market, deal):
        path = f"/quotes/{deal.quote.id}"
        brand = market.visit_as(deal.brand.user).get(path).text
        influencer = market.visit_as(deal.influencer.user).get(path).text
        assert card_of(brand) == card_of(influencer)
        assert deal.quote.hash[:12] in brand
        assert deal.quote.hash[:12] in influencer

    def test_says_what_a_cancellation_gives(self, market, deal):
        page = market.visit_as(deal.brand.user).get(f"/quotes/{deal.quote.id}").text
        assert "Accepted, nothing handed in" in page
        assert "SAR 2,007" in page

    def test_is_accepted_by_an_approver_not_by_a_buyer(self, market, deal):
        with market.rows() as session:
            brand = session.get_one(Brand, deal.brand.brand.id)
            buyer, approver = build_user(session), build_user(session)
            join_brand(session, brand=brand, user=buyer, role=BrandRole.BUYER)
            join_brand(session, brand=brand, user=approver, role=BrandRole.APPROVER)
        path = f"/quotes/{deal.quote.id}"
        visitor = market.visit_as(buyer)
        assert "Accept and pay" not in visitor.get(path).text
        visitor.get("/bookings")
        assert visitor.post(f"{path}/accept", {"seen_hash": deal.quote.hash}).status_code == 403
        visitor = market.visit_as(approver)
        visitor.get(path)
        assert visitor.post(f"{path}/accept", {"seen_hash": deal.quote.hash}).status_code == 303

    @pytest.mark.parametrize("seen", ["", "another"])
    def test_is_not_accepted_unread(self, market, deal, seen):
        visitor = market.visit_as(deal.brand.user)
        visitor.get(f"/quotes/{deal.quote.id}")
        answer = visitor.post(f"/quotes/{deal.quote.id}/accept", {"seen_hash": seen})
        assert answer.status_code == 409
        assert "Read it again" in answer.text

    def test_expires(self, market, deal):
        market.clock.advance(hours=49)
        visitor = market.visit_as(deal.brand.user)
        page = visitor.get(f"/quotes/{deal.quote.id}").text
        assert "The time to accept this price is over" in page
        answer = visitor.post(f"/quotes/{deal.quote.id}/accept", {"seen_hash": deal.quote.hash})
        assert answer.status_code == 409

    def test_is_not_for_others(self, market, deal):
        with market.rows() as session:
            other, operator = build_brand(session).user, build_operator(session).user
        assert market.visit_as(other).get(f"/quotes/{deal.quote.id}").status_code == 404
        assert market.visit_as(operator).get(f"/quotes/{deal.quote.id}").status_code == 200

    def test_leads_to_its_booking_once_it_is_one(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        assert visitor.get(f"/quotes/{deal.quote.id}/booking").status_code == 404
        visitor.get(f"/quotes/{deal.quote.id}")
        visitor.post(f"/quotes/{deal.quote.id}/accept", {"seen_hash": deal.quote.hash})
        assert visitor.get(f"/quotes/{deal.quote.id}/booking").status_code == 303

    def test_takes_few_statements(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        with market.counting() as statements:
            visitor.get(f"/quotes/{deal.quote.id}")
        assert len(statements) <= 12
