"""Reads a booking's rows in a fixed number of statements, however much happened in it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, literal, null, select, union_all
from sqlalchemy.orm import Session

from marketplace.bookings.domain import ContestKind
from marketplace.bookings.models import (
    Booking,
    BookingEvent,
    ChangeRequest,
    Contest,
    Deliverable,
    Evidence,
    Message,
    Publication,
    Submission,
    SubmissionFile,
    Timer,
)
from marketplace.brands.models import Brand
from marketplace.deals.models import Order
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.quotes.models import Quote, TermsSnapshot


@dataclass(frozen=True, slots=True)
class RoomRows:
    """The rows of one room, grouped by what they belong to."""

    booking: Booking
    quote: Quote
    terms: TermsSnapshot
    brand: Brand
    influencer: Influencer
    order_message: str
    deliverables: Sequence[Deliverable]
    submissions: dict[str, list[tuple[Submission, ChangeRequest | None]]]
    files: dict[str, list[SubmissionFile]]
    publications: dict[str, list[Publication]]
    contests: dict[str, tuple[Contest, list[Evidence]]]
    timers: Sequence[Timer]
    lines: Sequence[Row[Any]]


def read_room(session: Session, *, booking_id: str) -> RoomRows:
    """Return everything about a booking.

    Raises:
        NotFound: there is no such booking.

    """
    head = session.execute(
        select(Booking, Quote, TermsSnapshot, Brand, Influencer, Order.message)
        .join(Quote, Quote.id == Booking.quote_id)
        .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
        .join(Brand, Brand.id == Booking.brand_id)
        .join(Influencer, Influencer.id == Booking.influencer_id)
        .outerjoin(Order, Order.quote_id == Booking.quote_id)
        .where(Booking.id == booking_id)
    ).one_or_none()
    if head is None:
        raise NotFound
    booking, quote, terms, brand, influencer, message = head
    return RoomRows(
        booking=booking,
        quote=quote,
        terms=terms,
        brand=brand,
        influencer=influencer,
        order_message=message or "",
        deliverables=session.scalars(
            select(Deliverable).where(Deliverable.booking_id == booking_id).order_by(Deliverable.number)
        ).all(),
        submissions=submissions_of(session, booking_id),
        files=files_of(session, booking_id),
        publications=publications_of(session, booking_id),
        contests=_contests(session, booking_id),
        timers=session.scalars(
            select(Timer)
            .where(Timer.booking_id == booking_id, Timer.closed_at.is_(None))
            .order_by(Timer.due_at, Timer.id)
        ).all(),
        lines=_lines(session, booking_id),
    )


def submissions_of(
    session: Session, booking_id: str
) -> dict[str, list[tuple[Submission, ChangeRequest | None]]]:
    """Return every version with what was asked to change in it, by deliverable, oldest first."""
    grouped: dict[str, list[tuple[Submission, ChangeRequest | None]]] = defaultdict(list)
    rows = session.execute(
        select(Submission, ChangeRequest)
        .join(Deliverable, Deliverable.id == Submission.deliverable_id)
        .outerjoin(ChangeRequest, ChangeRequest.submission_id == Submission.id)
        .where(Deliverable.booking_id == booking_id)
        .order_by(Submission.deliverable_id, Submission.number)
    )
    for submission, request in rows:
        grouped[submission.deliverable_id].append((submission, request))
    return grouped


def files_of(session: Session, booking_id: str) -> dict[str, list[SubmissionFile]]:
    """Return the files of every version, by submission, oldest first."""
    grouped: dict[str, list[SubmissionFile]] = defaultdict(list)
    rows = session.scalars(
        select(SubmissionFile)
        .join(Submission, Submission.id == SubmissionFile.submission_id)
        .join(Deliverable, Deliverable.id == Submission.deliverable_id)
        .where(Deliverable.booking_id == booking_id)
        .order_by(SubmissionFile.created_at, SubmissionFile.id)
    )
    for file in rows:
        grouped[file.submission_id].append(file)
    return grouped


def publications_of(session: Session, booking_id: str) -> dict[str, list[Publication]]:
    """Return the live posts, by deliverable, oldest first."""
    grouped: dict[str, list[Publication]] = defaultdict(list)
    rows = session.scalars(
        select(Publication)
        .join(Deliverable, Deliverable.id == Publication.deliverable_id)
        .where(Deliverable.booking_id == booking_id)
        .order_by(Publication.deliverable_id, Publication.number)
    )
    for publication in rows:
        grouped[publication.deliverable_id].append(publication)
    return grouped


def _contests(session: Session, booking_id: str) -> dict[str, tuple[Contest, list[Evidence]]]:
    grouped: dict[str, tuple[Contest, list[Evidence]]] = {}
    rows = session.execute(
        select(Contest, Evidence)
        .outerjoin(Evidence, Evidence.contest_id == Contest.id)
        .where(Contest.booking_id == booking_id, Contest.kind == ContestKind.WORK)
        .order_by(Contest.opened_at, Evidence.at, Evidence.id)
    )
    for contest, evidence in rows:
        _contest, entries = grouped.setdefault(contest.deliverable_id, (contest, []))
        if evidence is not None:
            entries.append(evidence)
    return grouped


def _lines(session: Session, booking_id: str) -> Sequence[Row[Any]]:
    events = select(
        BookingEvent.at,
        BookingEvent.actor_kind.label("side"),
        BookingEvent.actor_id,
        BookingEvent.kind,
        BookingEvent.params,
        literal("").label("text"),
        BookingEvent.deliverable_id,
        BookingEvent.number,
    ).where(BookingEvent.booking_id == booking_id)
    messages = select(
        Message.at,
        Message.author_side,
        Message.author_id,
        literal("message"),
        null(),
        Message.text,
        null(),
        Message.number,
    ).where(Message.booking_id == booking_id)
    return session.execute(union_all(events, messages).order_by("at", "number")).all()
