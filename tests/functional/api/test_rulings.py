"""Rulings over the API: an operator decides, a side accepts, the other appeals, and nobody else."""

import pytest

from tests.builders.contests import build_contest
from tests.builders.people import build_brand, build_operator

RULING = {
    "verdicts": [
        {"criterion": "brew", "verdict": "not_met", "reason_en": "Not shown.", "reason_ar": "لم يظهر."}
    ],
    "reason_en": "The brewing is missing.",
    "reason_ar": "لا يظهر التحضير.",
}


@pytest.fixture
def dispute(api):
    with api.rows() as session:
        deal, contest = build_contest(session)
        operators = [build_operator(session).user for _each in range(2)]
        stranger = build_brand(session).user
    api.contest = f"/contests/{contest.id}"
    api.brand, api.influencer = api.program(deal.brand.user), api.program(deal.influencer.user)
    api.first, api.second = (api.program(user) for user in operators)
    api.stranger = api.program(stranger)
    return api


def status(room):
    return room["deliverables"][0]["status"]


class TestRuling:
    def test_is_given_accepted_by_one_side_and_appealed_by_the_other(self, dispute):
        room = dispute.first.do(f"{dispute.contest}/ruling", RULING)
        assert status(room) == "ruled"
        assert status(dispute.brand.do(f"{dispute.contest}/accept")) == "ruled"
        appealed = dispute.influencer.do(f"{dispute.contest}/appeal", {"text": "Look at 0:12."}, status=201)
        assert status(appealed) == "appealed"
        again = dispute.first.post(f"{dispute.contest}/ruling", RULING)
        assert again.status_code == 403  # an appeal is decided by somebody else
        assert status(dispute.second.do(f"{dispute.contest}/ruling", RULING)) not in {"ruled", "appealed"}

    def test_moves_the_money_when_both_sides_accept(self, dispute):
        dispute.first.do(f"{dispute.contest}/ruling", RULING)
        dispute.brand.do(f"{dispute.contest}/accept")
        room = dispute.influencer.do(f"{dispute.contest}/accept")
        assert status(room) in {"refunding", "releasing", "refunded"}

    def test_is_not_a_partys_nor_a_strangers(self, dispute):
        for program in (dispute.brand, dispute.influencer, dispute.stranger):
            assert program.post(f"{dispute.contest}/ruling", RULING).status_code == 403
        dispute.first.do(f"{dispute.contest}/ruling", RULING)
        for path, body in (("accept", None), ("appeal", {"text": "x"})):
            assert dispute.first.post(f"{dispute.contest}/{path}", body).status_code == 403
            assert dispute.stranger.post(f"{dispute.contest}/{path}", body).status_code == 404

    @pytest.mark.parametrize(
        "changes", [{"verdicts": []}, {"reason_ar": ""}, {"verdicts": [{"criterion": "brew"}]}]
    )
    def test_needs_every_verdict_and_reasons_in_both_languages(self, dispute, changes):
        assert dispute.first.post(f"{dispute.contest}/ruling", RULING | changes).status_code == 422

    def test_is_given_once_for_a_key_and_not_with_another_body(self, dispute):
        first = dispute.first.post(f"{dispute.contest}/ruling", RULING, idempotency="rule-1")
        again = dispute.first.post(f"{dispute.contest}/ruling", RULING, idempotency="rule-1")
        assert (first.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
        other = RULING | {"reason_en": "Something else."}
        assert dispute.first.post(f"{dispute.contest}/ruling", other, idempotency="rule-1").status_code == 409
