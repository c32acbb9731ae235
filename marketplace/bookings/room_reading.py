"""Reads a booking's rows in a fixed number of statements, however much happened in it.

The statements are built once; building them anew took as long as running them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session

from marketplace.bookings.contest_stages import NEWEST_CONTEST
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

_BOOKING_ID: Any = bindparam("booking_id")
_HEAD = (
    select(Booking, Quote, TermsSnapshot, Brand, Influencer, Order.message)
    .join(Quote, Quote.id == Booking.quote_id)
    .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .outerjoin(Order, Order.quote_id == Booking.quote_id)
    .where(Booking.id == _BOOKING_ID)
)
_DELIVERABLES = (
    select(Deliverable, Contest)
    .outerjoin(Contest, NEWEST_CONTEST)
    .where(Deliverable.booking_id == _BOOKING_ID)
    .order_by(Deliverable.number)
)
_HANDED_IN = (
    select(Submission, ChangeRequest, SubmissionFile)
    .join(Deliverable, Deliverable.id == Submission.deliverable_id)
    .outerjoin(ChangeRequest, ChangeRequest.submission_id == Submission.id)
    .outerjoin(SubmissionFile, SubmissionFile.submission_id == Submission.id)
    .where(Deliverable.booking_id == _BOOKING_ID)
    .order_by(Submission.deliverable_id, Submission.number, SubmissionFile.created_at, SubmissionFile.id)
)
_PUBLICATIONS = (
    select(Publication)
    .join(Deliverable, Deliverable.id == Publication.deliverable_id)
    .where(Deliverable.booking_id == _BOOKING_ID)
    .order_by(Publication.deliverable_id, Publication.number)
)
_EVIDENCE = (
    select(Evidence)
    .join(Contest, Contest.id == Evidence.contest_id)
    .where(Contest.booking_id == _BOOKING_ID)
    .order_by(Evidence.at, Evidence.id)
)
_TIMERS = (
    select(Timer)
    .where(Timer.booking_id == _BOOKING_ID, Timer.closed_at.is_(None))
    .order_by(Timer.due_at, Timer.id)
)
_LINES = union_all(
    select(
        BookingEvent.at,
        BookingEvent.actor_kind.label("side"),
        BookingEvent.actor_id,
        BookingEvent.kind,
        BookingEvent.params,
        literal("").label("text"),
        BookingEvent.deliverable_id,
        BookingEvent.number,
    ).where(BookingEvent.booking_id == _BOOKING_ID),
    select(
        Message.at,
        Message.author_side,
        Message.author_id,
        literal("message"),
        null(),
        Message.text,
        null(),
        Message.number,
    ).where(Message.booking_id == _BOOKING_ID),
).order_by("at", "number")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in: versions with what was asked to change in them by deliverable, files by version; oldest first."""

    submissions: dict[str, list[tuple[Submission, ChangeRequest | None]]]
    files: dict[str, list[SubmissionFile]]


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
    chosen = {"booking_id": booking_id}
    head = session.execute(_HEAD, chosen).one_or_none()
    if head is None:
        raise NotFound
    booking, quote, terms, brand, influencer, message = head
    works = session.execute(_DELIVERABLES, chosen).all()
    handed_in = read_handed_in(session, booking_id)
    return RoomRows(
        booking=booking,
        quote=quote,
        terms=terms,
        brand=brand,
        influencer=influencer,
        order_message=message or "",
        deliverables=[deliverable for deliverable, _contest in works],
        submissions=handed_in.submissions,
        files=handed_in.files,
        publications=publications_of(session, booking_id),
        contests=_with_evidence(session, booking_id, [row[1] for row in works if row[1] is not None]),
        timers=session.scalars(_TIMERS, chosen).all(),
        lines=session.execute(_LINES, chosen).all(),
    )


def read_handed_in(session: Session, booking_id: str) -> HandedIn:
    """Return every version of a booking's works with its files, in one statement."""
    submissions: dict[str, list[tuple[Submission, ChangeRequest | None]]] = defaultdict(list)
    files: dict[str, list[SubmissionFile]] = {}
    for submission, request, file in session.execute(_HANDED_IN, {"booking_id": booking_id}):
        if submission.id not in files:
            files[submission.id] = []
            submissions[submission.deliverable_id].append((submission, request))
        if file is not None:
            files[submission.id].append(file)
    return HandedIn(submissions, files)


def publications_of(session: Session, booking_id: str) -> dict[str, list[Publication]]:
    """Return the live posts, by deliverable, oldest first."""
    grouped: dict[str, list[Publication]] = defaultdict(list)
    for publication in session.scalars(_PUBLICATIONS, {"booking_id": booking_id}):
        grouped[publication.deliverable_id].append(publication)
    return grouped


def _with_evidence(
    session: Session, booking_id: str, contests: Sequence[Contest]
) -> dict[str, tuple[Contest, list[Evidence]]]:
    """Return the contests by deliverable; most bookings have none, and nothing is asked then."""
    if not contests:
        return {}
    grouped: dict[str, tuple[Contest, list[Evidence]]] = {
        contest.deliverable_id: (contest, []) for contest in contests
    }
    entries = {contest.id: grouped[contest.deliverable_id][1] for contest in contests}
    for evidence in session.scalars(_EVIDENCE, {"booking_id": booking_id}):
        if evidence.contest_id in entries:  # a report that was taken back leaves an older contest behind
            entries[evidence.contest_id].append(evidence)
    return grouped
