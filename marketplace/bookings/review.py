"""The brand looks at a version: it asks for changes, or approves what is then released or published."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.domain import (
    DeliverableAction,
    DeliverableStatus,
    Side,
    SubmissionStatus,
    TimerKind,
)
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import ChangeRequest, Deliverable, Submission
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import (
    CriterionUnknown,
    ReasonMissing,
    StatusConflict,
)
from marketplace.bookings.settlement import WHOLE_BPS, settle_deliverable
from marketplace.deals.records import read_text
from marketplace.policies import Actor, Permission
from marketplace.quotes.models import TermsSnapshot
from marketplace.quotes.schedule import posting_before
from marketplace.web.language import lazy_gettext as _

REVIEW_CLOCKS = (TimerKind.REVIEW, TimerKind.REVIEW_REMINDER_1, TimerKind.REVIEW_REMINDER_2)


def request_changes(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    criterion_id: str,
    note: str,
    submission_number: int | None = None,
    now: datetime,
) -> ChangeRequest:
    """Ask for changes (T10), naming the agreed criterion that is not met; at most twice.

    `submission_number` is the version the brand looked at; a newer one is refused as a conflict.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, RoundsUsedUp: see their classes.
        CriterionUnknown, ReasonMissing, TextTooLong: with the field at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    status = case.check_deliverable(deliverable, DeliverableAction.REQUEST_CHANGES, now=now)
    submission = waiting_submission(session, deliverable, number=submission_number)
    _check_criterion(session, case, criterion_id)
    cleaned = read_text(note, field="note")
    if not cleaned:
        message = _("Say what must change.")
        raise ReasonMissing(message, fields={"note": message})
    request = ChangeRequest(
        submission_id=submission.id,
        criterion_id=criterion_id,
        note=cleaned,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(request)
    submission.status, submission.decided_at = SubmissionStatus.CHANGES_REQUESTED, now
    before, deliverable.status = deliverable.status, status
    deliverable.rounds_used += 1
    _start_resubmission(session, case, deliverable, now=now)
    params = {
        "submission_id": submission.id,
        "criterion_id": criterion_id,
        "round": deliverable.rounds_used,
        "change_request_id": request.id,
        "note": cleaned,
    }
    change = Change("changes.requested", before, status, reason=cleaned, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return request


def approve_submission(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    submission_number: int | None = None,
    now: datetime,
) -> Deliverable:
    """Approve the version that waits (T11). A file is released at once, the rest is to be published first.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, BookingNotActive: see their classes.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    approve(session, case, deliverable, action=DeliverableAction.APPROVE, number=submission_number, now=now)
    return deliverable


def approve(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    *,
    action: DeliverableAction,
    number: int | None = None,
    now: datetime,
) -> None:
    """Approve under the lock, by the brand or by its silence (T12)."""
    status = case.check_deliverable(deliverable, action, now=now)
    submission = waiting_submission(session, deliverable, number=number)
    submission.status, submission.decided_at = SubmissionStatus.APPROVED, now
    before, deliverable.status = deliverable.status, status
    deliverable.approved_at = now
    deliverable.approved_how = "brand" if case.side is Side.BRAND else "silence"
    deliverable.review_until = deliverable.contest_until = None
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=REVIEW_CLOCKS, now=now)
    params = {"submission_id": submission.id, "how": deliverable.approved_how}
    change = Change("deliverable.approved", before, status, params=params)
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)
    if status is DeliverableStatus.AWAITING_PUBLICATION:
        money.note_earned(session, case.booking, deliverable, is_earned=True)
        start_posting(session, case, deliverable, now=now)
    else:
        deliverable.closed_reason = "approved"
        settle_deliverable(session, case, deliverable, share_bps=WHOLE_BPS, now=now)


def start_posting(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Start the time in which the live post must be handed in; past it and its grace the brand may take back."""
    before = posting_before(case.policy, deliverable.posting_until, approved_at=now)
    deliverable.posting_before = before
    deliverable.overdue_at = before + case.policy.overdue
    clocks.close_timers(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kinds=[TimerKind.POSTING_WINDOW, TimerKind.OVERDUE],
        now=now,
    )
    occasion = f"posting-{case.booking.revision}"
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.POSTING_WINDOW,
        due_at=before,
        occasion=occasion,
    )
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.OVERDUE,
        due_at=deliverable.overdue_at,
        occasion=occasion,
    )


def waiting_submission(
    session: Session, deliverable: Deliverable, *, number: int | None = None
) -> Submission:
    """Return the version that waits for the brand.

    Raises:
        StatusConflict: none waits, or a newer one than `number`.

    """
    submission = session.scalar(
        select(Submission).where(
            Submission.deliverable_id == deliverable.id, Submission.status == SubmissionStatus.WAITING
        )
    )
    if submission is None or (number is not None and submission.number != number):
        raise StatusConflict
    return submission


def _start_resubmission(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=REVIEW_CLOCKS, now=now)
    deliverable.review_until = None
    deliverable.due_at = deliverable.overdue_at = now + case.policy.resubmission
    deliverable.contest_until = now + case.policy.contest_influencer
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.RESUBMIT,
        due_at=deliverable.due_at,
        occasion=str(deliverable.rounds_used),
    )


def _check_criterion(session: Session, case: Case, criterion_id: str) -> None:
    terms = session.get_one(TermsSnapshot, case.booking.terms_id)
    if criterion_id not in {row["id"] for row in terms.criteria}:
        message = _("Choose the agreed criterion that is not met.")
        raise CriterionUnknown(message, fields={"criterion_id": message})
