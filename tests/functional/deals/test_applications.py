"""Applying with the whole price in view, and the brand's answers."""

import re
from dataclasses import dataclass

import pytest

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.deals.domain import ApplicationStatus
from marketplace.deals.models import Application
from marketplace.quotes.models import Quote
from tests.builders.bookings import Stage, build_booking
from tests.builders.market import OpenBrief, build_brief, build_listing
from tests.builders.people import (
    BrandSide,
    InfluencerSide,
    build_brand,
    build_influencer,
)
from tests.functional.market_site import MarketSite, Visitor

PITCH = "I brew every morning and film it."
STATEMENTS_MAX = 12


@dataclass
class Sides:
    brand_side: BrandSide
    influencer_side: InfluencerSide
    brief: OpenBrief
    brand: Visitor
    influencer: Visitor

    @property
    def apply_path(self) -> str:
        return f"/open-briefs/{self.brief.brief.id}/apply"

    @property
    def list_path(self) -> str:
        return f"/briefs/{self.brief.brief.id}/applications"


@pytest.fixture
def sides(market: MarketSite) -> Sides:
    with market.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        brief = build_brief(session, brand)
    return Sides(brand, influencer, brief, market.visit_as(brand.user), market.visit_as(influencer.user))


def seen_of(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def apply(sides: Sides, visitor: Visitor | None = None) -> str:
    visitor = visitor or sides.influencer
    seen = seen_of(visitor.get(sides.apply_path).text)
    answer = visitor.post(sides.apply_path, {"pitch": PITCH, "seen": seen})
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[-1]


class TestApplying:
    def test_shows_the_whole_price_first(self, sides):
        page = sides.influencer.get(sides.apply_path).text
        for words in (
            "The influencer receives",
            "SAR 2,000",
            "Platform fee",
            "SAR 2,230",
            "at the latest on",
        ):
            assert words in page

    def test_is_listed_for_both_sides(self, sides):
        application = apply(sides)
        assert application in sides.influencer.get("/applications").text
        assert PITCH in sides.brand.get(sides.list_path).text

    def test_keeps_what_was_typed_when_it_is_too_short(self, sides):
        sides.influencer.get(sides.apply_path)
        answer = sides.influencer.post(sides.apply_path, {"pitch": "Me, please", "seen": "x"})
        assert answer.status_code == 422
        assert "Me, please" in answer.text
        assert "thing to put right" in answer.text

    def test_at_another_price_than_was_shown_shows_the_price_again(self, market, sides):
        seen = seen_of(sides.influencer.get(sides.apply_path).text)
        with market.rows() as session:
            version = session.get_one(BriefVersion, sides.brief.version.id)
            version.deliverables = [{**version.deliverables[0], "price_minor": 100_000}]
        answer = sides.influencer.post(sides.apply_path, {"pitch": PITCH, "seen": seen})
        assert answer.status_code == 422
        assert "This is the price now" in answer.text
        assert PITCH in answer.text

    def test_says_everything_that_keeps_somebody_out(self, market, sides):
        with market.rows() as session:
            side = build_influencer(session, is_proven=False)
        page = market.visit_as(side.user).get(sides.apply_path).text
        assert "You cannot apply yet" in page
        assert "proven" in page
        assert "Apply at this price" not in page

    def test_to_a_brief_that_invited_keeps_the_words_and_says_so(self, market, sides):
        seen = seen_of(sides.influencer.get(sides.apply_path).text)
        path = f"/briefs/{sides.brief.brief.id}/invite/{sides.influencer_side.influencer.id}"
        sides.brand.get(path)
        assert sides.brand.post(path, {"message": "Come"}).status_code == 303
        answer = sides.influencer.post(sides.apply_path, {"pitch": PITCH, "seen": seen})
        assert answer.status_code == 422
        assert "There is an invitation to this brief already" in answer.text
        assert PITCH in answer.text

    def test_twice_leads_to_the_first(self, sides):
        application = apply(sides)
        assert sides.influencer.get(sides.apply_path).location == f"/applications/{application}"

    def test_needs_a_fitting_listing_where_listed_prices_are_paid(self, market, sides):
        with market.rows() as session:
            brief = build_brief(session, sides.brand_side, pricing=Pricing.LISTING)
        path = f"/open-briefs/{brief.brief.id}/apply"
        page = sides.influencer.get(path).text
        assert "no approved listing fits" in page
        assert "Make a listing that holds all the work" in page
        assert 'href="/listings/new">New listing</a>' in page
        with market.rows() as session:
            for kind, price in (("reel", 150_000), ("content_file", 40_000)):
                works = [{"kind": kind, "count": 1}]
                build_listing(session, sides.influencer_side, deliverables=works, base_minor=price)
        assert "You sell this work in two listings, together for SAR 1,900" in sides.influencer.get(path).text
        with market.rows() as session:
            cheap = build_listing(session, sides.influencer_side).version.id
            dear = build_listing(session, sides.influencer_side, base_minor=320_000, title="More").version.id
        assert "SAR 2,230" in sides.influencer.get(path).text
        shown = sides.influencer.post(f"{path}/price", {"pitch": PITCH, "listing_version_id": dear})
        assert "SAR 3,568" in shown.text  # 3,200 and its fee and tax
        assert PITCH in shown.text
        stale = sides.influencer.post(
            path, {"pitch": PITCH, "listing_version_id": cheap, "seen": seen_of(shown.text)}
        )
        assert stale.status_code == 422
        taken = sides.influencer.post(
            path, {"pitch": PITCH, "listing_version_id": dear, "seen": seen_of(shown.text)}
        )
        assert taken.status_code == 303

    def test_can_be_taken_back(self, sides):
        application = apply(sides)
        sides.influencer.get(f"/applications/{application}")
        assert sides.influencer.post(f"/applications/{application}/withdraw").status_code == 303
        assert "taken back" in sides.influencer.get(f"/applications/{application}").text

    def test_is_an_influencers(self, sides):
        assert sides.brand.get(sides.apply_path).status_code == 403

    def test_to_no_brief_is_not_found(self, sides):
        assert sides.influencer.get("/open-briefs/nothing/apply").status_code == 404


class TestAnswering:
    def test_sorts_by_state_with_counts(self, market, sides):
        first = apply(sides)
        with market.rows() as session:
            other = build_influencer(session)
        apply(sides, market.visit_as(other.user))
        sides.brand.get(sides.list_path)
        sides.brand.post(f"/applications/{first}/shortlist")
        assert first in sides.brand.get(f"{sides.list_path}?tab=shortlisted").text
        assert first not in sides.brand.get(f"{sides.list_path}?tab=new").text

    def test_refuses_with_a_kind_sentence(self, sides):
        application = apply(sides)
        sides.brand.get(sides.list_path)
        answer = sides.brand.post(
            f"/applications/{application}/refuse", {"code": "audience", "note": "Next time."}
        )
        assert answer.status_code == 303
        page = sides.influencer.get(f"/applications/{application}").text
        assert "audience in other places" in page
        assert "Next time." in page

    def test_refuses_only_with_a_reason(self, sides):
        application = apply(sides)
        sides.brand.get(sides.list_path)
        answer = sides.brand.post(f"/applications/{application}/refuse", {"note": "Sorry about this"})
        assert answer.status_code == 422
        assert "Sorry about this" in answer.text

    def test_makes_the_quote(self, sides):
        application = apply(sides)
        sides.brand.get(sides.list_path)
        quote = sides.brand.post(f"/applications/{application}/quote").location
        assert "Accept and pay SAR 2,230" in sides.brand.get(quote).text
        assert quote in sides.influencer.get(f"/applications/{application}").text

    def test_makes_a_new_quote_after_one_ran_out(self, market, sides):
        application = apply(sides)
        sides.brand.get(sides.list_path)
        first = sides.brand.post(f"/applications/{application}/quote").location
        with market.rows() as session:
            session.get_one(Quote, first.rsplit("/", 1)[-1]).status = "expired"
        for path in (f"/applications/{application}", f"{sides.list_path}?tab=quoted"):
            page = sides.brand.get(path).text
            assert "Make a new quote" in page
            assert first not in page
        page = sides.influencer.get(f"/applications/{application}").text
        assert "did not accept the quote in time" in page
        assert sides.brand.post(f"/applications/{application}/quote").location != first

    @pytest.mark.parametrize("status", [ApplicationStatus.BOOKED, ApplicationStatus.ENDED])
    def test_leads_both_sides_to_the_booking_it_became_also_when_that_ended(self, market, sides, status):
        with market.rows() as session:
            booked = build_booking(session, stage=Stage.ACCEPTED)
            row = session.query(Application).filter_by(quote_id=booked.booked.quote_id).one()
            row.status = status
            brief_id, path = row.brief_id, f"/applications/{row.id}"
        way = f"/quotes/{booked.booked.quote_id}/booking"
        brand, influencer = market.visit_as(booked.brand.user), market.visit_as(booked.influencer.user)
        tab = "quoted" if status == ApplicationStatus.BOOKED else "refused"
        for visitor, pages in (
            (brand, (f"/briefs/{brief_id}/applications?tab={tab}", path)),
            (influencer, ("/applications", path)),
        ):
            for page in pages:
                assert f'href="{way}"' in visitor.get(page).text
            assert visitor.get(way).location.endswith(f"/bookings/{booked.booked.id}")

    def test_is_not_for_other_brands(self, market, sides):
        application = apply(sides)
        with market.rows() as session:
            other = market_visitor = build_brand(session)
        visitor = market.visit_as(market_visitor.user)
        assert other.brand.id != sides.brand_side.brand.id
        assert visitor.get(sides.list_path).status_code == 404
        assert visitor.get(f"/applications/{application}").status_code == 404
        visitor.get("/bookings")
        assert visitor.post(f"/applications/{application}/quote").status_code == 404


class TestStatements:
    def test_of_the_form_are_few(self, market, sides):
        with market.counting() as statements:
            sides.influencer.get(sides.apply_path)
        assert len(statements) <= STATEMENTS_MAX, statements

    @pytest.mark.parametrize("pricing", list(Pricing))
    def test_of_an_invitation_form_are_few(self, market, sides, pricing):
        with market.rows() as session:
            brief = build_brief(session, sides.brand_side, pricing=pricing)
            for _number in range(3):
                build_listing(session, sides.influencer_side)
        with market.counting() as statements:
            sides.brand.get(f"/briefs/{brief.brief.id}/invite/{sides.influencer_side.influencer.id}")
        assert len(statements) <= STATEMENTS_MAX, statements

    def test_of_a_list_do_not_grow_with_it(self, market, sides):
        apply(sides)
        with market.counting() as few:
            sides.brand.get(sides.list_path)
        for _number in range(4):
            with market.rows() as session:
                other = build_influencer(session)
            apply(sides, market.visit_as(other.user))
        with market.counting() as many:
            sides.brand.get(sides.list_path)
        assert len(many) == len(few) <= STATEMENTS_MAX

    def test_of_the_form_with_listings_are_few(self, market, sides):
        with market.rows() as session:
            brief = build_brief(session, sides.brand_side, pricing=Pricing.LISTING)
            for _number in range(3):
                build_listing(session, sides.influencer_side)
        with market.counting() as statements:
            sides.influencer.get(f"/open-briefs/{brief.brief.id}/apply")
        assert len(statements) <= STATEMENTS_MAX, statements
