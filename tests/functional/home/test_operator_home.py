"""The operators' overview: what waits, counted, and where it leads."""

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.operations import request_act
from marketplace.bookings import operations as bookings
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_operator
from tests.clock import START


def test_counts_disputes_and_waiting_requests_and_shows_chargebacks_to_who_may_see_the_ledger(market):
    with market.rows() as session:
        admin, moderator = build_operator(session, role="admin"), build_operator(session, role="moderator")
        deal = build_booking(session, stage=Stage.SUBMITTED)
        work = deliverables_of(session, deal.booked)[0]
        bookings.open_contest(
            session,
            actor=deal.brand.actor,
            deliverable_id=work.id,
            criteria=["label"],
            statement="x",
            now=START,
        )
        for number in range(2):
            act = Act(ActKind.HOLD_PAYOUTS, "influencer", f"i{number}", {"influencer": "Sara"})
            request_act(session, actor=admin.actor, act=act, reason="x", now=START)
        users = admin.user, moderator.user
    page, less = (market.visit_as(user).get("/home").text for user in users)
    for text in (page, less):
        assert "1 open dispute<" in text
        assert "Evidence until" in text
        assert "2 requests wait for a second person" in text
        assert "/operate/approvals" in text
    assert "0 open chargebacks" in page
    assert "open chargeback" not in less
