"""Places as lines of other lists, without their receipts: an influencer's own by brief, and applicants' as their brand sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, null, select
from sqlalchemy.orm import Session, aliased

from marketplace.briefs.models import Brief
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun, OwnPlace

_INFLUENCERS: Any = bindparam("influencer_ids", expanding=True)
_BRIEFS: Any = bindparam("brief_ids", expanding=True)
_RUN = aliased(MatchRun)
_NEWEST_RUN_ID = (
    select(_RUN.id)
    .where(_RUN.brief_id == Brief.id, _RUN.purpose == RunPurpose.BRIEF)
    .order_by(_RUN.created_at.desc(), _RUN.id.desc())
    .limit(1)
    .correlate(Brief)
    .scalar_subquery()
)
_LISTED = (
    select(
        Brief.id.label("brief_id"),
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
    .where(Brief.id.in_(_BRIEFS), MatchRun.id == _NEWEST_RUN_ID, MatchResult.influencer_id.in_(_INFLUENCERS))
)
_KEPT = (
    select(
        OwnPlace.brief_id,
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
    .where(OwnPlace.brief_id.in_(_BRIEFS), OwnPlace.influencer_id.in_(_INFLUENCERS))
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
    session: Session, *, applicants: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], ApplicantPlace]:
    """Return the places of `applicants`, pairs of brief and influencer, in two statements; who was never placed is left out.

    The brand's list comes first, so that both pages say the same; a kept place where the list has none, or answers an older
    version of the brief than it does.
    """
    asked = set(applicants)
    chosen = {"brief_ids": [brief for brief, _who in asked], "influencer_ids": [who for _brief, who in asked]}
    kept = {(row.brief_id, row.influencer_id): _place(row) for row in session.execute(_KEPT, chosen)}
    listed = {(row.brief_id, row.influencer_id): _place(row) for row in session.execute(_LISTED, chosen)}
    overtaken = {
        pair
        for pair, own in kept.items()
        if not own.is_of_older_brief and pair in listed and listed[pair].is_of_older_brief
    }
    found = kept | {pair: place for pair, place in listed.items() if pair not in overtaken}
    return {pair: place for pair, place in found.items() if pair in asked}


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
