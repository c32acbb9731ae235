"""Who newly fits an open brief: looked for after profiles changed, found once a brief and person, told by announcements."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.queries import is_open
from marketplace.db import transaction
from marketplace.matches.correcting import asked_by_brief
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.outbox.operations import put
from marketplace.services import Services
from matching.criteria import SearchCriteria

RELEVANCE_LEAST = 0.6
"""As the engine rates somebody without a pool; below it a fit is no news. Chosen by measure: docs/matching.md, section 5."""
BRIEFS_MOST = 200
_OPEN = (
    select(Brief.id, BriefVersion)
    .join(Brand, Brand.id == Brief.brand_id)
    .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
    .where(is_open())
    .order_by(Brief.updated_at.desc(), Brief.id)
    .limit(BRIEFS_MOST)
)


def ask_for_fits(services: Services, influencer_ids: Sequence[str], versions: Mapping[str, int]) -> None:
    """Leave a row that looks for briefs which these changed influencers fit; none while no brief is open."""
    named = ",".join(f"{each}:{versions.get(each, 0)}" for each in influencer_ids)
    key = f"fits:{hashlib.sha256(named.encode()).hexdigest()}"
    with transaction(services.sessions) as session:
        if session.execute(_OPEN.limit(1)).first() is not None:
            put(session, "fits.wanted", {"ids": list(influencer_ids)}, now=services.clock(), key=key)


def on_fits_wanted(services: Services, payload: Mapping[str, Any]) -> None:
    """Look through the open briefs for each of these influencers; every find becomes one row, once for ever.

    Who stands in a list of the brief itself already is no news. Raises IndexUnavailable: the row is tried again.
    """
    if services.search is None:
        return
    with services.sessions() as session:
        briefs = _open_briefs(session)
        session.rollback()
    found = [
        (fit.brief_id, influencer_id)
        for influencer_id in payload["ids"]
        for fit in services.search.fits(influencer_id, briefs)
        if fit.refusal is None and fit.relevance >= RELEVANCE_LEAST
    ]
    with transaction(services.sessions) as session:
        for brief_id, influencer_id in found:
            if not _is_placed(session, brief_id, influencer_id):
                put(
                    session,
                    "match.found",
                    {"brief_id": brief_id, "influencer_id": influencer_id},
                    now=services.clock(),
                    key=f"match.found:{brief_id}:{influencer_id}",
                )


def _open_briefs(session: Session) -> dict[str, SearchCriteria]:
    return asked_by_brief(session, [version for _brief_id, version in session.execute(_OPEN)])


def _is_placed(session: Session, brief_id: str, influencer_id: str) -> bool:
    placed = (
        select(MatchResult.id)
        .join(MatchRun, MatchRun.id == MatchResult.run_id)
        .where(
            MatchRun.brief_id == brief_id,
            MatchRun.purpose == RunPurpose.BRIEF,
            MatchResult.influencer_id == influencer_id,
        )
        .limit(1)
    )
    return session.scalar(placed) is not None
