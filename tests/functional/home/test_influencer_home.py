"""An influencer's first page leads on to what a new profile lacks."""

from marketplace.bookings import operations as bookings
from tests.builders.bookings import Stage, build_booking, deliverables_of, publish
from tests.builders.market import build_listing
from tests.builders.people import build_influencer
from tests.builders.posts import build_posts


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
        assert '<a class="btn btn-trace" href="/profile/posts">Do this</a>' in page

    def test_names_the_payout_account_where_the_profile_lacks_nothing(self, market):
        with market.rows() as session:
            person = build_influencer(session)
            build_posts(session, person, ["Cold brew at home"])
            build_listing(session, person)
        page = market.visit_as(person.user).get("/home").text
        assert "Money for you waits until you have a payout account" in page
        assert "Nothing is missing." not in page
