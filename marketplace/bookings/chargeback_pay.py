"""Approved work whose price a lost chargeback gave the brand back ends as its cancellation would: paid whole, unpublished."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.cancellation import cancellation_stage, settle_cancelled
from marketplace.bookings.domain import DeliverableAction, Side
from marketplace.bookings.locks import Case, deliverables_of
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.settlement import WHOLE_BPS
from marketplace.policies import SYSTEM
from marketplace.quotes.policy_records import CancellationStage
from payments.escrow import PartStatus

PAID_AFTER_CHARGEBACK = "paid_after_chargeback"
#: decided for the influencer
PAID = (PartStatus.OWED, PartStatus.RELEASING, PartStatus.RELEASED)


def pay_approved(session: Session, case: Case, *, now: datetime) -> None:
    """Settle approved work that payments decided for the influencer; nothing while the booking stands still."""
    if case.booking.frozen_at is not None:
        return
    waiting = [
        each
        for each in deliverables_of(session, case.booking)
        if cancellation_stage(each.status) is CancellationStage.APPROVED
    ]
    parts = money.parts_of(session, case.booking) if waiting else {}
    system = case.by(SYSTEM, Side.SYSTEM)
    for deliverable in waiting:
        if parts[deliverable.id].status not in PAID:
            continue
        before = deliverable.status
        deliverable.status = system.check_deliverable(deliverable, DeliverableAction.CANCEL, now=now)
        deliverable.share_bps, deliverable.closed_reason = WHOLE_BPS, PAID_AFTER_CHARGEBACK
        clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
        params = {"share_bps": WHOLE_BPS, "reason": PAID_AFTER_CHARGEBACK}
        change = Change("deliverable.paid_after_chargeback", before, deliverable.status, params=params)
        record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)
        settle_cancelled(session, case, deliverable, now=now)
