"""When the brand's silence about a post counts: after its time to look, and never before it was told.

That is 24 hours for a post that was handed in, and a business day for one that was reported and shown.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.contest_stages import is_open_about_post
from marketplace.bookings.contests import lock_contest
from marketplace.bookings.domain import DeliverableStatus, TimerKind
from marketplace.bookings.locks import Case, open_deliverable_case
from marketplace.bookings.models import BookingEvent, Contest, Publication
from marketplace.bookings.publication import waiting_publication
from marketplace.bookings.recording import Change, record_change
from marketplace.policies import SYSTEM, Permission

TOLD = "publication.shown_told"
RECEIVED_TOLD = "publication.received_told"


def look_deadline(case: Case, *, now: datetime) -> datetime:
    """Return until when the brand may look: 24 hours (by the policy), and the end of the next business day."""
    return max(now + case.policy.posting_confirmation, case.policy.calendar.end_of_business_days(now, 1))


def was_told(session: Session, contest: Contest) -> bool:
    """Tell whether a mail adapter took the news that the post was shown."""
    return _is_noted(session, contest.deliverable_id, TOLD, since=contest.shown_at)


def was_told_of(session: Session, publication: Publication) -> bool:
    """Tell whether a mail adapter took the news that this post was handed in."""
    return _is_noted(session, publication.deliverable_id, RECEIVED_TOLD, since=publication.created_at)


def note_received_told(session: Session, deliverable_id: str, now: datetime) -> None:
    """Note that the brand was told of a post; its 24 hours are counted from here where that is later. Repeating is harmless."""
    case, deliverable = open_deliverable_case(
        session, actor=SYSTEM, deliverable_id=deliverable_id, permission=Permission.BOOKING_VIEW
    )
    if deliverable.status != DeliverableStatus.PUBLISHED:
        return
    publication = waiting_publication(session, deliverable)
    if was_told_of(session, publication):
        return
    timer = clocks.find_open_timer(session, deliverable=deliverable, kind=TimerKind.CONFIRM_PUBLICATION)
    until = max(deliverable.review_until or now, now + case.policy.posting_confirmation)
    if timer is not None:
        timer.due_at = until
    deliverable.review_until = until
    change = Change(RECEIVED_TOLD, params={"publication_id": publication.id})
    record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)


def _is_noted(session: Session, deliverable_id: str, kind: str, *, since: datetime | None) -> bool:
    told = select(BookingEvent.id).where(
        BookingEvent.deliverable_id == deliverable_id, BookingEvent.kind == kind, BookingEvent.at >= since
    )
    return session.scalar(told.limit(1)) is not None


def note_look_told(session: Session, contest_id: str, now: datetime) -> None:
    """Note that the brand was told; its time to look is counted from here where that is later. Repeating changes nothing."""
    contest, case, deliverable = lock_contest(
        session, actor=SYSTEM, contest_id=contest_id, permission=Permission.BOOKING_VIEW
    )
    if not is_open_about_post(contest) or contest.look_until is None or was_told(session, contest):
        return
    kind = TimerKind.CONFIRM_PUBLICATION
    timer = clocks.find_open_timer(session, deliverable=deliverable, kind=kind)
    until = max(contest.look_until, look_deadline(case, now=now))
    if timer is not None:
        timer.due_at = until
    contest.look_until = until
    change = Change(TOLD, params={"contest_id": contest.id})
    record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)
