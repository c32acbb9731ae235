"""What stands still: frozen bookings, payments near the longest time they may be held, payouts on hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import BookingStatus, DeliverableStatus, TimerKind
from marketplace.bookings.models import Booking, Deliverable, Timer
from marketplace.influencers.models import Influencer
from payments.queries import list_payout_holds

PAGE = 50
SOON = timedelta(days=15)
HOLDING = (BookingStatus.FUNDED, BookingStatus.ACTIVE, BookingStatus.CANCELLED, BookingStatus.DECLINED)
SETTLED = (DeliverableStatus.RELEASED, DeliverableStatus.REFUNDED)


@dataclass(frozen=True, slots=True)
class HeldBooking:
    """A booking whose money does not move; `until` is when it may be held no longer."""

    booking_id: str
    title: str
    status: str
    currency: str
    total_minor: int
    since: datetime | None
    reason: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PayoutHold:
    """Payouts that wait: by operators (`reason`), or since the bank account was changed (`until`)."""

    influencer_id: str
    name: str
    name_ar: str
    handle: str
    reason: str | None
    until: datetime | None


def list_frozen(session: Session) -> list[HeldBooking]:
    """Return frozen bookings, the longest frozen first."""
    rows = session.scalars(
        select(Booking).where(Booking.frozen_at.is_not(None)).order_by(Booking.frozen_at).limit(PAGE)
    )
    return [
        HeldBooking(
            row.id,
            row.title,
            row.status,
            row.currency,
            row.total_minor,
            row.frozen_at,
            row.frozen_reason,
            None,
        )
        for row in rows
    ]


def list_long_held(session: Session, *, now: datetime) -> list[HeldBooking]:
    """Return bookings of which something is held that reaches the longest time it may be held within half a month, or is past it."""
    is_held = (
        select(Deliverable.id)
        .where(Deliverable.booking_id == Booking.id, Deliverable.status.not_in(SETTLED))
        .exists()
    )
    rows = session.execute(
        select(Booking, Timer.due_at)
        .join(Timer, Timer.booking_id == Booking.id)
        .where(
            Timer.kind == TimerKind.HOLD_CAP,
            or_(
                Timer.closed_at.is_(None), Timer.outcome == clocks.FIRED
            ),  # it was told; the money still waits
            Timer.due_at <= now + SOON,
            Booking.status.in_(HOLDING),
            is_held,
        )
        .order_by(Timer.due_at)
        .limit(PAGE)
    )
    return [
        HeldBooking(row.id, row.title, row.status, row.currency, row.total_minor, row.funded_at, None, due_at)
        for row, due_at in rows
    ]


def list_held_payouts(session: Session, *, now: datetime) -> list[PayoutHold]:
    """Return influencers whose payouts wait."""
    holds = {each.payee_ref: each for each in list_payout_holds(session, now=now)}
    people = session.scalars(select(Influencer).where(Influencer.id.in_(holds)).order_by(Influencer.handle))
    return [
        PayoutHold(row.id, row.name, row.name_ar, row.handle, hold.hold_reason, hold.payouts_held_until)
        for row in people
        for hold in (holds[row.id],)
    ]
