"""What operators may not even ask for: it is refused before a second person reads it."""

import pytest

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.bookings import money
from marketplace.bookings import operations as bookings
from marketplace.bookings.refusals import ChargebackOpen, ClawBackRefused, StatusConflict, WorkMovedOn
from payments.chargebacks import settle_chargeback
from payments.claw_backs import list_claw_backs
from payments.ports import ChargebackState
from payments.statuses import ChargebackStatus
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of
from tests.builders.people import build_operator
from tests.clock import START


@pytest.fixture
def deal(session):
    deal = build_booking(session, stage=Stage.COMPLETED)
    confirm_money(session, deal.booked)
    return deal


def dispute(session, deal, status):
    """Let the card network take 1,000 of the payment, and decide it or not."""
    booking = deal.booked
    state = ChargebackState(
        gateway_dispute_id="dp_1",
        gateway_payment_id=f"pi_{booking.id}",
        status=status,
        currency=booking.currency,
        amount_minor=1_000,
        fee_minor=0,
        reason="fraudulent",
        is_withdrawn=True,
    )
    settle_chargeback(session, state=state, now=START)


def ask(session, deal, amount_minor, *, is_for_brand):
    return bookings.request_claw_back(
        session,
        actor=build_operator(session, role=OperatorRole.ADMIN).actor,
        deliverable_id=deliverables_of(session, deal.booked)[0].id,
        amount_minor=amount_minor,
        is_for_brand=is_for_brand,
        reason_en="We looked.",
        reason_ar="نظرنا.",
        now=START,
    )


def approve(session, asked):
    approve_act(
        session,
        actor=build_operator(session, role=OperatorRole.ADMIN).actor,
        request_id=asked.id,
        seen_hash=asked.payload_hash,
        carriers=CARRIERS,
        now=START,
    )


class TestRequestClawBack:
    @pytest.mark.parametrize("is_for_brand", [True, False])
    def test_waits_for_the_card_network(self, session, deal, is_for_brand):
        dispute(session, deal, ChargebackStatus.OPEN)
        with pytest.raises(ChargebackOpen):
            ask(session, deal, 1, is_for_brand=is_for_brand)

    def test_lets_the_loss_come_first_and_no_more_than_it(self, session, deal):
        dispute(session, deal, ChargebackStatus.LOST)
        for amount_minor, is_for_brand in ((1, True), (1_001, False), (0, False)):
            with pytest.raises(ClawBackRefused):
                ask(session, deal, amount_minor, is_for_brand=is_for_brand)
        assert isinstance(ask(session, deal, 1_000, is_for_brand=False), ApprovalRequest)

    def test_takes_no_more_than_arrived(self, session, deal):
        arrived = deliverables_of(session, deal.booked)[0].release_minor
        with pytest.raises(ClawBackRefused):
            ask(session, deal, arrived + 1, is_for_brand=True)
        assert isinstance(ask(session, deal, arrived, is_for_brand=True), ApprovalRequest)


class TestRetryMoney:
    @pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.SUBMITTED])
    def test_is_refused_before_anything_was_decided(self, session, stage):
        deal = build_booking(session, stage=stage)
        admin = build_operator(session, role=OperatorRole.ADMIN).actor
        work = deliverables_of(session, deal.booked)[0]
        with pytest.raises(StatusConflict):
            bookings.retry_money(session, actor=admin, deliverable_id=work.id, now=START)


class TestCarryOutClawBack:
    def test_is_asked_anew_where_the_brand_would_get_another_sum(self, session, deal, monkeypatch):
        work = deliverables_of(session, deal.booked)[0]
        asked = ask(session, deal, 1_000, is_for_brand=True)
        assert (asked.payload["beneficiary"], asked.payload["refund_minor"]) == ("brand", 1_115)
        monkeypatch.setattr(money, "claimed_with_fee_minor", lambda *_given, **_named: 1_114)
        with pytest.raises(WorkMovedOn), session.begin_nested():
            approve(session, asked)
        assert list_claw_backs(session) == []
        monkeypatch.undo()
        approve(session, asked)
        assert money.claimable_minor(session, deal.booked, work) == work.release_minor - 1_000

    def test_for_the_platform_gives_the_brand_nothing(self, session, deal):
        dispute(session, deal, ChargebackStatus.LOST)
        asked = ask(session, deal, 1_000, is_for_brand=False)
        assert (asked.payload["beneficiary"], asked.payload["refund_minor"]) == ("platform", None)
        approve(session, asked)
        (claim,) = list_claw_backs(session)
        assert (claim.amount_minor, claim.beneficiary) == (1_000, "platform")
