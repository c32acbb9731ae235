"""Rows of timers: opening, closing, moving them. What happens when one fires stands in `timers.py`."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.bookings.domain import TimerKind
from marketplace.bookings.models import Booking, Contest, Deliverable, Timer

CLOSED = "closed"
#: The provider's limit on how long money is held does not wait for a frozen booking.
NEVER_STAND_STILL = (TimerKind.HOLD_ALARM, TimerKind.HOLD_CAP)
FIRED = "fired"
DELIVERABLE_CLOCKS = (
    "due_at",
    "overdue_at",
    "posting_before",
    "review_until",
    "contest_until",
    "appeal_until",
)
CONTEST_CLOCKS = ("evidence_until", "rule_before", "look_until", "appeal_until")
#: clocks of a contest; that of a post outlasts its booking
OF_CONTESTS = frozenset(
    {
        TimerKind.EVIDENCE,
        TimerKind.RULING,
        TimerKind.ESCALATION,
        TimerKind.CONFIRM_PUBLICATION,
        TimerKind.APPEAL_WINDOW,
        TimerKind.APPEAL_RULING,
    }
)


def open_timer(
    session: Session,
    *,
    booking: Booking,
    kind: TimerKind,
    due_at: datetime,
    deliverable: Deliverable | None = None,
    occasion: str = "1",
) -> Timer:
    """Start a clock. `occasion` tells apart clocks of one kind on one thing (a submission's number, a round)."""
    about = deliverable.id if deliverable is not None else booking.id
    timer = Timer(
        booking_id=booking.id,
        deliverable_id=deliverable.id if deliverable is not None else None,
        kind=kind,
        key=f"{kind}:{about}:{occasion}",
        due_at=due_at,
    )
    session.add(timer)
    session.flush()
    return timer


def close_timers(
    session: Session,
    *,
    booking: Booking,
    now: datetime,
    deliverable: Deliverable | None = None,
    kinds: Collection[TimerKind] | None = None,
    but: Collection[TimerKind] = (),
) -> None:
    """Stop open clocks: of one deliverable, or of the whole booking; of some kinds, or all but some.

    Looks at a live post go on after the money is settled: they stop only when they are named.
    """
    query = update(Timer).where(Timer.booking_id == booking.id, Timer.closed_at.is_(None))
    if deliverable is not None:
        query = query.where(Timer.deliverable_id == deliverable.id)
    if kinds is not None:
        query = query.where(Timer.kind.in_(kinds))
    else:
        query = query.where(Timer.kind.not_in([TimerKind.LIVE_CHECK, *but]))
    session.execute(query.values(closed_at=now, outcome=CLOSED))


def find_open_timer(session: Session, *, deliverable: Deliverable, kind: TimerKind) -> Timer | None:
    """Return the one open clock of the kind on the deliverable."""
    return session.scalar(
        select(Timer).where(
            Timer.deliverable_id == deliverable.id, Timer.kind == kind, Timer.closed_at.is_(None)
        )
    )


def shift_clocks(
    session: Session, *, booking: Booking, deliverables: Collection[Deliverable], by: timedelta
) -> None:
    """Move every open clock of a booking, after it stood still."""
    timers = session.scalars(select(Timer).where(Timer.booking_id == booking.id, Timer.closed_at.is_(None)))
    for timer in timers:
        if timer.kind not in NEVER_STAND_STILL:
            timer.due_at += by
    for deliverable in deliverables:
        _shift(deliverable, DELIVERABLE_CLOCKS, by)
    for contest in session.scalars(
        select(Contest).where(Contest.booking_id == booking.id, Contest.closed_at.is_(None))
    ):
        _shift(contest, CONTEST_CLOCKS, by)
    if booking.accept_before is not None and booking.activated_at is None:
        booking.accept_before += by
    session.flush()


def _shift(row: Contest | Deliverable, names: Collection[str], by: timedelta) -> None:
    for name in names:
        at = getattr(row, name)
        if at is not None:
            setattr(row, name, at + by)
