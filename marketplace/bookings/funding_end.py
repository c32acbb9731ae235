"""The end of a booking nobody has paid."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import BookingAction, DeliverableAction, Side
from marketplace.bookings.locks import Case, deliverables_of
from marketplace.bookings.recording import Change, record_change
from marketplace.deals.booking_marks import mark_unpaid
from marketplace.policies import SYSTEM


def close_unpaid(session: Session, case: Case, *, action: BookingAction, event: str, now: datetime) -> None:
    """End a booking nobody has paid; the caller has settled the matter with payments."""
    booking = case.booking
    before, booking.status = booking.status, case.check(action)
    booking.closed_reason = "unpaid"
    for deliverable in deliverables_of(session, booking):
        system = case.by(SYSTEM, Side.SYSTEM)
        deliverable.status = system.check_deliverable(deliverable, DeliverableAction.VOID, now=now)
    clocks.close_timers(session, booking=booking, now=now)
    mark_unpaid(session, actor=case.actor, path=booking.path, terms_id=booking.terms_id, now=now)
    record_change(session, booking, Change(event, before, booking.status), actor=case.actor, now=now)
