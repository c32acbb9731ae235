"""Between what payments books of a lost chargeback and what its booking hears of it, nothing of the taken work moves."""

import pytest

from marketplace.bookings import operations as bookings
from marketplace.bookings.cancellation import cancel_booking
from marketplace.bookings.refusals import StatusConflict
from payments.chargebacks import settle_chargeback
from payments.ports import ChargebackState
from payments.statuses import ChargebackStatus
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account
from tests.clock import START


def dispute(session, deal, number, status, amount_minor):
    state = ChargebackState(
        gateway_dispute_id=f"dp_{number}",
        gateway_payment_id=f"pi_{deal.booked.id}",
        status=status,
        currency=deal.booked.currency,
        amount_minor=amount_minor,
        fee_minor=0,
        reason="fraudulent",
        is_withdrawn=True,
    )
    settle_chargeback(session, state=state, now=START)


@pytest.fixture
def deal(session):
    """The card network took the price of the last work, and no worker has told the booking yet."""
    deal = build_booking(session, stage=Stage.SUBMITTED)
    open_payout_account(session, deal.influencer)
    last = deliverables_of(session, deal.booked)[-1]
    dispute(session, deal, 1, ChargebackStatus.LOST, last.net_minor + last.fee_minor + last.tax_minor)
    return deal


class TestUnheardChargeback:
    def test_lets_the_work_that_it_took_be_neither_approved_nor_cancelled(self, session, deal):
        first, last = deliverables_of(session, deal.booked)
        for act in (
            lambda: bookings.approve_submission(
                session, actor=deal.brand.actor, deliverable_id=last.id, now=START
            ),
            lambda: cancel_booking(
                session, actor=deal.influencer.actor, booking_id=deal.booked.id, now=START
            ),
        ):
            tried = session.begin_nested()
            with pytest.raises(StatusConflict):
                act()
            tried.rollback()
        assert verify_ledger(session).problems == ()
        bookings.on_chargeback_closed(
            session, booking_ref=deal.booked.id, is_won=False, is_partial=True, now=START
        )
        session.refresh(last)
        assert (first.status, last.status, last.closed_reason) == ("submitted", "cancelled", "chargeback")
        cancel_booking(session, actor=deal.influencer.actor, booking_id=deal.booked.id, now=START)
        assert verify_ledger(session).problems == ()


class TestTwoChargebacks:
    def test_let_the_booking_go_on_when_the_last_one_is_won(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        for number in (1, 2):
            dispute(session, deal, number, ChargebackStatus.OPEN, 1_000)
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
        for number, frozen in ((1, "chargeback"), (2, None)):
            dispute(session, deal, number, ChargebackStatus.WON, 1_000)
            bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=True, now=START)
            assert deal.booked.frozen_reason == frozen
        assert verify_ledger(session).problems == ()
