"""What happens when a clock runs out. Each timer fires once, in a transaction of its own, also long after its time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, sessionmaker

from marketplace.bookings import clocks, money
from marketplace.bookings.cancellation import settle_cancelled
from marketplace.bookings.contest_stages import is_open_about_post, stage_of
from marketplace.bookings.contests import find_contest
from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
    TimerKind,
)
from marketplace.bookings.funding_end import close_unpaid
from marketplace.bookings.locks import Case, open_case
from marketplace.bookings.models import Booking, Deliverable, Timer
from marketplace.bookings.orders import end_order
from marketplace.bookings.pauses import leave_grace
from marketplace.bookings.post_looks import was_told_of
from marketplace.bookings.post_rulings import is_moving
from marketplace.bookings.publication import confirm, waiting_publication
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import StatusConflict
from marketplace.bookings.reminders import when_silence_approves, write_reminder
from marketplace.bookings.review import approve
from marketplace.bookings.rulings import settle_ruling
from marketplace.bookings.taken_down import end_look
from marketplace.db import transaction
from marketplace.policies import SYSTEM, Permission

log = structlog.get_logger("clocks")
#: How long the provider's own news is waited for after the last moment to pay.
PAYMENT_NEWS_GRACE = timedelta(hours=2)
#: How soon a review is looked at again while a reminder waits to be accepted.
REMINDER_RETRY = timedelta(hours=1)
#: How soon a ruling about a post is looked at again while the money it divides is moving.
MONEY_RETRY = timedelta(hours=1)

#: How long a clock whose firing failed makes room for the others.
FAILURE_RETRY = timedelta(minutes=10)

Handler = Callable[[Session, Case, Timer, datetime], datetime | None]
"""Acts, and returns None when the timer is done, or when it must fire again."""


# Built once: an idle site asks this every second.
_DUE = (
    select(Timer.id)
    .join(Booking, Booking.id == Timer.booking_id)
    .where(
        Timer.closed_at.is_(None),
        Timer.due_at <= bindparam("now"),
        or_(Booking.frozen_at.is_(None), Timer.kind.in_(clocks.NEVER_STAND_STILL)),
    )
    .order_by(Timer.due_at, Timer.id)
    .limit(bindparam("most"))
)


def run_due_timers(
    sessions: sessionmaker[Session], *, now: datetime, limit: int = 100, leaves_grace: bool = False
) -> int:
    """Fire what is due, oldest first, each in its own transaction; returns how many were looked at.

    Clocks of frozen bookings stand still, but for the provider's limit. Two workers may run this at once: the booking's lock decides.
    `leaves_grace`: silence that is late because nothing ran counts only after a grace (not where people move the clock).
    """
    with transaction(sessions) as session:
        timer_ids = session.scalars(_DUE, {"now": now, "most": limit}).all()
    for timer_id in timer_ids:
        try:
            with transaction(sessions) as session:
                fire_timer(session, timer_id=timer_id, now=now, leaves_grace=leaves_grace)
        except Exception as error:  # one bad clock must not stop the others; it is tried again later
            log.exception("timer_failed", timer=timer_id, error=str(error))
            _put_off(sessions, timer_id, now=now)
    return len(timer_ids)


def fire_timer(session: Session, *, timer_id: str, now: datetime, leaves_grace: bool = False) -> bool:
    """Fire one timer if it is still open and due, or leave it a grace after a pause; False when it is not."""
    booking_id = session.scalar(select(Timer.booking_id).where(Timer.id == timer_id))
    if booking_id is None:
        return False
    case = open_case(session, actor=SYSTEM, booking_id=booking_id, permission=Permission.BOOKING_VIEW)
    timer = session.get_one(Timer, timer_id, populate_existing=True)
    stands_still = case.booking.frozen_at is not None and timer.kind not in clocks.NEVER_STAND_STILL
    if timer.closed_at is not None or timer.due_at > now or stands_still:
        return False
    if leaves_grace and leave_grace(session, case, timer, now=now):
        session.flush()
        return True
    again_at = HANDLERS[TimerKind(timer.kind)](session, case, timer, now)
    if again_at is None:
        timer.closed_at, timer.outcome = now, clocks.FIRED
    else:
        timer.due_at = again_at
    session.flush()
    return True


def _put_off(sessions: sessionmaker[Session], timer_id: str, *, now: datetime) -> None:
    """Let a clock that failed wait; the log keeps when it was due."""
    try:
        with transaction(sessions) as session:
            timer = session.get_one(Timer, timer_id, with_for_update=True)
            if timer.closed_at is None and timer.due_at <= now:
                log.warning("timer_put_off", timer=timer_id, was_due_at=timer.due_at.isoformat())
                timer.due_at = now + FAILURE_RETRY
    except Exception as error:  # the next round tries both again
        log.exception("timer_not_put_off", timer=timer_id, error=str(error))


def _end_payment(session: Session, case: Case, _timer: Timer, now: datetime) -> datetime | None:
    """T5: a payment page that was opened is waited for a little longer, since its news may be on its way."""
    booking = case.booking
    if booking.status != BookingStatus.AWAITING_PAYMENT:
        return None
    last_news_at = booking.pay_before + PAYMENT_NEWS_GRACE
    if booking.payment_started_at is not None and now < last_news_at:
        return last_news_at
    if money.is_payment_pending(session, booking):
        return now + PAYMENT_NEWS_GRACE
    try:
        money.cancel_unpaid(session, booking, now=now)
    except StatusConflict:
        return now + PAYMENT_NEWS_GRACE
    close_unpaid(session, case, action=BookingAction.EXPIRE, event="booking.expired", now=now)
    return None


def _end_order(session: Session, case: Case, _timer: Timer, now: datetime) -> datetime | None:
    if case.booking.status == BookingStatus.FUNDED:
        end_order(session, case, action=BookingAction.LET_ORDER_LAPSE, reason="no_answer", now=now)
    return None


def _remind(number: int) -> Handler:
    def handler(session: Session, case: Case, timer: Timer, now: datetime) -> datetime | None:
        deliverable = _deliverable(session, timer)
        if deliverable.status == DeliverableStatus.SUBMITTED:
            write_reminder(session, case, deliverable, number=number, now=now)
        return None

    return handler


def _end_review(session: Session, case: Case, timer: Timer, now: datetime) -> datetime | None:
    """T12: silence approves once both reminders were accepted and had time to be read."""
    deliverable = _deliverable(session, timer)
    if deliverable.status != DeliverableStatus.SUBMITTED:
        return None
    at = when_silence_approves(session, deliverable, case.policy) or now + REMINDER_RETRY
    if at > now:
        deliverable.review_until = at  # as long as silence does not count the brand may contest
        return at
    approve(session, case, deliverable, action=DeliverableAction.APPROVE_BY_SILENCE, now=now)
    return None


def _end_confirmation(session: Session, case: Case, timer: Timer, now: datetime) -> datetime | None:
    deliverable = _deliverable(session, timer)
    if deliverable.status == DeliverableStatus.PUBLISHED:
        if not was_told_of(session, waiting_publication(session, deliverable)):
            deliverable.review_until = now + REMINDER_RETRY
            return deliverable.review_until
        confirm(session, case, deliverable, action=DeliverableAction.CONFIRM_BY_SILENCE, now=now)
    elif not end_look(session, case.by(SYSTEM, Side.SYSTEM), deliverable, now=now):
        return now + REMINDER_RETRY  # silence counts only from when the brand was told
    return None


def _end_contest_window(session: Session, case: Case, timer: Timer, now: datetime) -> datetime | None:
    deliverable = _deliverable(session, timer)
    if deliverable.status == DeliverableStatus.CANCELLED:
        settle_cancelled(session, case.by(SYSTEM, Side.SYSTEM), deliverable, now=now)
    return None


def _end_appeal_window(session: Session, case: Case, timer: Timer, now: datetime) -> datetime | None:
    """Let a ruling that nobody appealed stand; one about a post waits while its money is moving."""
    deliverable = _deliverable(session, timer)
    contest = find_contest(session, deliverable_id=deliverable.id)
    if contest is None or stage_of(contest, deliverable) is not DeliverableStatus.RULED:
        return None
    if is_open_about_post(contest) and is_moving(session, case, deliverable):
        return now + MONEY_RETRY
    settle_ruling(session, case.by(SYSTEM, Side.SYSTEM), deliverable, now=now)
    return None


def _tell(event: str) -> Handler:
    """Return a handler that only says, in the room and to whom it concerns, that the time has come."""

    def handler(session: Session, case: Case, timer: Timer, now: datetime) -> datetime | None:
        deliverable = session.get(Deliverable, timer.deliverable_id) if timer.deliverable_id else None
        change = Change(event, params={"due_at": timer.due_at.isoformat()})
        record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)
        return None

    return handler


def _deliverable(session: Session, timer: Timer) -> Deliverable:
    return session.get_one(Deliverable, timer.deliverable_id, with_for_update=True, populate_existing=True)


HANDLERS: Mapping[TimerKind, Handler] = {
    TimerKind.PAY: _end_payment,
    TimerKind.ACCEPT_ORDER: _end_order,
    TimerKind.DUE: _tell("deliverable.due"),
    TimerKind.OVERDUE: _tell("deliverable.overdue"),
    TimerKind.REVIEW: _end_review,
    TimerKind.REVIEW_REMINDER_1: _remind(1),
    TimerKind.REVIEW_REMINDER_2: _remind(2),
    TimerKind.RESUBMIT: _tell("deliverable.overdue"),
    TimerKind.POSTING_WINDOW: _tell("publication.due"),
    TimerKind.CONFIRM_PUBLICATION: _end_confirmation,
    TimerKind.LIVE_CHECK: _tell("publication.live_check"),
    TimerKind.CONTEST_WINDOW: _end_contest_window,
    TimerKind.EVIDENCE: _tell("contest.evidence_closed"),
    TimerKind.RULING: _tell("contest.overdue"),
    TimerKind.ESCALATION: _tell("contest.escalated"),
    TimerKind.APPEAL_WINDOW: _end_appeal_window,
    TimerKind.APPEAL_RULING: _tell("contest.overdue"),
    TimerKind.HOLD_ALARM: _tell("booking.hold_alarm"),
    TimerKind.HOLD_CAP: _tell("booking.hold_cap"),
}
