"""Reads a dispute's rows in a fixed number of statements, however much was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.bookings.contest_stages import NEWEST_CONTEST
from marketplace.bookings.models import (
    Booking,
    ChangeRequest,
    Contest,
    ContestAppeal,
    ContestRuling,
    Deliverable,
    Evidence,
    EvidenceFile,
    Publication,
    Submission,
    SubmissionFile,
)
from marketplace.bookings.room_reading import publications_of, read_handed_in
from marketplace.brands.models import Brand
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.quotes.models import Quote, TermsSnapshot

_HEAD = (
    select(Contest, Deliverable, Booking, TermsSnapshot, Quote, Brand, Influencer, ContestAppeal)
    .join(Deliverable, Deliverable.id == Contest.deliverable_id)
    .join(Booking, Booking.id == Contest.booking_id)
    .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
    .join(Quote, Quote.id == Booking.quote_id)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .outerjoin(ContestAppeal, ContestAppeal.contest_id == Contest.id)
    .where(Deliverable.id == bindparam("deliverable_id"), NEWEST_CONTEST)
)
_RULINGS = (
    select(ContestRuling, User.display_name)
    .join(User, User.id == ContestRuling.ruled_by)
    .where(ContestRuling.contest_id == bindparam("contest_id"))
    .order_by(ContestRuling.number)
)
_EVIDENCE = (
    select(Evidence, EvidenceFile)
    .outerjoin(EvidenceFile, EvidenceFile.evidence_id == Evidence.id)
    .where(Evidence.contest_id == bindparam("contest_id"))
    .order_by(Evidence.at, Evidence.id, EvidenceFile.id)
)


@dataclass(frozen=True, slots=True)
class DisputeRows:
    """The rows of one dispute. `rulings` come with the name of who ruled, the first one first."""

    contest: Contest
    deliverable: Deliverable
    booking: Booking
    terms: TermsSnapshot
    quote: Quote
    brand: Brand
    influencer: Influencer
    submissions: Sequence[tuple[Submission, ChangeRequest | None]]
    files: dict[str, list[SubmissionFile]]
    publications: Sequence[Publication]
    rulings: Sequence[tuple[ContestRuling, str]]
    appeal: ContestAppeal | None
    evidence: dict[str, tuple[Evidence, list[EvidenceFile]]]


def read_dispute(session: Session, *, deliverable_id: str) -> DisputeRows:
    """Return everything about the dispute of a deliverable, in 5 statements.

    Raises:
        NotFound: there is none.

    """
    head = session.execute(_HEAD, {"deliverable_id": deliverable_id}).one_or_none()
    if head is None:
        raise NotFound
    contest, deliverable, booking, terms, quote, brand, influencer, appeal = head
    handed_in = read_handed_in(session, booking.id)
    return DisputeRows(
        contest=contest,
        deliverable=deliverable,
        booking=booking,
        terms=terms,
        quote=quote,
        brand=brand,
        influencer=influencer,
        submissions=handed_in.submissions.get(deliverable.id, []),
        files=handed_in.files,
        publications=publications_of(session, booking.id).get(deliverable.id, []),
        rulings=_rulings(session, contest.id),
        appeal=appeal,
        evidence=_evidence(session, contest.id),
    )


def _rulings(session: Session, contest_id: str) -> list[tuple[ContestRuling, str]]:
    return [(row[0], row[1]) for row in session.execute(_RULINGS, {"contest_id": contest_id})]


def _evidence(session: Session, contest_id: str) -> dict[str, tuple[Evidence, list[EvidenceFile]]]:
    grouped: dict[str, tuple[Evidence, list[EvidenceFile]]] = {}
    for evidence, file in session.execute(_EVIDENCE, {"contest_id": contest_id}):
        _evidence_row, files = grouped.setdefault(evidence.id, (evidence, []))
        if file is not None:
            files.append(file)
    return grouped
