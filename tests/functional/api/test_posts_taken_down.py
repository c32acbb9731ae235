"""A post that is gone, over the API: reported, shown, not found, ruled, taken back by two."""

import pytest

from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of
from tests.builders.people import build_brand, build_operator

RULING = {
    "verdicts": [{"criterion": "kept_live", "verdict": "not_met"}],
    "reason_en": "We looked twice.",
    "reason_ar": "اطّلعنا مرتين.",
}


@pytest.fixture
def deal(api):
    with api.rows() as session:
        made = build_booking(session, stage=Stage.COMPLETED)
        confirm_money(session, made.booked)
        work = f"/deliverables/{deliverables_of(session, made.booked)[0].id}"
        people = (
            made.brand.user,
            made.influencer.user,
            build_operator(session).user,
            build_brand(session).user,
        )
    api.work = work
    api.brand, api.influencer, api.operator, api.stranger = (api.program(user) for user in people)
    return api


def contest_of(room):
    return room["deliverables"][0]["contest"]


class TestTakenDown:
    def test_is_reported_shown_and_not_found(self, deal):
        body = {"statement": "The address leads nowhere.", "links": ["https://video.example.test/gone"]}
        assert deal.stranger.post(f"{deal.work}/report-taken-down", body).status_code == 404
        assert deal.influencer.post(f"{deal.work}/report-taken-down", body).status_code == 403
        found = contest_of(deal.brand.do(f"{deal.work}/report-taken-down", body, status=201))
        assert (found["kind"], found["added_criteria"][0]["id"]) == ("taken_down", "kept_live")
        contest = f"/contests/{found['id']}"
        shown = contest_of(deal.influencer.do(f"{contest}/show-post", {"text": "It is up."}, status=201))
        assert shown["look_until"] > shown["shown_at"]
        deal.clock.advance(minutes=5)
        assert (
            contest_of(deal.brand.do(f"{contest}/deny-post", {"text": "No."}, status=201))["look_until"]
            is None
        )
        early = deal.operator.post(f"{contest}/ruling", RULING)
        assert (early.status_code, early.json["code"]) == (409, "sides_not_heard")
        deal.clock.advance(minutes=5)
        deal.influencer.do(f"{contest}/evidence", {"text": "It is up again."}, status=201)
        asked = deal.operator.post(f"{contest}/ruling", RULING)
        assert asked.status_code == 202  # what takes something away needs a second operator
        assert contest_of(asked.json)["ruled_at"] is None

    def test_ends_when_the_brand_finds_it(self, deal):
        found = contest_of(
            deal.brand.do(f"{deal.work}/report-taken-down", {"statement": "Gone."}, status=201)
        )
        contest = f"/contests/{found['id']}"
        assert deal.influencer.post(f"{contest}/find-post-live").status_code == 403
        room = deal.brand.do(f"{contest}/find-post-live")
        assert contest_of(room)["closed_at"] is not None
        assert room["deliverables"][0]["publications"][0]["status"] == "confirmed"
