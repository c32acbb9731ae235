"""Operators see money that waits for a person, send it again, and compare the books with the provider's."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.announcements.booking_facts import booking_facts
from marketplace.audit.models import AuditEntry
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent
from marketplace.bookings.reactions import REACTIONS
from marketplace.outbox.models import OutboxRow
from payments import operations as payments
from payments.escrow import SideStatus
from payments.events import MismatchReturned
from payments.funding import settle_payment
from payments.models import EscrowPartRow, MoneyOperation, ReconciliationBreak
from payments.ports import PaymentState
from payments.settlement import refuse_operation
from payments.statuses import Direction, OperationState
from payments.store import balance
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_operator

PATH = "/operate/waiting-money"


@dataclass
class Clocked:
    """What reactions ask of the services."""

    now: object

    def clock(self):
        return self.now


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


def stray_of(market, *, is_known=True):
    """A payment that funds nothing and waits: of a booking that is paid already, or of nobody we know."""
    with market.rows() as session:
        deal = build_booking(session, stage=Stage.FUNDED, now=market.clock())
        happened = settle_payment(
            session,
            payment=PaymentState(
                gateway_payment_id="pi_stray",
                is_succeeded=True,
                currency="SAR",
                amount_minor=5_000,
                booking_ref=deal.booked.id if is_known else None,
                gateway_charge_id="ch_stray",
                fee_minor=None,
                settlement_currency="SAR",
            ),
            now=market.clock(),
        )
        assert [type(each).__name__ for each in happened] == ["PaymentMismatched"]
        for operation in session.scalars(select(MoneyOperation).where(MoneyOperation.kind == "return")):
            operation.state = OperationState.SENT
            refuse_operation(
                session, operation_id=operation.id, code="expired_card", message="", now=market.clock()
            )
        return deal


class TestMoneyThatFitsNothing:
    def approve(self, visitor, location):
        page = visitor.get(location).text
        seen = re.search(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"', page).group(1)
        assert visitor.post(f"{location}/approve", {"seen_hash": seen}).status_code == 303
        return page

    def test_is_paid_back_from_the_bank_by_two_persons_and_told(self, market):
        deal = stray_of(market)
        first, second = visit(market), visit(market)
        page = first.get(PATH).text
        assert "expired_card" in page
        assert "The booking had been paid before." in page
        path = f"{PATH}/payments/pi_stray/returned"
        assert first.post(path, {"reason": ""}).status_code == 422
        refused = first.post(path, {"reason": "Transfer 7", "refund_ref": "re 1; drop"})
        assert (refused.status_code, "This is no number of a refund" in refused.text) == (422, True)
        asked = first.post(path, {"reason": "Transfer 7"})
        assert "Transfer 7" in self.approve(second, asked.location)
        assert "pi_stray" not in second.get(PATH).text
        with market.rows() as session:
            assert balance(session, "asset:bank", currency="SAR") == -5_000
            assert verify_ledger(session).explained_bps == 10_000
            assert session.scalars(
                select(AuditEntry).where(AuditEntry.action == "payment.returned_by_hand")
            ).one()
            told = session.scalars(select(OutboxRow).where(OutboxRow.kind == MismatchReturned.name)).one()
            REACTIONS[MismatchReturned.name].inside(session, Clocked(market.clock()), told.payload)
            event = session.scalars(select(BookingEvent).where(BookingEvent.kind == "payment.returned")).one()
            assert (event.booking_id, event.params["amount_minor"]) == (deal.booked.id, 5_000)
            facts = booking_facts(
                session,
                {"booking_id": deal.booked.id, "revision": event.number},
                event="payment.returned",
            )
            assert "50" in str(facts.params["amount"])

    def test_of_nobody_we_know_is_refunded_at_the_provider(self, market):
        stray_of(market, is_known=False)
        first, second = visit(market), visit(market)
        assert "Whose it is nobody knows" in first.get(PATH).text
        given = {"reason": "Found in the dashboard", "refund_ref": "re_by_hand"}
        asked = first.post(f"{PATH}/payments/pi_stray/returned", given)
        assert "re_by_hand" in self.approve(second, asked.location)
        with market.rows() as session:
            made = session.scalars(select(MoneyOperation).where(MoneyOperation.kind == "return")).one()
            assert (made.state, made.gateway_id) == (OperationState.CONFIRMED, "re_by_hand")
            assert balance(session, "suspense:pi_stray", currency="SAR") == 0
        assert first.post(f"{PATH}/payments/pi_stray/returned", given).status_code == 409


class TestReconciliation:
    def test_says_what_does_not_fit(self, market):
        assert "Everything fits." in visit(market).get("/operate/reconciliation/comparison").text
        with market.rows() as session:
            build_booking(session, stage=Stage.FUNDED, now=market.clock())  # paid in our books alone
        market.clock.advance(hours=1)
        assert "Something does not fit." in visit(market).get("/operate/reconciliation/comparison").text

    def test_goes_back_to_the_oldest_open_break(self, market):
        with market.rows() as session:
            since = market.clock() - timedelta(days=300)
            session.add(ReconciliationBreak(code="unknown_line", gateway_id="txn_own", since=since))
        page = visit(market).get("/operate/reconciliation").text
        assert f"{since.year}" in page.split("Every movement since")[1][:60]
