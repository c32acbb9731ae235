"""Correcting and narrowing a ranked list by a program."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.matches.models import MatchCorrection
from tests.functional.api.test_baskets import program

__all__ = ["program"]


@pytest.fixture
def run(api, program):
    return program.do(f"/briefs/{api.brief_id}/matches", status=201)


class TestCorrections:
    def test_rank_again_by_what_is_put_instead(self, api, program, run):
        address = f"/briefs/{api.brief_id}/matches/corrections"
        again = program.do(
            address,
            {"corrections": {"topics": ["baking", "skincare"], "platforms": ["instagram"]}},
            status=201,
        )
        assert again["id"] != run["id"]
        assert again["criteria"]["topics"] == ["baking", "skincare"]
        assert program.do(address, {"corrections": {"topics": None}}, status=201)["criteria"]["topics"] == [
            "baking"
        ]

    def test_ask_for_another_audience(self, api, program, run):
        address = f"/briefs/{api.brief_id}/matches/corrections"
        asked = {"audience": ["KW", "AE"], "audience_share": [40]}
        audience = program.do(address, {"corrections": asked}, status=201)["criteria"]["audience"]
        assert (audience["countries"], audience["share"]) == (["KW", "AE"], 0.4)

    def test_refuse_what_cannot_be_searched_for_and_keep_nothing(self, api, program, run):
        address = f"/briefs/{api.brief_id}/matches/corrections"
        for wrong in (
            {"topics": ["no-such-topic"]},
            {"followers": [5, 1]},
            {"dates": ["soon", "later"]},
            {"audience": ["Mars"]},
            {"audience_share": [0]},
            {"audience_share": []},
            {"x": []},
        ):
            answer = program.post(address, {"corrections": wrong})
            assert answer.status_code == 422, wrong
        for ids in ([1], [{}], ["0" * 20]):
            assert program.post(address, {"corrections": {"excluded": ids}}).status_code == 422, ids
        for followers in ([1, 100_000], [1_000, 10**9], [True, 2]):
            assert program.post(address, {"corrections": {"followers": followers}}).status_code == 422
        with api.rows() as session:
            assert session.scalars(select(MatchCorrection)).all() == []

    def test_say_that_search_is_down_and_keep_nothing(self, api, program, run):
        api.app.extensions["athar"] = replace(api.services, search=None)
        address = f"/briefs/{api.brief_id}/matches/corrections"
        answer = program.post(address, {"corrections": {"topics": ["skincare"]}})
        assert (answer.status_code, answer.json["code"]) == (503, "search_unavailable")
        with api.rows() as session:
            assert session.scalars(select(MatchCorrection)).all() == []


class TestFacets:
    def test_say_who_is_left_and_what_each_choice_would_leave(self, api, program, run):
        body = program.get(f"/matches/{run['id']}/facets?newcomer=yes&city=Nowhere").json
        assert body["influencer_ids"] == []
        assert body["total"] == 3
        newcomer = next(group for group in body["groups"] if group["name"] == "city")
        assert {one["value"]: one["count"] for one in newcomer["options"]}["Nowhere"] == 0
