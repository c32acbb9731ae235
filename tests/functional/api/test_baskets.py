"""Choosing, reading and inviting a basket by a program."""

import pytest
from sqlalchemy import select

from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchResult
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer
from tests.functional.api.bodies import sar
from tests.functional.api.problem_reading import wrong_fields
from tests.functional.matches.matching_site import BRIEF

WISHES = {"budget": sar(500_000), "count_most": 2}


@pytest.fixture
def program(api):
    with api.rows() as session:
        brand = build_brand(session)
        for _each in range(3):
            baker = build_influencer(session)
            baker.influencer.bio = "baking cakes bread oven"
            baker.influencer.claimed_topics = ["baking"]
            build_listing(session, baker)
        api.brief_id = build_brief(session, brand, **BRIEF).brief.id
        user = brand.user
    index_all(api.services, progress=lambda *_counts: None)
    return api.program(user)


class TestBasket:
    def test_is_chosen_read_and_invited(self, api, program):
        address = f"/briefs/{api.brief_id}/basket"
        assert program.get(address).status_code == 404
        assert program.get(f"{address}/outcome").status_code == 404
        assert program.post(address, WISHES).status_code == 409
        program.do(f"/briefs/{api.brief_id}/matches", status=201)
        chosen = program.do(address, WISHES)
        assert program.read(address) == chosen
        assert len(chosen["members"]) == 2
        assert chosen["wishes"]["budget"] == {"amount_minor": 500_000, "currency": "SAR"}
        assert chosen["net"]["amount_minor"] <= 500_000
        assert chosen["total"]["amount_minor"] > chosen["net"]["amount_minor"]
        answer = program.do(f"{address}/invitations", {"revision": chosen["revision"]})
        assert [row["outcome"] for row in answer["items"]] == ["sent", "sent"]
        assert {row["influencer_id"] for row in answer["items"]} == {
            member["influencer_id"] for member in chosen["members"]
        }
        assert program.post(f"{address}/invitations", {"revision": 99}).status_code == 409
        outcome = program.read(f"{address}/outcome")
        assert (outcome["n"], outcome["m"], outcome["views"]) == (0, 2, None)
        assert [row["state"] for row in outcome["members"]] == ["open", "open"]
        assert outcome["forecast"]["views"] == chosen["views"]
        assert outcome["forecast"]["total"] == chosen["total"]

    def test_takes_the_wishes_that_it_shows_in_its_own_currency(self, api, program):
        address = f"/briefs/{api.brief_id}/basket"
        program.do(f"/briefs/{api.brief_id}/matches", status=201)
        chosen = program.do(address, WISHES)
        assert program.do(address, chosen["wishes"])["wishes"] == chosen["wishes"]
        for budget, field in (
            ({"amount_minor": 500_000, "currency": "USD"}, "budget.currency"),
            (sar(0), "budget.amount_minor"),
        ):
            answer = program.post(address, WISHES | {"budget": budget})
            assert (answer.status_code, list(wrong_fields(answer.json))) == (422, [field])
        assert program.read(address)["revision"] == 2

    def test_keeps_the_distant_out_and_counts_them(self, api, program):
        run = program.do(f"/briefs/{api.brief_id}/matches", status=201)
        with api.rows() as session:
            place = session.scalars(select(MatchResult).order_by(MatchResult.rank.desc())).first()
            parts = [part | {"points": 20.0} for part in place.receipt["parts"]]
            place.receipt = place.receipt | {"parts": parts}
            distant = place.influencer_id
        places = program.read(f"/matches/{run['id']}")["items"]
        assert [row["receipt"]["is_distant"] for row in places] == [False] * (len(places) - 1) + [True]
        address = f"/briefs/{api.brief_id}/basket"
        chosen = program.do(address, WISHES | {"count_most": 3})
        assert (len(chosen["members"]), chosen["set_aside_count"]) == (len(places) - 1, 1)
        chosen = program.do(address, WISHES | {"count_most": 3, "kept": [distant]})
        assert sum(row["is_distant"] for row in chosen["members"]) == 1
        assert chosen["set_aside_count"] == 0

    def test_names_the_limit_that_no_basket_keeps(self, api, program):
        program.do(f"/briefs/{api.brief_id}/matches", status=201)
        body = program.do(f"/briefs/{api.brief_id}/basket", {**WISHES, "kept": ["0" * 20]})
        assert (body["problem"], body["members"]) == ("included", [])
        assert body["problem_text"]
