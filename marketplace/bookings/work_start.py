"""The work begins: every deliverable gets its due date and its clocks."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import BookingAction, DeliverableAction, Side, TimerKind
from marketplace.bookings.locks import Case, deliverables_of
from marketplace.bookings.recording import Change, record_change
from marketplace.policies import SYSTEM
from marketplace.quotes.cards import schedule_of
from marketplace.quotes.models import TermsSnapshot
from marketplace.quotes.schedule import due_at


def start_work(session: Session, case: Case, *, action: BookingAction, event: str, now: datetime) -> None:
    """Make a paid booking active (T6) and start what is owed in it. Raises what the transition table raises."""
    booking = case.booking
    before, booking.status = booking.status, case.check(action)
    booking.activated_at = now
    terms = session.get_one(TermsSnapshot, booking.terms_id)
    due = due_at(case.policy, schedule_of(terms), started_at=now)
    system = case.by(SYSTEM, Side.SYSTEM)
    for deliverable in deliverables_of(session, booking):
        deliverable.status = system.check_deliverable(deliverable, DeliverableAction.START, now=now)
        deliverable.due_at, deliverable.overdue_at = due, due + case.policy.overdue
        clocks.open_timer(session, booking=booking, deliverable=deliverable, kind=TimerKind.DUE, due_at=due)
        clocks.open_timer(
            session,
            booking=booking,
            deliverable=deliverable,
            kind=TimerKind.OVERDUE,
            due_at=deliverable.overdue_at,
        )
    record_change(session, booking, Change(event, before, booking.status), actor=case.actor, now=now)
