"""The market over the API keeps to the follower gate as its page does."""

from tests.builders.market import build_listing
from tests.builders.people import build_influencer
from tests.functional.api.test_baskets import program

__all__ = ["program"]


class TestMarket:
    def test_lists_larger_accounts_only_to_who_asks(self, api, program):
        with api.rows() as session:
            famous = build_listing(session, build_influencer(session, followers=100_001)).listing.id
        listed = [row["id"] for row in program.read("/market/listings")["items"]]
        assert listed
        assert famous not in listed
        assert famous in [row["id"] for row in program.read("/market/listings?size=every")["items"]]
        assert program.get("/market/listings?size=huge").status_code == 422
