"""An influencer's first page leads on to what a new profile lacks."""

import re
from datetime import timedelta

from sqlalchemy import select

from marketplace.bookings import operations as bookings
from marketplace.deals import operations as deals
from marketplace.influencers.measures import POSTS_LEAST
from marketplace.influencers.models import Channel
from marketplace.listings.domain import ListingStatus
from marketplace.results.operations import hand_in_result
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account, publish
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer
from tests.builders.posts import build_posts
from tests.clock import START

POSTS = ["Cold brew at home"] * POSTS_LEAST


class TestMoney:
    def test_that_is_approved_and_has_no_account_is_called_so_on_both_pages(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.APPROVED, now=market.clock())
        market.work()
        person = market.visit_as(deal.influencer.user)
        room = person.get(f"/bookings/{deal.booked.id}").text
        assert "approved; released once the post is live and confirmed" in room
        with market.rows() as session:
            for work in deliverables_of(session, deal.booked):
                if work.is_published:
                    publish(session, deal, work, now=market.clock())
                    bookings.confirm_publication(
                        session, actor=deal.brand.actor, deliverable_id=work.id, now=market.clock()
                    )
        market.work()
        for path in ("/home", "/money"):
            page = person.get(path).text
            assert "waits for the payout account" in page, path
            assert "being sent" not in page, path


class TestInfluencerHome:
    def test_leads_to_what_is_missing_where_nothing_else_waits(self, market):
        with market.rows() as session:
            person = build_influencer(session)
        page = market.visit_as(person.user).get("/home").text
        assert "Nothing waits for you" not in page
        assert '<a class="btn btn-trace" href="/listings/new">Do this</a>' in page

    def test_names_the_same_thing_to_do_as_the_profile(self, market):
        with market.rows() as session:
            person = build_influencer(session, is_proven=False)
            person.influencer.consented_at = None
        visitor = market.visit_as(person.user)
        home, profile = (visitor.get(path).text for path in ("/home", "/profile"))
        for page in (home, profile):
            assert "Let brands find you: Nobody sees the profile until you agree to be listed." in page
        score = re.search(r"(\d+) of 100\. What helps", profile)
        assert score is not None
        assert f"It stands at {score.group(1)} of 100." in home

    def test_leads_to_a_listing_that_was_sent_back(self, market):
        with market.rows() as session:
            person = build_influencer(session)
            build_posts(session, person, POSTS)
            listing = build_listing(session, person).listing
            listing.status, listing.live_version_id = ListingStatus.CHANGES_REQUESTED, None
        visitor = market.visit_as(person.user)
        for page in (visitor.get(path).text for path in ("/home", "/profile")):
            assert "Finish your listing: Brands can order it once it was handed in and approved." in page
            assert '<a class="btn btn-trace" href="/listings">Do this</a>' in page
            assert "Offer a first listing" not in page

    def test_asks_for_nothing_that_an_operator_looks_at(self, market):
        with market.rows() as session:
            person = build_influencer(session, is_proven=False)
            build_posts(session, person, POSTS)
            for channel in session.scalars(
                select(Channel).where(Channel.influencer_id == person.influencer.id)
            ):
                channel.proof_requested_at = START
        visitor = market.visit_as(person.user)
        page = visitor.get("/home").text
        assert "Offer a first listing" in page
        assert "Prove a channel" not in page
        with market.rows() as session:
            listing = build_listing(session, person).listing
            listing.status, listing.live_version_id = ListingStatus.SUBMITTED, None
        page = visitor.get("/home").text
        assert "Offer a first listing" not in page
        assert page.count("An operator looks for the code in your channel") == 2
        assert "Your profile is whole" not in page
        with market.rows() as session:
            for channel in session.scalars(
                select(Channel).where(Channel.influencer_id == person.influencer.id)
            ):
                channel.proof_requested_at, channel.proven_at = None, START
        assert "An operator reads your listing" in visitor.get("/home").text

    def test_names_the_payout_account_where_the_profile_lacks_nothing(self, market):
        with market.rows() as session:
            person = build_influencer(session)
            build_posts(session, person, POSTS)
            build_listing(session, person)
        page = market.visit_as(person.user).get("/home").text
        assert "Money for you waits until you have a payout account" in page
        assert '<a class="btn btn-trace" href="/money/payout-account">Set up the payout account</a>' in page
        assert "Nothing is missing." not in page
        assert "Nothing waits for you" not in page


class TestNextStep:
    """What is proposed to a whole profile where nothing waits."""

    def whole(self, session, person):
        build_posts(session, person, POSTS)
        build_listing(session, person)
        open_payout_account(session, person)

    def test_leads_to_the_briefs_that_one_has_not_applied_to(self, market):
        with market.rows() as session:
            person = build_influencer(session)
            self.whole(session, person)
            briefs = [build_brief(session, build_brand(session)) for _each in range(2)]
        visitor = market.visit_as(person.user)
        page = visitor.get("/home").text
        assert "2 briefs are open that you have not applied to" in page
        assert '<a class="btn btn-trace" href="/briefs/open">See open briefs</a>' in page
        with market.rows() as session:
            for brief in briefs:
                deals.submit_application(
                    session,
                    actor=person.actor,
                    brief_id=brief.brief.id,
                    pitch="I brew every morning.",
                    now=START,
                )
        page = visitor.get("/home").text
        assert "See open briefs" not in page
        assert "Nothing waits for you" in page

    def test_asks_for_the_counts_of_a_post_once_it_was_live_for_a_week(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.COMPLETED)
            self.whole(session, deal.influencer)
        visitor = market.visit_as(deal.influencer.user)
        path = f"/bookings/{deal.booked.id}/results"
        assert path not in visitor.get("/home").text
        market.clock.advance(timedelta(days=6, hours=23))
        with market.rows() as session:
            post = next(work for work in deliverables_of(session, deal.booked) if work.is_published)
        visitor = market.visit_as(deal.influencer.user)
        assert path not in visitor.get("/home").text
        market.clock.advance(timedelta(hours=2))
        page = visitor.get("/home").text
        assert f'<a class="btn btn-trace" href="{path}">Hand in the counts</a>' in page
        with market.rows() as session:
            hand_in_result(
                session,
                actor=deal.influencer.actor,
                deliverable_id=post.id,
                counts={"views": 900},
                as_of=market.clock().date(),
                now=market.clock(),
            )
        assert path not in visitor.get("/home").text
