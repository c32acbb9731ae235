"""Places as lines of other lists, without their receipts: an influencer's own by brief, and applicants' as their brand sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, null, select
from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun, OwnPlace

_INFLUENCERS: Any = bindparam("influencer_ids", expanding=True)
_BRIEF_ID: Any = bindparam("brief_id")
_NEWEST_RUN_ID = (
    select(MatchRun.id)
    .where(MatchRun.brief_id == _BRIEF_ID, MatchRun.purpose == RunPurpose.BRIEF)
    .order_by(MatchRun.created_at.desc(), MatchRun.id.desc())
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
_LISTED = (
    select(
        MatchResult.influencer_id,
        MatchResult.rank,
        MatchResult.score,
        null().label("refusal"),
        MatchRun.id.label("run_id"),
        MatchRun.pool_size,
        MatchRun.created_at.label("computed_at"),
        MatchRun.brief_version_id,
        Brief.live_version_id,
    )
    .join(MatchRun, MatchRun.id == MatchResult.run_id)
    .join(Brief, Brief.id == MatchRun.brief_id)
    .where(MatchResult.run_id == _NEWEST_RUN_ID, MatchResult.influencer_id.in_(_INFLUENCERS))
)
_KEPT = (
    select(
        OwnPlace.influencer_id,
        OwnPlace.rank,
        OwnPlace.receipt["score"].as_float().label("score"),
        OwnPlace.refusal,
        null().label("run_id"),
        OwnPlace.pool_size,
        OwnPlace.computed_at,
        OwnPlace.brief_version_id,
        Brief.live_version_id,
    )
    .join(Brief, Brief.id == OwnPlace.brief_id)
    .where(OwnPlace.brief_id == _BRIEF_ID, OwnPlace.influencer_id.in_(_INFLUENCERS))
)

_OWN = select(OwnPlace.brief_id, OwnPlace.rank, OwnPlace.pool_size, OwnPlace.computed_at).where(
    OwnPlace.influencer_id == bindparam("influencer_id"),
    OwnPlace.brief_id.in_(bindparam("brief_ids", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class OwnPlaceLine:
    """An influencer's own place for a brief as it was kept last; without a rank there is none to tell."""

    rank: int | None
    pool_size: int
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicantPlace:
    """A place of `pool_size`, its score from 0 to 100 and when both were worked out.

    `run_id` names the list that holds the receipt; None where the list has no room for them. Neither rank nor `refusal`:
    too many fit closer. `is_of_older_brief`: the brief was published anew since.
    """

    rank: int | None
    pool_size: int
    score: float | None
    refusal: str | None
    run_id: str | None
    computed_at: datetime
    is_of_older_brief: bool


def list_own_place_lines(
    session: Session, *, influencer_id: str, brief_ids: Sequence[str]
) -> dict[str, OwnPlaceLine]:
    """Return the kept places of one influencer by brief, in one statement."""
    rows = session.execute(_OWN, {"influencer_id": influencer_id, "brief_ids": list(brief_ids)})
    return {row.brief_id: OwnPlaceLine(row.rank, row.pool_size, row.computed_at) for row in rows}


def list_applicant_places(
    session: Session, *, brief_id: str, influencer_ids: Sequence[str]
) -> dict[str, ApplicantPlace]:
    """Return the places of these influencers for a brief, in two statements; who was never placed is left out.

    The brand's list comes first, so that both pages say the same; a kept place where the list has none, or answers an older
    version of the brief than it does.
    """
    chosen = {"brief_id": brief_id, "influencer_ids": list(influencer_ids)}
    kept = {row.influencer_id: _place(row) for row in session.execute(_KEPT, chosen)}
    listed = {row.influencer_id: _place(row) for row in session.execute(_LISTED, chosen)}
    overtaken = {
        influencer_id
        for influencer_id, own in kept.items()
        if not own.is_of_older_brief and influencer_id in listed and listed[influencer_id].is_of_older_brief
    }
    return kept | {who: place for who, place in listed.items() if who not in overtaken}


def _place(row: Any) -> ApplicantPlace:
    return ApplicantPlace(
        rank=row.rank,
        pool_size=row.pool_size,
        score=row.score,
        refusal=row.refusal,
        run_id=row.run_id,
        computed_at=row.computed_at,
        is_of_older_brief=row.brief_version_id != row.live_version_id,
    )
