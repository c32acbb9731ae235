"""Ranking for a brief, with everything stored that explains and replays it."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.errors import Conflict, NotFound
from marketplace.ids import new_id
from marketplace.matches.criteria import as_plain, criteria_of, digest
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext as _
from matching.service import MatchingService

SHOWN = 50


class NotSubmittedYet(Conflict):
    """Only what was submitted can be matched: drafts may be incomplete."""

    code = "brief_not_submitted"


def run_matches(
    session: Session,
    *,
    actor: Actor,
    search: MatchingService,
    brief_id: str,
    now: datetime,
    limit: int = SHOWN,
) -> MatchRun:
    """Rank influencers for the newest submitted version of a brief and store the run with its receipts.

    Raises:
        NotFound: no such brief of the actor's.
        NotSubmittedYet: the brief is still a draft.
        matching.errors.NothingToSearch, matching.errors.IndexUnavailable: as the engine says.
    """
    brief = session.get(Brief, brief_id)
    if brief is None or not may(actor, Permission.MATCH_RUN, Subject(brand_id=brief.brand_id)):
        raise NotFound(_("There is no such brief."))
    version_id = brief.live_version_id or brief.newest_version_id
    version = session.get(BriefVersion, version_id) if version_id else None
    if version is None:
        raise NotSubmittedYet(_("Submit the brief first; then we look for specialists."))
    return store_run(session, search=search, version=version, user_id=actor.user_id, now=now, limit=limit)


def store_run(
    session: Session,
    *,
    search: MatchingService,
    version: BriefVersion,
    user_id: str | None,
    now: datetime,
    limit: int = SHOWN,
) -> MatchRun:
    """Rank for a version and store run and results."""
    criteria = criteria_of(version)
    run_id = new_id()
    found = search.rank(criteria, run_id=run_id, now=now, limit=limit)
    run = MatchRun(
        id=run_id,
        brief_id=version.brief_id,
        brief_version_id=version.id,
        created_by=user_id,
        created_at=now,
        criteria_hash=digest(criteria),
        criteria=as_plain(criteria),
        understood={
            "topics": [[topic, weight] for topic, weight in found.understood.topics],
            "is_chosen": found.understood.are_topics_chosen,
            "words": list(found.understood.words[:12]),
        },
        refusals=dict(found.refusals),
        pool_size=found.pool_size,
        generation=found.generation,
        formula_version=found.formula_version,
        formula=json.loads(json.dumps(asdict(search.formula))),
    )
    session.add(run)
    session.flush()
    for result in found.results:
        receipt = json.loads(json.dumps(result.receipt.to_dict(), default=str))
        receipt["offer"] = result.offer.listing_id if result.offer else None
        session.add(
            MatchResult(
                run_id=run.id,
                influencer_id=result.influencer_id,
                rank=result.rank,
                score=result.score,
                receipt=receipt,
            )
        )
    session.flush()
    return run
