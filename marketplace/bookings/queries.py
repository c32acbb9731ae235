"""Reading bookings: the room, lists, what needs somebody, files. Each takes a fixed number of statements."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.home_reading import read_brand_needs, read_influencer_needs, read_lines
from marketplace.bookings.models import (
    Booking,
    Contest,
    Deliverable,
    Evidence,
    EvidenceFile,
    Submission,
    SubmissionFile,
)
from marketplace.bookings.recording import subject_of
from marketplace.bookings.room_assembly import assemble_room
from marketplace.bookings.room_reading import read_room
from marketplace.bookings.rooms import BookingLine, BookingRoom, FileView, Home
from marketplace.bookings.strikes import count_strikes
from marketplace.errors import NotFound
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from matching.market import KNOWN_FROM

__all__ = [
    "booking_room",
    "brand_home",
    "count_strikes",
    "find_booking_of_quote",
    "get_booking",
    "get_file",
    "influencer_home",
    "list_bookings",
]


def get_booking(session: Session, *, actor: Actor, booking_id: str) -> Booking:
    """Return a booking of one of the actor's sides.

    Raises:
        NotFound: no such booking, or others'.

    """
    booking = session.get(Booking, booking_id)
    if booking is None:
        raise NotFound
    require(actor, Permission.BOOKING_VIEW, subject_of(booking))
    return booking


def find_booking_of_quote(session: Session, *, actor: Actor, quote_id: str) -> str | None:
    """Return the id of the booking that a quote became, if the actor may see it."""
    booking = session.scalar(select(Booking).where(Booking.quote_id == quote_id))
    if booking is None:
        return None
    require(actor, Permission.BOOKING_VIEW, subject_of(booking))
    return booking.id


def booking_room(session: Session, *, actor: Actor, booking_id: str, now: datetime) -> BookingRoom:
    """Return the room: who owes what by when, everything handed in, every clock, every line, in 6 statements (7 with a contest).

    Raises:
        NotFound: no such booking, or others'.

    """
    rows = read_room(session, booking_id=booking_id)
    require(actor, Permission.BOOKING_VIEW, subject_of(rows.booking))
    return assemble_room(rows, actor=actor, now=now)


def get_file(session: Session, *, actor: Actor, file_id: str) -> FileView:
    """Return a file that was handed in.

    Raises:
        NotFound: no such file, or others'.

    """
    row = (
        session.execute(
            select(SubmissionFile, Booking)
            .join(Submission, Submission.id == SubmissionFile.submission_id)
            .join(Deliverable, Deliverable.id == Submission.deliverable_id)
            .join(Booking, Booking.id == Deliverable.booking_id)
            .where(SubmissionFile.id == file_id)
        ).one_or_none()
        or session.execute(
            select(EvidenceFile, Booking)
            .join(Evidence, Evidence.id == EvidenceFile.evidence_id)
            .join(Contest, Contest.id == Evidence.contest_id)
            .join(Booking, Booking.id == Contest.booking_id)
            .where(EvidenceFile.id == file_id)
        ).one_or_none()
    )
    if row is None:
        raise NotFound
    file, booking = row
    require(actor, Permission.BOOKING_VIEW, subject_of(booking))
    return FileView(file.id, file.name, file.media_type, file.size_bytes, file.sha256, file.storage_key)


def list_bookings(
    session: Session,
    *,
    actor: Actor,
    statuses: Sequence[str] | None = None,
    limit: int = 50,
    after: str | None = None,
    now: datetime,
) -> Sequence[BookingLine]:
    """Return the actor's bookings, newest first, each with its next step, in 2 statements (operators: all).

    `after` is the cursor of the last row before them.

    Raises:
        NotFound, Forbidden: the actor has no bookings to see.

    """
    require(actor, Permission.BOOKING_VIEW, Subject(actor.brand_id, actor.influencer_id))
    return read_lines(
        session,
        brand_id=actor.brand_id,
        influencer_id=actor.influencer_id,
        statuses=statuses,
        limit=limit,
        after=after,
        now=now,
    )


def brand_home(session: Session, *, actor: Actor, limit: int = 50, now: datetime) -> Home:
    """Return what needs the brand, by deadline, and its running bookings, in 4 statements.

    Raises:
        NotFound, Forbidden: the actor belongs to no brand.

    """
    brand_id = actor.brand_id or ""
    require(actor, Permission.BRAND_VIEW, Subject(brand_id=brand_id))
    return read_brand_needs(session, brand_id=brand_id, limit=limit, now=now)


def influencer_home(session: Session, *, actor: Actor, limit: int = 50, now: datetime) -> Home:
    """Return what needs the influencer, by deadline, and their running bookings, in 3 statements.

    Raises:
        NotFound, Forbidden: the actor is no influencer.

    """
    influencer_id = actor.influencer_id or ""
    require(actor, Permission.BOOKING_VIEW, Subject(influencer_id=influencer_id))
    return read_influencer_needs(session, influencer_id=influencer_id, limit=limit, now=now)


def list_newcomers(session: Session, influencer_ids: Collection[str]) -> set[str]:
    """Return who of these influencers has completed fewer bookings than make somebody known, in one statement."""
    statement = (
        select(Booking.influencer_id)
        .where(Booking.influencer_id.in_(influencer_ids), Booking.completed_at.is_not(None))
        .group_by(Booking.influencer_id)
        .having(func.count() >= KNOWN_FROM)
    )
    return set(influencer_ids) - set(session.scalars(statement))
