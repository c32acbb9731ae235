"""Operators see money that waits for a person, send it again, and compare the books with the provider's."""

import re

from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.audit.models import AuditEntry
from marketplace.bookings import operations as bookings
from payments import operations as payments
from payments.escrow import SideStatus
from payments.models import EscrowPartRow, MoneyOperation
from payments.settlement import refuse_operation
from payments.statuses import Direction, OperationState
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_operator

PATH = "/operate/waiting-money"


def refused_refund(market):
    """An order that was declined and whose first refund the provider refused."""
    with market.rows() as session:
        deal = build_booking(session, stage=Stage.FUNDED, path="order", now=market.clock())
        bookings.decline_order(
            session,
            actor=deal.influencer.actor,
            booking_id=deal.booked.id,
            code="no_time",
            now=market.clock(),
        )
        first = deliverables_of(session, deal.booked)[0]
        operation = session.scalars(
            select(MoneyOperation)
            .join(EscrowPartRow, EscrowPartRow.id == MoneyOperation.part_id)
            .where(EscrowPartRow.part_ref == first.id, MoneyOperation.direction == Direction.REFUND)
        ).one()
        operation.state = OperationState.SENT
        refuse_operation(
            session,
            operation_id=operation.id,
            code="expired_card",
            message="Card expired",
            now=market.clock(),
        )
        return deal, first.id


def visit(market, role=OperatorRole.FINANCE):
    with market.rows() as session:
        user = build_operator(session, role=role).user
    return market.visit_as(user)


class TestWaitingMoney:
    def test_ends_a_refund_that_was_paid_another_way_by_two_persons(self, market):
        _deal, part_ref = refused_refund(market)
        first, second = visit(market), visit(market)
        assert "It was paid another way" in first.get(PATH).text
        assert first.post(f"{PATH}/{part_ref}/paid-otherwise", {"reason": ""}).status_code == 422
        asked = first.post(f"{PATH}/{part_ref}/paid-otherwise", {"reason": "Transfer 7"})
        page = second.get(asked.location).text
        assert "Transfer 7" in page
        seen = re.search(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"', page).group(1)
        assert second.post(f"{asked.location}/approve", {"seen_hash": seen}).status_code == 303
        with market.rows() as session:
            part = session.scalars(select(EscrowPartRow).where(EscrowPartRow.part_ref == part_ref)).one()
            assert part.refund_status is SideStatus.DONE

    def test_shows_a_refused_refund_and_sends_it_again(self, market):
        _deal, part_ref = refused_refund(market)
        visitor = visit(market)
        page = visitor.get(PATH).text
        assert "expired_card" in page
        assert "Back to the brand" in page
        assert visitor.post(f"{PATH}/{part_ref}/retry").location == PATH
        with market.rows() as session:
            part = session.scalars(select(EscrowPartRow).where(EscrowPartRow.part_ref == part_ref)).one()
            assert part.refund_status is SideStatus.IN_TRANSIT
            assert session.scalars(select(AuditEntry).where(AuditEntry.action == "money.retried")).one()
        assert "expired_card" not in visitor.get(PATH).text

    def test_offers_no_button_for_a_release_that_waits_for_its_account(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.APPROVED, now=market.clock())
        page = visit(market).get(PATH).text
        assert "no payout account yet" in page
        assert deal.booked.id in page
        assert "Send again" not in page

    def test_says_when_nothing_waits(self, market):
        assert "No money waits" in visit(market).get(PATH).text

    def test_moves_nothing_of_a_frozen_booking(self, market):
        deal, part_ref = refused_refund(market)
        with market.rows() as session:
            payments.freeze(session, booking_ref=deal.booked.id, reason="x")
        visitor = visit(market)
        assert "Send again" not in visitor.get(PATH).text
        assert visitor.post(f"{PATH}/{part_ref}/retry").status_code == 409

    def test_is_not_for_moderators(self, market):
        assert visit(market, OperatorRole.MODERATOR).get(PATH).status_code == 403


class TestReconciliation:
    def test_says_what_does_not_fit(self, market):
        assert "Everything fits." in visit(market).get("/operate/reconciliation/comparison").text
        with market.rows() as session:
            build_booking(session, stage=Stage.FUNDED, now=market.clock())  # paid in our books alone
        market.clock.advance(hours=1)
        assert "Something does not fit." in visit(market).get("/operate/reconciliation/comparison").text
