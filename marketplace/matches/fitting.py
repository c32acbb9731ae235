"""Who newly fits an open brief: looked for after profiles changed and when a brief begins to take answers.

What is found becomes a row that announcements tell, once for a brief and person.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.queries import is_open
from marketplace.db import transaction
from marketplace.matches.correcting import asked_by_brief
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.matches.operations import Question, question_of, rank
from marketplace.outbox.operations import put
from marketplace.services import Services
from matching.criteria import SearchCriteria
from matching.errors import NothingToSearch

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
    search = services.search
    if search is None:
        return
    with services.sessions() as session:
        briefs = _open_briefs(session)
        session.rollback()
    found = [
        (fit.brief_id, influencer_id)
        for influencer_id in payload["ids"]
        for fit in search.fits(influencer_id, briefs)
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


def ask_for_fits_of_brief(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Leave a row that looks for those who fit a brief which was opened or is shown again."""
    _ask_where(session, services, Brief.id == payload["brief_id"])


def ask_for_fits_of_brand(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Leave such a row for every open brief of a brand that was approved: from now on they take answers."""
    _ask_where(session, services, Brief.brand_id == payload["brand_id"])


def _ask_where(session: Session, services: Services, condition: ColumnElement[bool]) -> None:
    now = services.clock()
    statement = select(Brief.id).join(Brand, Brand.id == Brief.brand_id).where(is_open(), condition)
    for brief_id in session.scalars(statement):
        asked = {"brief_id": brief_id, "at": now.isoformat()}
        put(session, "brief.fits_wanted", asked, now=now, key=f"fits:{brief_id}:{now.isoformat()}")


def on_brief_fits_wanted(services: Services, payload: Mapping[str, Any]) -> None:
    """Find the best who fit a brief that takes answers now: news to them, to the brand when its list lacks them.

    A brief that takes none any more is left alone; it asks again when it does. Raises IndexUnavailable: the row is tried again.
    """
    search = services.search
    if search is None:
        return
    with services.sessions() as session:
        question = _answerable(session, payload["brief_id"])
        session.rollback()
    if question is None:
        return
    try:
        found = rank(question, search=search, now=services.clock(), is_counted=False).found
    except NothingToSearch:
        return
    asked = {question.brief_id: question.criteria}
    rated = [(each.influencer_id, search.fits(each.influencer_id, asked)) for each in found.results]
    fitting = [who for who, fits in rated if fits and fits[0].relevance >= RELEVANCE_LEAST]
    with transaction(services.sessions) as session:
        for influencer_id in fitting:
            is_known = _is_placed(session, question.brief_id, influencer_id)
            put(
                session,
                "match.found",
                {**payload, "influencer_id": influencer_id, "is_known_to_brand": is_known},
                now=services.clock(),
                key=f"match.found:{question.brief_id}:{influencer_id}:{payload['at']}",
            )


def _answerable(session: Session, brief_id: str) -> Question | None:
    found = session.execute(_OPEN.where(Brief.id == brief_id)).one_or_none()
    return question_of(session, found[1]) if found is not None else None


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
