"""A request over its pages: who may decide, what a refusal tells, and that a closed one stays readable."""

import pytest

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import request_act
from tests.builders.people import build_operator

ACT = Act(ActKind.HOLD_PAYOUTS, "influencer", "i1", {"influencer": "Noura Example"})


@pytest.fixture
def asked(market):
    """A request of the first operator that waits; the second one and a moderator look at it, too."""
    with market.rows() as session:
        first, second = (build_operator(session, role="admin") for _number in range(2))
        reader = build_operator(session, role="moderator").user
        request = request_act(session, actor=first.actor, act=ACT, reason="We look.", now=market.clock())
        market.request_id, market.seen = request.id, request.payload_hash
    market.first, market.second, market.reader = (
        market.visit_as(user) for user in (first.user, second.user, reader)
    )
    market.path = f"/operate/approvals/{market.request_id}"
    for visitor in (market.first, market.second, market.reader):
        visitor.get("/operate/approvals")
    return market


def stored(asked):
    with asked.rows() as session:
        return session.get_one(ApprovalRequest, asked.request_id)


class TestRequest:
    def test_is_refused_with_a_note_that_the_colleague_reads(self, asked):
        assert asked.first.post(f"{asked.path}/refuse", {"note": "No."}).status_code == 403
        assert asked.reader.post(f"{asked.path}/refuse", {"note": "No."}).status_code == 403
        blank = asked.second.post(f"{asked.path}/refuse", {"note": "  "})
        assert (blank.status_code, "Refuse" in blank.text) == (422, True)
        assert stored(asked).status == "waiting"
        assert asked.second.post(f"{asked.path}/refuse", {"note": "Too early."}).status_code == 303
        assert stored(asked).status == "refused"
        page = asked.first.get(asked.path).text
        assert "Too early." in page
        assert f'action="{asked.path}/withdraw"' not in page
        late = asked.second.post(f"{asked.path}/approve", {"seen_hash": asked.seen})
        assert (late.status_code, "This request is closed." in late.text) == (409, True)

    def test_says_in_the_list_whose_it_is(self, asked):
        assert "Influencer: <bdi>Noura Example</bdi>" in asked.second.get("/operate/approvals").text

    def test_is_taken_back_by_who_asked_alone(self, asked):
        assert f'action="{asked.path}/withdraw"' in asked.first.get(asked.path).text
        assert f'action="{asked.path}/withdraw"' not in asked.second.get(asked.path).text
        assert asked.second.post(f"{asked.path}/withdraw").status_code == 409
        assert asked.first.post(f"{asked.path}/withdraw").location == "/operate/approvals"
        assert stored(asked).status == "withdrawn"
        assert asked.path in asked.second.get("/operate/approvals").text

    def test_is_approved_by_nobody_who_did_not_read_it(self, asked):
        page = asked.second.post(f"{asked.path}/approve", {"seen_hash": ""})
        assert (page.status_code, asked.seen in page.text) == (422, True)
        assert stored(asked).status == "waiting"

    def test_that_is_none_is_missing(self, asked):
        assert asked.first.get("/operate/approvals/none").status_code == 404
