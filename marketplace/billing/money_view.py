"""What the money pages read: sums by currency, months, bookings with what became of their money."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus
from marketplace.bookings.models import Booking, Deliverable
from marketplace.brands.models import Brand
from marketplace.cursors import Cursor
from marketplace.influencers.models import Influencer
from payments.queries import held_by_booking

PAGE = 20
MONTHS = 12
HOLDING = (
    BookingStatus.FUNDED,
    BookingStatus.ACTIVE,
    BookingStatus.CANCELLED,
    BookingStatus.DECLINED,
)


@dataclass(frozen=True, slots=True)
class BookingMoney:
    """One paid booking: what the brand paid, what is held, what arrived where. Amounts in minor units."""

    booking_id: str
    title: str
    status: str
    currency: str
    net_minor: int
    total_minor: int
    held_minor: int
    released_minor: int
    refunded_minor: int
    funded_at: datetime
    other_name: str
    other_name_ar: str


@dataclass(frozen=True, slots=True)
class MoneyPage:
    rows: tuple[BookingMoney, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class BrandMoney:
    """A brand's money in one currency."""

    currency: str
    paid_minor: int
    held_minor: int
    released_minor: int
    refunded_minor: int


def list_booking_money(
    session: Session,
    *,
    brand_id: str | None = None,
    influencer_id: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> MoneyPage:
    """Return a side's paid bookings, newest payment first, in two statements."""
    statement = _paid(brand_id=brand_id, influencer_id=influencer_id)
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Booking.funded_at, Booking.id))
    rows = session.execute(
        statement.order_by(Booking.funded_at.desc(), Booking.id.desc()).limit(limit + 1)
    ).all()
    shown = rows[:limit]
    held = held_by_booking(session, booking_refs=[row.Booking.id for row in shown])
    last = shown[-1].Booking if len(rows) > limit else None
    is_brand = brand_id is not None
    return MoneyPage(
        tuple(_booking_money(row, held, is_brand=is_brand) for row in shown),
        Cursor(last.funded_at, last.id).as_text() if last is not None and last.funded_at else None,
    )


def sum_brand_money(session: Session, *, brand_id: str) -> list[BrandMoney]:
    """Return a brand's sums by currency, in three statements: from its bookings, and held from the ledger."""
    paid = session.execute(
        select(Booking.currency, func.sum(Booking.total_minor))
        .where(Booking.brand_id == brand_id, Booking.funded_at.is_not(None))
        .group_by(Booking.currency)
    )
    moved = session.execute(
        select(Booking.currency, _released(), _refunded())
        .join(Deliverable, Deliverable.booking_id == Booking.id)
        .where(Booking.brand_id == brand_id, Booking.funded_at.is_not(None))
        .group_by(Booking.currency)
    )
    arrived = {row[0]: (int(row[1]), int(row[2])) for row in moved}
    held = _held_by_currency(session, brand_id)
    return [
        BrandMoney(currency, int(total), held.get(currency, 0), *arrived.get(currency, (0, 0)))
        for currency, total in sorted((row[0], row[1]) for row in paid)
    ]


def sum_months(
    session: Session, *, since: datetime, brand_id: str | None = None, influencer_id: str | None = None
) -> Mapping[str, Mapping[tuple[int, int], int]]:
    """Return by currency and (year, month) what was paid (a brand) or received (an influencer) since then."""
    months: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for currency, at, amount_minor in session.execute(_movements(since, brand_id, influencer_id)):
        if at is not None:
            months[currency][at.year, at.month] += amount_minor
    return months


def last_months(now: datetime, count: int = MONTHS) -> list[tuple[int, int]]:
    """Return (year, month) of the last months, the running one last."""
    index = now.year * 12 + now.month - 1
    return [((each // 12), each % 12 + 1) for each in range(index - count + 1, index + 1)]


def _movements(since: datetime, brand_id: str | None, influencer_id: str | None) -> Select[Any, Any, Any]:
    if brand_id is not None:
        return select(Booking.currency, Booking.funded_at, Booking.total_minor).where(
            Booking.brand_id == brand_id, Booking.funded_at >= since
        )
    return (
        select(Booking.currency, Deliverable.released_at, Deliverable.release_minor)
        .join(Booking, Booking.id == Deliverable.booking_id)
        .where(Booking.influencer_id == influencer_id, Deliverable.released_at >= since)
    )


def _paid(*, brand_id: str | None, influencer_id: str | None) -> Select[Any]:
    sums = (
        select(Deliverable.booking_id, _released().label("released"), _refunded().label("refunded"))
        .group_by(Deliverable.booking_id)
        .subquery()
    )
    statement = (
        select(Booking, Brand, Influencer, sums.c.released, sums.c.refunded)
        .join(Brand, Brand.id == Booking.brand_id)
        .join(Influencer, Influencer.id == Booking.influencer_id)
        .join(sums, sums.c.booking_id == Booking.id)
        .where(Booking.funded_at.is_not(None))
    )
    if brand_id is not None:
        return statement.where(Booking.brand_id == brand_id)
    return statement.where(Booking.influencer_id == influencer_id)


def _released() -> Any:
    return func.sum(case((Deliverable.released_at.is_not(None), Deliverable.release_minor), else_=0))


def _refunded() -> Any:
    return func.sum(case((Deliverable.refunded_at.is_not(None), Deliverable.refund_minor), else_=0))


def _booking_money(row: Any, held: Mapping[str, int], *, is_brand: bool) -> BookingMoney:
    booking, other = row.Booking, row.Influencer if is_brand else row.Brand
    return BookingMoney(
        booking_id=booking.id,
        title=booking.title,
        status=booking.status,
        currency=booking.currency,
        net_minor=booking.net_minor,
        total_minor=booking.total_minor,
        held_minor=held.get(booking.id, 0),
        released_minor=int(row.released),
        refunded_minor=int(row.refunded),
        funded_at=booking.funded_at,
        other_name=other.name,
        other_name_ar=other.name_ar,
    )


def _held_by_currency(session: Session, brand_id: str) -> Mapping[str, int]:
    rows: Sequence[tuple[str, str]] = [
        (row[0], row[1])
        for row in session.execute(
            select(Booking.id, Booking.currency).where(
                Booking.brand_id == brand_id,
                Booking.funded_at.is_not(None),
                Booking.status.in_(HOLDING),
            )
        )
    ]
    held = held_by_booking(session, booking_refs=[booking_id for booking_id, _currency in rows])
    return _summed((currency, held.get(booking_id, 0)) for booking_id, currency in rows)


def _summed(pairs: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for currency, amount_minor in pairs:
        sums[currency] += amount_minor
    return sums
