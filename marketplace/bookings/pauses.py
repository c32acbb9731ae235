"""A clock of somebody's silence that ran out while the site stood still: it counts only after they had time to act again.

Clocks are looked at every second, so one that is late ran out in a pause (or the clock of the machine jumped).
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.bookings.contests import find_contest
from marketplace.bookings.domain import TimerKind
from marketplace.bookings.locks import Case
from marketplace.bookings.models import Deliverable, Timer
from marketplace.bookings.recording import Change, record_change
from marketplace.policies import SYSTEM

LATE = timedelta(hours=1)
#: kinds of clocks that end by silence -> the times that both sides read of them, of the deliverable and of its contest
SHOWN = {
    TimerKind.ACCEPT_ORDER: (),
    TimerKind.OVERDUE: ("overdue_at",),
    TimerKind.RESUBMIT: ("due_at", "overdue_at"),
    TimerKind.REVIEW: ("review_until",),
    TimerKind.CONFIRM_PUBLICATION: ("review_until", "look_until"),
    TimerKind.CONTEST_WINDOW: ("contest_until",),
    TimerKind.EVIDENCE: ("evidence_until",),
    TimerKind.APPEAL_WINDOW: ("appeal_until",),
}


def leave_grace(session: Session, case: Case, timer: Timer, *, now: datetime) -> bool:
    """Move a clock of silence that is late, and what both sides read of it, to the end of a grace; False where none is due.

    The grace is that of a reminder that was sent late.
    """
    kind = TimerKind(timer.kind)
    if kind not in SHOWN or now - timer.due_at <= LATE:
        return False
    until, was_due_at = now + case.policy.review_reminder_grace, timer.due_at
    if kind is TimerKind.ACCEPT_ORDER:
        case.booking.accept_before = until
    deliverable = session.get(Deliverable, timer.deliverable_id) if timer.deliverable_id else None
    contest = find_contest(session, deliverable_id=deliverable.id) if deliverable is not None else None
    for row in (deliverable, contest):
        for name in SHOWN[kind]:
            if getattr(row, name, None) == was_due_at:
                setattr(row, name, until)
    timer.due_at = until
    change = Change("clock.extended", params={"kind": timer.kind, "until": until.isoformat()})
    record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)
    return True
