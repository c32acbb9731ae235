"""What people read about disputes: one of them, those that are open, and those that are over, without names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.bookings.contest_stages import at_stake_minor, criteria_of, stage_of
from marketplace.bookings.domain import ContestEnd
from marketplace.bookings.models import Booking, Contest, ContestAppeal, ContestRuling, Deliverable
from marketplace.bookings.recording import subject_of
from marketplace.bookings.rooms import PartyView
from marketplace.brands.models import Brand
from marketplace.cursors import Cursor
from marketplace.disputes.room_assembly import assemble_dispute, kinds_of
from marketplace.disputes.room_reading import read_dispute
from marketplace.disputes.rooms import DisputeRoom, PastRuling, SimilarCases
from marketplace.influencers.models import Influencer
from marketplace.ownership import require
from marketplace.policies import Actor, Permission
from marketplace.quotes.models import TermsSnapshot

WHOLE_BPS = 10_000
PAGE = 20
NAME_LENGTH_LEAST = 3

#: a ruling that a lost chargeback overtook moved nothing
_STOOD = Contest.closed_how.is_distinct_from(ContestEnd.CHARGEBACK)
_OUTCOMES = select(
    func.count(),
    func.sum(case((Contest.share_bps == 0, 1), else_=0)),
    func.sum(case((Contest.share_bps == WHOLE_BPS, 1), else_=0)),
).where(Contest.closed_at.is_not(None), Contest.share_bps.is_not(None), _STOOD)
_NUMBERED = aliased(ContestRuling)
_LAST_RULING = (
    select(func.max(_NUMBERED.number))
    .where(_NUMBERED.contest_id == Contest.id)
    .correlate(Contest)
    .scalar_subquery()
)
_PAST = (
    select(Contest, ContestRuling, Deliverable, TermsSnapshot.criteria, Brand, Influencer, ContestAppeal.id)
    .select_from(Contest)
    .join(ContestRuling, (ContestRuling.contest_id == Contest.id) & (ContestRuling.number == _LAST_RULING))
    .join(Deliverable, Deliverable.id == Contest.deliverable_id)
    .join(Booking, Booking.id == Contest.booking_id)
    .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .outerjoin(ContestAppeal, ContestAppeal.contest_id == Contest.id)
    .where(Contest.closed_at.is_not(None), _STOOD)
    .order_by(Contest.closed_at.desc(), Contest.id.desc())
)
_OPEN_COUNT = select(func.count()).where(Contest.closed_at.is_(None))


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute that operators have to decide, the one with the earliest deadline first."""

    booking_id: str
    deliverable_id: str
    title: str
    brand: PartyView
    influencer: PartyView
    status: str
    opened_at: datetime
    evidence_until: datetime
    rule_before: datetime
    at_stake_minor: int
    currency: str


def dispute_room(session: Session, *, actor: Actor, deliverable_id: str, now: datetime) -> DisputeRoom:
    """Return the dispute about a deliverable, in 6 statements.

    Raises:
        NotFound: none, or others'.

    """
    rows = read_dispute(session, deliverable_id=deliverable_id)
    require(actor, Permission.BOOKING_VIEW, subject_of(rows.booking))
    kinds = kinds_of(rows.contest.criterion_kinds)
    similar = count_similar(session, kinds=kinds, but=rows.contest.id)
    return assemble_dispute(rows, actor=actor, similar=similar, now=now)


def list_open_disputes(session: Session, *, limit: int = PAGE) -> Sequence[OpenDispute]:
    """Return what waits for a ruling, in one statement."""
    rows = session.execute(
        select(Contest, Deliverable, Booking.currency, Brand, Influencer)
        .join(Deliverable, Deliverable.id == Contest.deliverable_id)
        .join(Booking, Booking.id == Contest.booking_id)
        .join(Brand, Brand.id == Booking.brand_id)
        .join(Influencer, Influencer.id == Booking.influencer_id)
        .where(Contest.closed_at.is_(None))
        .order_by(Contest.rule_before, Contest.id)
        .limit(limit)
    )
    return [
        OpenDispute(
            booking_id=contest.booking_id,
            deliverable_id=deliverable.id,
            title=deliverable.title,
            brand=PartyView(brand.id, brand.name, brand.name_ar),
            influencer=PartyView(influencer.id, influencer.name, influencer.name_ar, influencer.handle),
            status=stage_of(contest, deliverable),
            opened_at=contest.opened_at,
            evidence_until=contest.evidence_until,
            rule_before=contest.rule_before,
            at_stake_minor=at_stake_minor(deliverable),
            currency=currency,
        )
        for contest, deliverable, currency, brand, influencer in rows
    ]


def count_open_disputes(session: Session) -> int:
    """Return how many disputes wait for a ruling, or for the time to appeal to end."""
    return session.scalar(_OPEN_COUNT) or 0


def count_similar(session: Session, *, kinds: Sequence[str], but: str | None = None) -> SimilarCases:
    """Count how disputes that are over and shared a kind of criterion ended, in one statement."""
    statement = _OUTCOMES.where(Contest.id != (but or ""), _has_kind(kinds))
    total, for_brand, for_influencer = session.execute(statement).one()
    return SimilarCases(total, int(for_brand or 0), int(for_influencer or 0))


def list_past_rulings(
    session: Session, *, kinds: Sequence[str] = (), words: str = "", cursor: str | None = None
) -> Sequence[PastRuling]:
    """Return disputes that are over, newest first, with the names of both sides taken out."""
    statement = _PAST.limit(PAGE + 1)
    if kinds:
        statement = statement.where(_has_kind(kinds))
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Contest.closed_at, Contest.id))
    for word in words.split()[:5]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(Contest.reason_en.ilike(pattern), Contest.reason_ar.ilike(pattern)))
    return [_past_ruling(row) for row in session.execute(statement)]


def _past_ruling(row: Any) -> PastRuling:
    contest, ruling, deliverable, criteria, brand, influencer, appeal_id = row
    names = [brand.name, brand.name_ar, influencer.name, influencer.name_ar, influencer.handle]
    return PastRuling(
        at=contest.closed_at,
        cursor=Cursor(contest.closed_at, contest.id).as_text(),
        kind=deliverable.kind,
        platform=deliverable.platform,
        opened_side=contest.opened_side,
        share_bps=contest.share_bps or 0,
        was_appealed=appeal_id is not None,
        reason_en=without_names(contest.reason_en, names),
        reason_ar=without_names(contest.reason_ar, names),
        criteria=tuple(
            {
                "text": without_names(str(each["text"]), names),
                "text_ar": without_names(str(each.get("text_ar") or ""), names),
                "kind": str(each.get("kind", "other")),
                "weight": int(each.get("weight") or 0),
                "verdict": ruling.verdicts[each["id"]]["verdict"],
            }
            for each in criteria_of(criteria, contest)
            if each["id"] in ruling.verdicts
        ),
    )


def without_names(text: str, names: Sequence[str | None]) -> str:
    """Return the text with every name blacked out, also the parts of names and handles."""
    parts = {part for name in names if name for part in (name, *re.split(r"[\s._-]+", name))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= NAME_LENGTH_LEAST:
            text = re.sub(rf"@?\b{re.escape(part)}\b", "▇▇▇", text, flags=re.IGNORECASE)
    return text


def _has_kind(kinds: Sequence[str]) -> Any:
    return or_(
        *(Contest.criterion_kinds.contains(f",{kind},", autoescape=True) for kind in kinds or ("none",))
    )
