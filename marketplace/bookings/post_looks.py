"""When the brand's silence about a post that was shown counts: after a business day, and never before it was told."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.contest_stages import is_open_about_post
from marketplace.bookings.contests import lock_contest
from marketplace.bookings.domain import TimerKind
from marketplace.bookings.locks import Case
from marketplace.bookings.models import BookingEvent, Contest
from marketplace.bookings.recording import Change, record_change
from marketplace.policies import SYSTEM, Permission

TOLD = "publication.shown_told"


def look_deadline(case: Case, *, now: datetime) -> datetime:
    """Return until when the brand may look: 24 hours (by the policy), and the end of the next business day."""
    return max(now + case.policy.posting_confirmation, case.policy.calendar.end_of_business_days(now, 1))


def was_told(session: Session, contest: Contest) -> bool:
    """Tell whether a mail adapter took the news that the post was shown."""
    told = select(BookingEvent.id).where(
        BookingEvent.deliverable_id == contest.deliverable_id,
        BookingEvent.kind == TOLD,
        BookingEvent.at >= contest.shown_at,
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
