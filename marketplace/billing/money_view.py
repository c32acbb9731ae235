"""What the money pages read: sums by currency, months, bookings with what became of their money."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.shown_state import IS_DISPUTED, shown_state
from marketplace.brands.models import Brand
from marketplace.cursors import Cursor
from marketplace.influencers.models import Influencer
from payments import account_differences, payable
from payments.account_differences import Difference
from payments.queries import held_by_booking
from payments.sums import EscrowSum, sum_escrows

PAGE = 20
MONTHS = 12
DIFFERENCES = 100

_BRAND_ID: Any = bindparam("brand_id")
_INFLUENCER_ID: Any = bindparam("influencer_id")
_SINCE: Any = bindparam("since")
_RELEASED = func.sum(case((Deliverable.released_at.is_not(None), Deliverable.release_minor), else_=0))
_REFUNDED = func.sum(case((Deliverable.refunded_at.is_not(None), Deliverable.refund_minor), else_=0))
_SUMS = (
    select(Deliverable.booking_id, _RELEASED.label("released"), _REFUNDED.label("refunded"))
    .group_by(Deliverable.booking_id)
    .subquery()
)
_PAID: Select[*tuple[Any, ...]] = (
    select(
        Booking.id,
        Booking.title,
        Booking.status,
        Booking.frozen_at,
        Booking.currency,
        Booking.net_minor,
        Booking.total_minor,
        Booking.funded_at,
        *(column.label(f"brand_{column.key}") for column in (Brand.name, Brand.name_ar)),
        *(column.label(f"influencer_{column.key}") for column in (Influencer.name, Influencer.name_ar)),
        _SUMS.c.released,
        _SUMS.c.refunded,
        IS_DISPUTED.label("is_disputed"),
    )
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .join(_SUMS, _SUMS.c.booking_id == Booking.id)
    .where(Booking.funded_at.is_not(None))
    .order_by(Booking.funded_at.desc(), Booking.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_PAID_BY_BRAND = _PAID.where(Booking.brand_id == _BRAND_ID)
_PAID_TO_INFLUENCER = _PAID.where(Booking.influencer_id == _INFLUENCER_ID)
_BRAND_MOVEMENTS: Select[Any, Any, Any] = select(
    Booking.currency, Booking.funded_at, Booking.total_minor
).where(Booking.brand_id == _BRAND_ID, Booking.funded_at >= _SINCE)
_INFLUENCER_MOVEMENTS: Select[Any, Any, Any] = (
    select(Booking.currency, Deliverable.released_at, Deliverable.release_minor)
    .join(Booking, Booking.id == Deliverable.booking_id)
    .where(Booking.influencer_id == _INFLUENCER_ID, Deliverable.released_at >= _SINCE)
)


@dataclass(frozen=True, slots=True)
class BookingMoney:
    """One paid booking: the state it is shown in, what the brand paid, is held, arrived where (minor units)."""

    booking_id: str
    title: str
    state: str
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


def list_booking_money(
    session: Session,
    *,
    brand_id: str | None = None,
    influencer_id: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
    has_held: bool = True,
) -> MoneyPage:
    """Return a side's paid bookings, newest payment first, in two statements; one where nobody reads what is held."""
    statement = _PAID_BY_BRAND if brand_id is not None else _PAID_TO_INFLUENCER
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Booking.funded_at, Booking.id))
    chosen = {"brand_id": brand_id, "influencer_id": influencer_id, "most": limit + 1}
    rows = session.execute(statement, chosen).all()
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    is_brand = brand_id is not None
    held = held_by_booking(session, booking_refs=[row.id for row in shown]) if has_held else {}
    return MoneyPage(
        tuple(_booking_money(row, held, is_brand=is_brand) for row in shown),
        Cursor(last.funded_at, last.id).as_text() if last is not None and last.funded_at else None,
    )


def sum_brand_money(session: Session, *, brand_id: str) -> list[EscrowSum]:
    """Return a brand's sums by currency, the one of most bookings first, in one statement."""
    return sum_escrows(session, payer_ref=brand_id)


def sum_months(
    session: Session, *, since: datetime, brand_id: str | None = None, influencer_id: str | None = None
) -> Mapping[str, Mapping[tuple[int, int], int]]:
    """Return by currency and (year, month) what was paid (a brand) or received (an influencer) since then.

    Months are those of the time zone of `since`: of the reader, in whose time the page tells every payment.
    """
    months: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    statement = _BRAND_MOVEMENTS if brand_id is not None else _INFLUENCER_MOVEMENTS
    chosen = {"since": since, "brand_id": brand_id, "influencer_id": influencer_id}
    for currency, at, amount_minor in session.execute(statement, chosen):
        if at is not None:
            local = at.astimezone(since.tzinfo)
            months[currency][local.year, local.month] += amount_minor
    return months


def list_left_behind(session: Session) -> list[tuple[Influencer, str, int]]:
    """Return (influencer, currency, minor units) of what lies in accounts that influencers replaced by another."""
    found = payable.list_left_behind(session)
    ids = {payee_ref for payee_ref, _currency, _amount in found}
    if not ids:
        return []
    people = {each.id: each for each in session.scalars(select(Influencer).where(Influencer.id.in_(ids)))}
    return [(people[payee], currency, amount) for payee, currency, amount in found if payee in people]


def list_differences(session: Session) -> list[tuple[Influencer, Difference]]:
    """Return whose payout accounts hold another amount at the provider than our book says, oldest first."""
    found = account_differences.list_differences(session, limit=DIFFERENCES)
    if not found:
        return []
    ids = {each.payee_ref for each in found}
    people = {each.id: each for each in session.scalars(select(Influencer).where(Influencer.id.in_(ids)))}
    return [(people[each.payee_ref], each) for each in found if each.payee_ref in people]


def last_months(now: datetime, count: int = MONTHS) -> list[tuple[int, int]]:
    """Return (year, month) of the last months in the time zone of `now`, the running one last."""
    index = now.year * 12 + now.month - 1
    return [((each // 12), each % 12 + 1) for each in range(index - count + 1, index + 1)]


def _booking_money(row: Any, held: Mapping[str, int], *, is_brand: bool) -> BookingMoney:
    return BookingMoney(
        booking_id=row.id,
        title=row.title,
        state=shown_state(row.status, is_frozen=row.frozen_at is not None, is_disputed=row.is_disputed),
        currency=row.currency,
        net_minor=row.net_minor,
        total_minor=row.total_minor,
        held_minor=held.get(row.id, 0),
        released_minor=int(row.released),
        refunded_minor=int(row.refunded),
        funded_at=row.funded_at,
        other_name=row.influencer_name if is_brand else row.brand_name,
        other_name_ar=row.influencer_name_ar if is_brand else row.brand_name_ar,
    )
