"""An influencer's first page leads on to what a new profile lacks."""

from tests.builders.market import build_listing
from tests.builders.people import build_influencer
from tests.builders.posts import build_posts


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
