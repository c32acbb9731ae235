"""A country that the provider does not pay is said at sign-up, not when money is owed."""

from sqlalchemy import select

from marketplace.influencers.models import Influencer
from tests.functional.market_site import Visitor

PERSON = {
    "display_name": "Noura",
    "email": "noura@mail.example.com",
    "password": "walk-the-long-dunes",
    "handle": "noura.brews",
    "city": "Riyadh",
    "is_adult": "y",
}


def handles(market):
    with market.rows() as session:
        return list(session.execute(select(Influencer.handle, Influencer.country)))


class TestSignUp:
    def test_says_it_and_lets_who_wants_to_wait(self, market):
        visitor = Visitor(market.app.test_client())
        visitor.get("/sign-up/influencer")
        told = visitor.post("/sign-up/influencer", PERSON | {"country": "KP"})
        assert told.status_code == 422
        assert "Your country is not served yet" in told.text
        assert 'name="knows_unserved"' in told.text
        assert handles(market) == []
        knowing = PERSON | {"country": "KP", "knows_unserved": "y"}
        assert visitor.post("/sign-up/influencer", knowing).status_code == 200
        assert handles(market) == [("noura.brews", "KP")]

    def test_asks_nothing_more_of_the_others(self, market):
        visitor = Visitor(market.app.test_client())
        assert "knows_unserved" not in visitor.get("/sign-up/influencer").text
        assert visitor.post("/sign-up/influencer", PERSON | {"country": "SA"}).status_code == 200
        assert handles(market) == [("noura.brews", "SA")]
