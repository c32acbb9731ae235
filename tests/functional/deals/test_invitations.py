"""A brand asks, the influencer reads the same price and answers."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.quotes.models import Quote
from tests.builders.market import build_brief
from tests.builders.people import InfluencerSide, build_brand, build_influencer, build_user, join_brand
from tests.functional.market_site import MarketSite, Visitor


@dataclass
class Sides:
    brand: Visitor
    influencer: Visitor
    influencer_side: InfluencerSide
    brief_id: str

    @property
    def invite_path(self) -> str:
        return f"/briefs/{self.brief_id}/invite/{self.influencer_side.influencer.id}"

    def send(self, message: str = "Your videos are what we look for.") -> str:
        self.brand.get(self.invite_path)
        assert self.brand.post(self.invite_path, {"message": message}).status_code == 303
        page = self.influencer.get("/invitations").text
        found = re.search(r"/invitations/([a-z0-9]+)", page)
        assert found is not None
        return found.group(0)


@pytest.fixture
def sides(market: MarketSite) -> Sides:
    with market.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        brief = build_brief(session, brand)
    return Sides(market.visit_as(brand.user), market.visit_as(influencer.user), influencer, brief.brief.id)


def count_of(page: str, tab: str) -> int:
    found = re.search(rf'tab={tab}"[^>]*>[^<]*<span[^>]*>(\d+)<', page)
    assert found is not None
    return int(found[1])


def seen_of(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


class TestInviting:
    def test_shows_the_price_before_anything_is_sent(self, sides):
        assert "SAR 2,230" in sides.brand.get(sides.invite_path).text

    def test_reaches_the_influencer_with_the_same_price(self, sides):
        page = sides.influencer.get(sides.send()).text
        assert "Your videos are what we look for." in page
        assert "SAR 2,230" in page
        assert "Accept at this price" in page

    def test_calls_nothing_agreed_before_anybody_agreed(self, sides):
        page = sides.influencer.get(sides.send()).text
        assert "The terms of this offer" in page
        assert "What is agreed" not in page

    def test_leads_to_the_invitation_instead_of_a_second_one(self, sides):
        sent = sides.send()
        page = sides.brand.get(sides.invite_path).text
        assert f'href="{sent}"' in page
        assert "<textarea" not in page
        again = sides.brand.post(sides.invite_path, {"message": "Again"})
        assert again.status_code == 422
        assert "Answer it instead" not in again.text

    def test_is_reached_from_the_count_on_the_brief(self, sides):
        there = f'href="/briefs/{sides.brief_id}/applications?tab=invited"'
        assert there not in sides.brand.get(f"/briefs/{sides.brief_id}").text
        sides.send()
        assert there in sides.brand.get(f"/briefs/{sides.brief_id}").text

    def test_says_why_somebody_cannot_be_invited(self, market, sides):
        with market.rows() as session:
            big = build_influencer(session, followers=900_000)
        path = f"/briefs/{sides.brief_id}/invite/{big.influencer.id}"
        assert "more followers than are asked for" in sides.brand.get(path).text
        assert sides.brand.post(path, {"message": "Hello"}).status_code == 422

    def test_is_a_buyers_too_but_only_of_the_same_brand(self, market, sides):
        with market.rows() as session:
            stranger = build_brand(session).user
            brief = session.get_one(Brief, sides.brief_id)
            buyer = build_user(session)
            join_brand(session, brand=session.get_one(Brand, brief.brand_id), user=buyer, role="buyer")
        assert market.visit_as(buyer).get(sides.invite_path).status_code == 200
        assert market.visit_as(stranger).get(sides.invite_path).status_code == 404

    def test_can_be_taken_back(self, sides):
        path = sides.send()
        sides.brand.get(path)
        assert sides.brand.post(f"{path}/withdraw").status_code == 303
        assert "took the invitation back" in sides.influencer.get(path).text


class TestAnswering:
    def test_yes_gives_the_brand_its_quote(self, sides):
        path = sides.send()
        seen = seen_of(sides.influencer.get(path).text)
        assert sides.influencer.post(f"{path}/accept", {"seen": seen}).status_code == 303
        page = sides.brand.get(path).text
        quote = re.search(r"/quotes/[a-z0-9]+", page)
        assert quote is not None
        assert "Accept and pay" in sides.brand.get(quote.group(0)).text

    def test_with_a_quote_stands_among_the_quoted_and_refused_among_the_refused(self, market, sides):
        listed = f"/briefs/{sides.brief_id}/applications"
        path = sides.send()
        assert path in sides.brand.get(listed).text
        sides.influencer.post(f"{path}/accept", {"seen": seen_of(sides.influencer.get(path).text)})
        page = sides.brand.get(f"{listed}?tab=quoted").text
        assert path in page
        assert "See the quote" in page
        assert count_of(page, "quoted") == count_of(page, "invited") == 1
        assert count_of(page, "refused") == 0
        assert "Nothing here" not in page

    def test_yes_is_quoted_anew_when_its_quote_ran_out(self, market, sides):
        path = sides.send()
        seen = seen_of(sides.influencer.get(path).text)
        sides.influencer.post(f"{path}/accept", {"seen": seen})
        with market.rows() as session:
            session.scalars(select(Quote)).one().status = "expired"
        assert "Make a new quote" in sides.brand.get(path).text
        assert "did not accept the quote in time" in sides.influencer.get(path).text

    def test_yes_to_a_price_that_was_not_shown_is_asked_again(self, sides):
        path = sides.send()
        sides.influencer.get(path)
        answer = sides.influencer.post(f"{path}/accept", {"seen": "fixed:SAR:1:1"})
        assert answer.status_code == 422
        assert "This is the price now" in answer.text

    def test_no_needs_a_reason_and_tells_it(self, sides):
        path = sides.send()
        sides.influencer.get(path)
        assert sides.influencer.post(f"{path}/decline", {"note": "So sorry"}).status_code == 422
        assert sides.influencer.post(f"{path}/decline", {"code": "no_time"}).status_code == 303
        assert "no time in these weeks" in sides.brand.get(path).text

    def test_given_names_nothing_that_would_keep_it_from_being_given(self, market, sides):
        path = sides.send()
        with market.rows() as session:
            brief = session.scalars(select(BriefVersion)).one()
            brief.starts_on = brief.ends_on = date(2020, 1, 1)
        problem = "not enough time left"
        assert problem in sides.influencer.get(path).text
        sides.influencer.post(f"{path}/decline", {"code": "no_time"})
        assert problem not in sides.influencer.get(path).text

    def test_is_not_for_others(self, market, sides):
        path = sides.send()
        with market.rows() as session:
            other = build_influencer(session)
        visitor = market.visit_as(other.user)
        assert visitor.get(path).status_code == 404
        visitor.get("/invitations")
        assert visitor.post(f"{path}/accept", {"seen": "x"}).status_code == 404
