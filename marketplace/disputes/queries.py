"""What people read about disputes: one of them, those that are open, and those that are over, without names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.bookings.contest_deadlines import NextDeadline, next_deadline, next_deadline_at
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

#: a ruling that something else overtook (a lost chargeback, two operators, a restore, a report undone) moved nothing
_STOOD = Contest.closed_how == ContestEnd.RULING
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
    select(
        Contest.id,
        Contest.closed_at,
        Contest.opened_side,
        Contest.share_bps,
        Contest.reason_en,
        Contest.reason_ar,
        Contest.added_criteria,
        ContestRuling.verdicts,
        Deliverable.kind,
        Deliverable.platform,
        TermsSnapshot.criteria,
        ContestAppeal.id.label("appeal_id"),
        *(column.label(f"brand_{column.key}") for column in (Brand.name, Brand.name_ar)),
        *(
            column.label(f"influencer_{column.key}")
            for column in (Influencer.name, Influencer.name_ar, Influencer.handle)
        ),
    )
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
_OPEN = (
    select(Contest, Deliverable, Booking.currency, Brand, Influencer)
    .join(Deliverable, Deliverable.id == Contest.deliverable_id)
    .join(Booking, Booking.id == Contest.booking_id)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .where(Contest.closed_at.is_(None))
)
_DUE_AT = next_deadline_at(bindparam("now", type_=Contest.rule_before.type))
_OPEN_BY_DEADLINE = _OPEN.order_by(_DUE_AT, Contest.id).limit(bindparam("most", type_=Integer))
_OPEN_ABOUT = _OPEN.where(Contest.deliverable_id.in_(bindparam("deliverable_ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute that is not over, with what it waits for next."""

    contest_id: str
    booking_id: str
    deliverable_id: str
    title: str
    brand: PartyView
    influencer: PartyView
    status: str
    opened_at: datetime
    deadline: NextDeadline
    deadline_at: datetime
    cursor: str
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


def list_open_disputes(
    session: Session, *, now: datetime, cursor: str | None = None, limit: int = PAGE
) -> Sequence[OpenDispute]:
    """Return disputes that are not over, the one whose next deadline comes first at the top, in one statement."""
    statement, after = _OPEN_BY_DEADLINE, Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.later(_DUE_AT, Contest.id))
    return [_open_dispute(row, now=now) for row in session.execute(statement, {"now": now, "most": limit})]


def open_disputes_about(
    session: Session, *, deliverable_ids: Sequence[str], now: datetime
) -> dict[str, OpenDispute]:
    """Return the disputes about these deliverables that are not over, by deliverable, in one statement."""
    rows = session.execute(_OPEN_ABOUT, {"deliverable_ids": deliverable_ids})
    return {each.deliverable_id: each for each in (_open_dispute(row, now=now) for row in rows)}


def _open_dispute(row: Any, *, now: datetime) -> OpenDispute:
    contest, deliverable, currency, brand, influencer = row
    deadline, at = next_deadline(contest, now=now)
    return OpenDispute(
        contest_id=contest.id,
        booking_id=contest.booking_id,
        deliverable_id=deliverable.id,
        title=deliverable.title,
        brand=PartyView(brand.id, brand.name, brand.name_ar),
        influencer=PartyView(influencer.id, influencer.name, influencer.name_ar, influencer.handle),
        status=stage_of(contest, deliverable),
        opened_at=contest.opened_at,
        deadline=deadline,
        deadline_at=at,
        cursor=Cursor(at, contest.id).as_text(),
        at_stake_minor=at_stake_minor(deliverable),
        currency=currency,
    )


def count_open_disputes(session: Session) -> int:
    """Return how many disputes wait for a ruling, or for the time to appeal to end."""
    return session.scalar(_OPEN_COUNT) or 0


def count_similar(session: Session, *, kinds: Sequence[str], but: str | None = None) -> SimilarCases:
    """Count how disputes that are over and shared a kind of criterion ended, in one statement."""
    statement = _outcomes_of(tuple(kinds))
    total, for_brand, for_influencer = session.execute(statement, {"but": but or ""}).one()
    return SimilarCases(total, int(for_brand or 0), int(for_influencer or 0))


def list_past_rulings(
    session: Session, *, kinds: Sequence[str] = (), words: str = "", cursor: str | None = None
) -> Sequence[PastRuling]:
    """Return disputes that are over, newest first, with the names of both sides taken out."""
    statement = _past_of(tuple(kinds))
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Contest.closed_at, Contest.id))
    for word in words.split()[:5]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(Contest.reason_en.ilike(pattern), Contest.reason_ar.ilike(pattern)))
    return [_past_ruling(row) for row in session.execute(statement)]


def _past_ruling(row: Any) -> PastRuling:
    names = (
        row.brand_name, row.brand_name_ar, row.influencer_name, row.influencer_name_ar, row.influencer_handle
    )  # fmt: skip
    return PastRuling(
        at=row.closed_at,
        cursor=Cursor(row.closed_at, row.id).as_text(),
        kind=row.kind,
        platform=row.platform,
        opened_side=row.opened_side,
        share_bps=row.share_bps or 0,
        was_appealed=row.appeal_id is not None,
        reason_en=without_names(row.reason_en, names),
        reason_ar=without_names(row.reason_ar, names),
        criteria=tuple(
            {
                "text": without_names(str(each["text"]), names),
                "text_ar": without_names(str(each.get("text_ar") or ""), names),
                "kind": str(each.get("kind", "other")),
                "weight": int(each.get("weight") or 0),
                "verdict": row.verdicts[each["id"]]["verdict"],
            }
            for each in criteria_of(row.criteria, row)
            if each["id"] in row.verdicts
        ),
    )


def without_names(text: str, names: Sequence[str | None]) -> str:
    """Return the text with every name blacked out, also the parts of names and handles."""
    pattern = _pattern_of(tuple(names))
    return text if pattern is None else pattern.sub("▇▇▇", text)


@lru_cache(maxsize=1_000)
def _pattern_of(names: tuple[str | None, ...]) -> re.Pattern[str] | None:
    """Return what finds these names, the longest first; None where all are too short to be told from words."""
    parts = {part for name in names if name for part in (name, *re.split(r"[\s._-]+", name))}
    longest_first = sorted((part for part in parts if len(part) >= NAME_LENGTH_LEAST), key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile(rf"@?\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


@lru_cache(maxsize=128)
def _outcomes_of(kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Return the statement for these kinds. Building it anew takes as long as the database does to answer it."""
    return _OUTCOMES.where(Contest.id != bindparam("but"), _has_kind(kinds))


@lru_cache(maxsize=128)
def _past_of(kinds: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    statement = _PAST.limit(PAGE + 1)
    return statement.where(_has_kind(kinds)) if kinds else statement


def _has_kind(kinds: Sequence[str]) -> Any:
    return or_(
        *(Contest.criterion_kinds.contains(f",{kind},", autoescape=True) for kind in kinds or ("none",))
    )
