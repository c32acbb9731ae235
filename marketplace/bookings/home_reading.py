"""Reads lists of bookings and what waits for a side, each in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.bookings.contest_stages import NEWEST_CONTEST
from marketplace.bookings.domain import BookingStatus, ContestKind, Side
from marketplace.bookings.models import Booking, Contest, Deliverable, Evidence
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
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.cursors import Cursor
from marketplace.deals.domain import ApplicationStatus, InvitationStatus
from marketplace.deals.models import Application, Invitation
from marketplace.influencers.models import Influencer
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import payable_before

RUNNING = (
    BookingStatus.AWAITING_PAYMENT,
    BookingStatus.FUNDED,
    BookingStatus.ACTIVE,
    BookingStatus.CANCELLED,
    BookingStatus.DECLINED,
)
_NEVER = datetime.max.replace(tzinfo=UTC)

# Built once: building these anew took longer than running them.
_BRAND_ID: Any = bindparam("brand_id")
_INFLUENCER_ID: Any = bindparam("influencer_id")
_STATUSES: Any = bindparam("statuses", expanding=True)
# Columns where a line shows no more: the rest of these rows is long, and decoding it took most of the time.
_BRAND_COLUMNS = (Brand.id, Brand.name, Brand.name_ar)
_INFLUENCER_COLUMNS = (Influencer.id, Influencer.name, Influencer.name_ar, Influencer.handle)
_PAY_MARGIN = Quote.policy[("record", "pay_margin_minutes")].as_integer()
_ALL_LINES = (
    select(Booking, _PAY_MARGIN, *_BRAND_COLUMNS, *_INFLUENCER_COLUMNS)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .join(Quote, Quote.id == Booking.quote_id)
    .order_by(Booking.created_at.desc(), Booking.id.desc())
)
_BRAND_LINES = _ALL_LINES.where(Booking.brand_id == _BRAND_ID)
_INFLUENCER_LINES = _ALL_LINES.where(Booking.influencer_id == _INFLUENCER_ID)
#: a contest of a post goes on after its booking is over
_IS_POST_CONTESTED = Booking.id.in_(
    select(Contest.booking_id).where(Contest.kind == ContestKind.TAKEN_DOWN, Contest.closed_at.is_(None))
)
_IS_ANSWERED = exists().where(
    Evidence.contest_id == Contest.id,
    Evidence.author_side != Contest.opened_side,
    Evidence.author_side.in_([Side.BRAND, Side.INFLUENCER]),
)
_CLOCKS = (
    select(Deliverable, Contest, _IS_ANSWERED)
    .outerjoin(Contest, NEWEST_CONTEST)
    .where(Deliverable.booking_id.in_(bindparam("booking_ids", expanding=True)))
    .order_by(Deliverable.booking_id, Deliverable.number)
)
_QUOTES_TO_ACCEPT = (
    select(
        Quote.id,
        Quote.expires_at,
        _PAY_MARGIN,
        Quote.currency,
        Quote.total_minor,
        TermsSnapshot.title,
        *_INFLUENCER_COLUMNS,
    )
    .join(TermsSnapshot, TermsSnapshot.id == Quote.terms_id)
    .join(Influencer, Influencer.id == Quote.influencer_id)
    .where(Quote.brand_id == _BRAND_ID, Quote.status == QuoteStatus.OPEN, Quote.expires_at > bindparam("now"))
    .order_by(Quote.expires_at)
)
_APPLICATIONS_TO_ANSWER = (
    select(Brief.id, Brief.title, func.count(), func.min(TermsSnapshot.expires_at).label("by"))
    .join(Application, Application.brief_id == Brief.id)
    .join(TermsSnapshot, TermsSnapshot.id == Application.terms_id)
    .where(
        Brief.brand_id == _BRAND_ID,
        Application.status.in_([ApplicationStatus.SUBMITTED, ApplicationStatus.SHORTLISTED]),
    )
    .group_by(Brief.id, Brief.title)
)
_INVITATIONS_TO_ANSWER = (
    select(Invitation.id, Brief.title, *_BRAND_COLUMNS)
    .join(Brief, Brief.id == Invitation.brief_id)
    .join(Brand, Brand.id == Brief.brand_id)
    .where(Invitation.influencer_id == _INFLUENCER_ID, Invitation.status == InvitationStatus.SENT)
    .order_by(Invitation.created_at)
)


_LINES_OF: Mapping[Side, Select[Any]] = {
    Side.BRAND: _BRAND_LINES,
    Side.INFLUENCER: _INFLUENCER_LINES,
    Side.OPERATOR: _ALL_LINES,
}
type_work = tuple[Deliverable, DeliverableClocks]


@dataclass(frozen=True, slots=True)
class _Line:
    line: BookingLine
    clocks: BookingClocks
    works: Sequence[type_work]

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
    query: Select[Any] = _LINES_OF[side]
    if statuses is not None:
        is_wanted: ColumnElement[bool] = Booking.status.in_(_STATUSES)
        query = query.where(or_(is_wanted, _IS_POST_CONTESTED) if with_posts else is_wanted)
    cursor = Cursor.find(after)
    if cursor is not None:
        query = query.where(cursor.older(Booking.created_at, Booking.id))
    chosen = {"brand_id": brand_id, "influencer_id": influencer_id, "statuses": statuses}
    rows = session.execute(query.limit(limit), chosen).all()
    grouped = _clocks(session, [row[0].id for row in rows], now=now)
    return [_line(row, grouped[row[0].id], side=side, now=now) for row in rows]


def _clocks(session: Session, booking_ids: Iterable[str], *, now: datetime) -> dict[str, list[type_work]]:
    grouped: dict[str, list[type_work]] = defaultdict(list)
    for deliverable, contest, is_answered in session.execute(_CLOCKS, {"booking_ids": list(booking_ids)}):
        clocks = deliverable_clocks(deliverable, contest, is_answered=is_answered, now=now)
        grouped[deliverable.booking_id].append((deliverable, clocks))
    return grouped


def _line(row: Any, works: Sequence[type_work], *, side: Side, now: datetime) -> _Line:
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
        brand=PartyView(*names[: len(_BRAND_COLUMNS)]),
        influencer=PartyView(*names[len(_BRAND_COLUMNS) :]),
        created_at=booking.created_at,
        is_frozen=booking.frozen_at is not None,
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
                amount_minor=_amount(work or line, is_brand=is_brand),
                work=(work.kind, work.platform) if work is not None else None,
            )


def _one_of_several(works: Sequence[type_work], step: Step) -> Deliverable | None:
    """Return the piece of work a step is about where a booking has several, else None."""
    if len(works) < 2:
        return None
    return next((row for row, _clocks in works if row.id == step.deliverable_id), None)


def _amount(of: Deliverable | BookingLine, *, is_brand: bool) -> int:
    """Return what the brand pays or the influencer receives for a booking or one piece of it."""
    if not is_brand:
        return of.net_minor
    return of.total_minor if isinstance(of, BookingLine) else of.net_minor + of.fee_minor + of.tax_minor


def _quotes_to_accept(session: Session, brand_id: str, *, limit: int, now: datetime) -> Iterable[Need]:
    rows = session.execute(_QUOTES_TO_ACCEPT.limit(limit), {"brand_id": brand_id, "now": now})
    for quote_id, expires_at, margin, currency, total_minor, title, *names in rows:
        until = payable_before(expires_at, margin)
        if until < now:
            continue  # its last minutes belong to payment pages that are open
        step = Step(StepCode.ACCEPT_QUOTE, Side.BRAND, until)
        yield Need("quote", quote_id, title, PartyView(*names), step, currency, total_minor)


def _applications_to_answer(session: Session, brand_id: str, *, limit: int) -> Iterable[Need]:
    rows = session.execute(_APPLICATIONS_TO_ANSWER.limit(limit), {"brand_id": brand_id})
    for brief_id, title, count, by in rows:
        step = Step(StepCode.ANSWER_APPLICATIONS, Side.BRAND, by)
        yield Need("brief", brief_id, title, None, step, count=count)


def _invitations_to_answer(session: Session, influencer_id: str, *, limit: int) -> Iterable[Need]:
    rows = session.execute(_INVITATIONS_TO_ANSWER.limit(limit), {"influencer_id": influencer_id})
    for invitation_id, title, *names in rows:
        step = Step(StepCode.ANSWER_INVITATION, Side.INFLUENCER)
        yield Need("invitation", invitation_id, title, PartyView(*names), step)


def _by_deadline(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(sorted(needs, key=lambda need: need.step.by or _NEVER))


def _still_running(found: Iterable[_Line]) -> tuple[BookingLine, ...]:
    return tuple(each.line for each in found if each.line.step.code is not StepCode.NOTHING)
