"""An influencer's first page leads on to what a new profile lacks."""

from tests.builders.people import build_influencer


class TestInfluencerHome:
    def test_leads_to_what_is_missing_where_nothing_else_waits(self, market):
        with market.rows() as session:
            person = build_influencer(session)
        page = market.visit_as(person.user).get("/home").text
        assert "Nothing waits for you" not in page
        assert '<a class="btn btn-trace" href="/profile/posts">Do this</a>' in page
