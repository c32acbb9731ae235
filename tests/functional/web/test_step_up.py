"""Acts that bind money ask for the password again, and lose nothing that was typed."""

import pytest

from marketplace.accounts.models import UserSession
from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import request_act
from tests.builders.people import build_operator

PASSWORD = "walk-the-dunes"


@pytest.fixture
def desk(market):
    """A request that waits, and its second person, whose password was typed a quarter of an hour ago."""
    with market.rows() as session:
        first, second = build_operator(session), build_operator(session)
        second.user.password_hash = market.services.passwords.hash(PASSWORD)
        act = Act(ActKind.RESUME_OPERATION, "operation", "none", {})
        request = request_act(session, actor=first.actor, act=act, reason="x", now=market.clock())
        market.request_id, market.seen = request.id, request.payload_hash
    market.second = market.visit_as(second.user)
    market.second.get("/operate/approvals")
    market.clock.advance(minutes=16)
    return market


def approve(desk, **more):
    return desk.second.post(f"/operate/approvals/{desk.request_id}/approve", {"seen_hash": desk.seen, **more})


class TestStepUp:
    def test_asks_for_the_password_and_keeps_the_form(self, desk):
        page = approve(desk)
        assert page.status_code == 401
        assert desk.seen in page.text
        assert f"/operate/approvals/{desk.request_id}/approve" in page.text

    def test_refuses_a_wrong_password_and_keeps_the_form(self, desk):
        given = {
            "step_up_target": f"/operate/approvals/{desk.request_id}/approve",
            "seen_hash": desk.seen,
            "step_up_password": "wrong",
        }
        page = desk.second.post("/confirm-password", given)
        assert page.status_code == 422
        assert desk.seen in page.text
        assert "wrong" not in page.text.split("step_up_password")[1][:200]
        assert approve(desk).status_code == 401

    def test_sends_the_form_again_after_the_right_one(self, desk):
        given = {
            "step_up_target": f"/operate/approvals/{desk.request_id}/approve",
            "seen_hash": desk.seen,
            "step_up_password": PASSWORD,
        }
        answer = desk.second.post("/confirm-password", given)
        assert (answer.status_code, answer.location) == (307, f"/operate/approvals/{desk.request_id}/approve")
        assert approve(desk).status_code == 404  # the password is fresh; there is no such operation

    def test_leads_nowhere_else(self, desk):
        for target in ("https://evil.example.test/", "//evil.example.test", "/\\evil.example.test"):
            given = {"step_up_target": target, "step_up_password": PASSWORD}
            answer = desk.second.post("/confirm-password", given)
            assert (answer.status_code, answer.location) == (307, "/home")

    def test_leads_back_to_a_page(self, desk):
        page = desk.second.get("/confirm-password?next=/operate/approvals")
        assert 'value="/operate/approvals"' in page.text
        given = {"next": "/operate/approvals", "step_up_password": PASSWORD}
        answer = desk.second.post("/confirm-password", given)
        assert (answer.status_code, answer.location) == (303, "/operate/approvals")

    def test_counts_for_this_device_only(self, desk):
        desk.second.post("/confirm-password", {"next": "/", "step_up_password": PASSWORD})
        with desk.rows() as session:
            fresh = [row.fresh_at == desk.clock() for row in session.query(UserSession)]
            request = session.get_one(ApprovalRequest, desk.request_id)
        assert fresh.count(True) == 1
        assert request.status == "waiting"
