"""Reminders that must have been sent before the brand's silence approves a submission."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import DeliverableStatus, SubmissionStatus, TimerKind
from marketplace.bookings.locks import Case
from marketplace.bookings.models import Booking, Deliverable, Reminder, Submission
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.review import waiting_submission
from marketplace.bookings.silence import approval_time
from marketplace.outbox import operations as outbox
from marketplace.policies import SYSTEM
from marketplace.quotes.models import Quote
from marketplace.quotes.policy_records import PolicyRecord


def write_reminder(
    session: Session, case: Case, deliverable: Deliverable, *, number: int, now: datetime
) -> None:
    """Write the reminder and ask for it to be told; `mark_reminder_accepted` is the answer."""
    submission = waiting_submission(session, deliverable)
    key = f"review.reminder:{submission.id}:{number}"
    session.add(
        Reminder(
            deliverable_id=deliverable.id,
            submission_id=submission.id,
            number=number,
            key=key,
            created_at=now,
        )
    )
    record_change(
        session,
        case.booking,
        Change("review.reminded", params={"number": number, "reminder_key": key}),
        actor=SYSTEM,
        now=now,
        deliverable=deliverable,
    )
    payload = {
        "booking_id": case.booking.id,
        "deliverable_id": deliverable.id,
        "reminder_key": key,
        "number": number,
    }
    outbox.put(session, "review.reminder", payload, now=now, key=key)


def mark_reminder_accepted(session: Session, key: str, now: datetime) -> bool:
    """Note that the mail and notice adapters took the reminder; False when there is none under this key.

    The end of the review moves, where it must, so that both sides see when silence really counts.
    """
    reminder = session.scalar(select(Reminder).where(Reminder.key == key))
    if reminder is None:
        return False
    deliverable = session.get_one(Deliverable, reminder.deliverable_id)
    booking = session.get_one(Booking, deliverable.booking_id, with_for_update=True, populate_existing=True)
    session.refresh(reminder)
    if reminder.accepted_at is not None:
        return True
    reminder.accepted_at = now
    session.flush()
    quote = session.get_one(Quote, booking.quote_id)
    policy = PolicyRecord.from_plain(quote.policy["record"])
    timer = clocks.find_open_timer(session, deliverable=deliverable, kind=TimerKind.REVIEW)
    at = when_silence_approves(session, deliverable, policy)
    if timer is not None and at is not None and at > timer.due_at:
        timer.due_at = deliverable.review_until = at
        session.flush()
    return True


def when_silence_approves(
    session: Session, deliverable: Deliverable, policy: PolicyRecord
) -> datetime | None:
    """Return when the brand's silence approves the waiting version; None while reminders are owed."""
    if deliverable.status != DeliverableStatus.SUBMITTED or deliverable.review_until is None:
        return None
    accepted = session.scalars(
        select(Reminder.accepted_at)
        .join(Submission, Submission.id == Reminder.submission_id)
        .where(Reminder.deliverable_id == deliverable.id, Submission.status == SubmissionStatus.WAITING)
    ).all()
    return approval_time(
        deliverable.review_until,
        accepted,
        reminders_owed=len(policy.review_reminders),
        grace=policy.review_reminder_grace,
    )
