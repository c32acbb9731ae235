"""Reads lists of bookings and what waits for a side, each in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus, Side
from marketplace.bookings.home_statements import (
    APPLICATIONS_TO_ANSWER,
    BRAND_COLUMNS,
    CLOCKS,
    INVITATIONS_TO_ANSWER,
    QUOTES_TO_ACCEPT,
    lines_of,
)
from marketplace.bookings.models import Booking
from marketplace.bookings.next_step import (
    BookingClocks,
    DeliverableClocks,
    Step,
    StepCode,
    first_step,
    steps_of_side,
)
from marketplace.bookings.rooms import BookingLine, Home, Need, PartyView
from marketplace.bookings.row_views import booking_clocks, deliverable_clocks
from marketplace.bookings.shown_state import DISPUTED
from marketplace.cursors import Cursor
from marketplace.quotes.policy_records import payable_before

RUNNING = (
    BookingStatus.AWAITING_PAYMENT,
    BookingStatus.FUNDED,
    BookingStatus.ACTIVE,
    BookingStatus.CANCELLED,
    BookingStatus.DECLINED,
)
_NEVER = datetime.max.replace(tzinfo=UTC)


#: a row of `home_statements.CLOCKS` with its clocks
Work = tuple[Any, DeliverableClocks]


@dataclass(frozen=True, slots=True)
class _Line:
    line: BookingLine
    clocks: BookingClocks
    works: Sequence[Work]

    @property
    def deliverables(self) -> list[DeliverableClocks]:
        return [clocks for _row, clocks in self.works]


def read_lines(
    session: Session,
    *,
    brand_id: str | None,
    influencer_id: str | None,
    statuses: Sequence[str] | None,
    limit: int,
    after: str | None = None,
    now: datetime,
) -> Sequence[BookingLine]:
    """Return bookings of a side (neither: all), newest first; `after` is the cursor of the last row before them."""
    found = _read(
        session,
        brand_id=brand_id,
        influencer_id=influencer_id,
        statuses=statuses,
        limit=limit,
        after=after,
        now=now,
    )
    return [each.line for each in found]


def read_brand_needs(session: Session, *, brand_id: str, limit: int, now: datetime) -> Home:
    """Return the brand's home: bookings, quotes to accept, applications to answer."""
    found = _read(
        session,
        brand_id=brand_id,
        influencer_id=None,
        statuses=RUNNING,
        limit=limit,
        with_posts=True,
        now=now,
    )
    needs = [
        *_booking_needs(found, side=Side.BRAND, now=now),
        *_quotes_to_accept(session, brand_id, limit=limit, now=now),
        *_applications_to_answer(session, brand_id, limit=limit),
    ]
    return Home(_by_deadline(needs), _still_running(found))


def read_influencer_needs(session: Session, *, influencer_id: str, limit: int, now: datetime) -> Home:
    """Return the influencer's home: bookings and invitations to answer."""
    found = _read(
        session,
        brand_id=None,
        influencer_id=influencer_id,
        statuses=RUNNING,
        limit=limit,
        with_posts=True,
        now=now,
    )
    needs = [
        *_booking_needs(found, side=Side.INFLUENCER, now=now),
        *_invitations_to_answer(session, influencer_id, limit=limit),
    ]
    return Home(_by_deadline(needs), _still_running(found))


def _side_of(brand_id: str | None, influencer_id: str | None) -> Side:
    if brand_id is not None:
        return Side.BRAND
    return Side.OPERATOR if influencer_id is None else Side.INFLUENCER


def _read(
    session: Session,
    *,
    brand_id: str | None,
    influencer_id: str | None,
    statuses: Sequence[str] | None,
    limit: int,
    after: str | None = None,
    with_posts: bool = False,
    now: datetime,
) -> list[_Line]:
    side = _side_of(brand_id, influencer_id)
    query = lines_of(side, has_statuses=statuses is not None, with_posts=with_posts)
    cursor = Cursor.find(after)
    if cursor is not None:
        query = query.where(cursor.older(Booking.created_at, Booking.id))
    chosen = {"brand_id": brand_id, "influencer_id": influencer_id, "statuses": statuses, "most": limit}
    rows = session.execute(query, chosen).all()
    grouped = _clocks(session, [row[0].id for row in rows], now=now)
    return [_line(row, grouped[row[0].id], side=side, now=now) for row in rows]


def _clocks(session: Session, booking_ids: Iterable[str], *, now: datetime) -> dict[str, list[Work]]:
    grouped: dict[str, list[Work]] = defaultdict(list)
    for work, newest, is_answered in session.execute(CLOCKS, {"booking_ids": list(booking_ids)}):
        contest = newest if newest.id is not None else None
        clocks = deliverable_clocks(work, contest, is_answered=is_answered, now=now)
        grouped[work.booking_id].append((work, clocks))
    return grouped


def _line(row: Any, works: Sequence[Work], *, side: Side, now: datetime) -> _Line:
    booking, margin, *names = row
    clocks = booking_clocks(booking, payable_before(booking.pay_before, margin))
    line = BookingLine(
        id=booking.id,
        title=booking.title,
        path=booking.path,
        status=booking.status,
        currency=booking.currency,
        net_minor=booking.net_minor,
        total_minor=booking.total_minor,
        brand=PartyView(*names[: len(BRAND_COLUMNS)]),
        influencer=PartyView(*names[len(BRAND_COLUMNS) :]),
        created_at=booking.created_at,
        is_frozen=booking.frozen_at is not None,
        is_disputed=any(each.status in DISPUTED or each.post_stage is not None for _row, each in works),
        step=first_step(clocks, [each for _row, each in works], side=side, now=now),
    )
    return _Line(line, clocks, works)


def _booking_needs(found: Iterable[_Line], *, side: Side, now: datetime) -> Iterable[Need]:
    for each in found:
        line = each.line
        is_brand = side is Side.BRAND
        for step in steps_of_side(each.clocks, each.deliverables, side=side, now=now):
            work = _one_of_several(each.works, step)
            yield Need(
                about="booking",
                path_id=line.id,
                title=line.title,
                other=line.influencer if is_brand else line.brand,
                step=step,
                currency=line.currency,
                amount_minor=_amount(line, work, is_brand=is_brand),
                work=(work.kind, work.platform) if work is not None else None,
            )


def _one_of_several(works: Sequence[Work], step: Step) -> Any | None:
    """Return the piece of work a step is about where a booking has several, else None."""
    if len(works) < 2:
        return None
    return next((row for row, _clocks in works if row.id == step.deliverable_id), None)


def _amount(line: BookingLine, work: Any | None, *, is_brand: bool) -> int:
    """Return what the brand pays or the influencer receives for a booking, or for one piece of it."""
    if work is None:
        return line.total_minor if is_brand else line.net_minor
    amount: int = work.net_minor + work.fee_minor + work.tax_minor if is_brand else work.net_minor
    return amount


def _quotes_to_accept(session: Session, brand_id: str, *, limit: int, now: datetime) -> Iterable[Need]:
    rows = session.execute(QUOTES_TO_ACCEPT, {"brand_id": brand_id, "now": now, "most": limit})
    for quote_id, expires_at, margin, currency, total_minor, title, *names in rows:
        until = payable_before(expires_at, margin)
        if until < now:
            continue  # its last minutes belong to payment pages that are open
        step = Step(StepCode.ACCEPT_QUOTE, Side.BRAND, until)
        yield Need("quote", quote_id, title, PartyView(*names), step, currency, total_minor)


def _applications_to_answer(session: Session, brand_id: str, *, limit: int) -> Iterable[Need]:
    rows = session.execute(APPLICATIONS_TO_ANSWER, {"brand_id": brand_id, "most": limit})
    for brief_id, title, count, by in rows:
        step = Step(StepCode.ANSWER_APPLICATIONS, Side.BRAND, by)
        yield Need("brief", brief_id, title, None, step, count=count)


def _invitations_to_answer(session: Session, influencer_id: str, *, limit: int) -> Iterable[Need]:
    rows = session.execute(INVITATIONS_TO_ANSWER, {"influencer_id": influencer_id, "most": limit})
    for invitation_id, title, *names in rows:
        step = Step(StepCode.ANSWER_INVITATION, Side.INFLUENCER)
        yield Need("invitation", invitation_id, title, PartyView(*names), step)


def _by_deadline(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(sorted(needs, key=lambda need: need.step.by or _NEVER))


def _still_running(found: Iterable[_Line]) -> tuple[BookingLine, ...]:
    return tuple(each.line for each in found if each.line.step.code is not StepCode.NOTHING)
