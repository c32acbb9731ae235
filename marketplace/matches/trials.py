"""A formula in shadow: the last briefs ranked with it beside the one in force, and what would move."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import transaction
from marketplace.formulas.operations import store_trial
from marketplace.formulas.queries import formula_in_force, get_formula
from marketplace.matches.criteria import criteria_of
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchRun
from marketplace.services import Services
from matching.criteria import SearchCriteria
from matching.engine import MatchEngine
from matching.errors import NothingToSearch
from matching.measures import spearman
from matching.runs import MatchResult
from matching.scoring import Formula

BRIEFS = 50
PLACES = 50
MOVES_SHOWN = 5
FIRST = (10, 20)


def on_trial_asked(services: Services, payload: Mapping[str, Any]) -> None:
    """React to an operator's wish."""
    try_formula(services, payload)


def try_formula(
    services: Services, payload: Mapping[str, Any], *, quality: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Rank the last 50 ranked briefs with both formulas and keep what would move; no transaction is open meanwhile.

    `quality` holds what a labelled set said of both ("old", "new"). Raises NotFound, IndexUnavailable.
    """
    search = services.need_search()
    now = services.clock()
    with services.sessions() as session:
        old = formula_in_force(session)
        new = get_formula(session, version=payload["version"]).formula
        briefs = _last_briefs(session)
        session.rollback()
    lines = []
    for brief_id, title, criteria in briefs:
        line = compare(search, criteria, old=old, new=new, now=now)
        if line is not None:
            lines.append({"brief_id": brief_id, "title": title, **line})
    with transaction(services.sessions) as session:
        store_trial(
            session,
            version=new.version,
            against=old.version,
            summary=summarise(lines),
            lines=lines,
            quality=quality or {},
            now=now,
        )
    return {"version": new.version, "against": old.version, "briefs": len(lines), "summary": summarise(lines)}


def _last_briefs(session: Session) -> list[tuple[str, str, SearchCriteria]]:
    """Return the briefs ranked last, each in its newest ranked version."""
    newest: dict[str, BriefVersion] = {}
    rows = session.execute(
        select(BriefVersion)
        .join(MatchRun, MatchRun.brief_version_id == BriefVersion.id)
        .join(Brief, Brief.id == BriefVersion.brief_id)
        .where(MatchRun.purpose == RunPurpose.BRIEF)
        .order_by(MatchRun.created_at.desc(), MatchRun.id)
        .limit(BRIEFS * 10)
    )
    for (version,) in rows:
        newest.setdefault(version.brief_id, version)
    return [(v.brief_id, v.title, criteria_of(v)) for v in list(newest.values())[:BRIEFS]]


def compare(
    search: MatchEngine, criteria: SearchCriteria, *, old: Formula, new: Formula, now: datetime
) -> dict[str, Any] | None:
    """Return what differs between both lists of one brief, or None when it asks nothing."""
    try:
        before, after = (
            search.with_formula(formula).rank(criteria, run_id="trial", now=now, limit=PLACES).results
            for formula in (old, new)
        )
    except NothingToSearch:
        return None
    moves = _moves(before, after)
    return {
        "overlap": {str(k): _overlap(before, after, k) for k in FIRST},
        "moved": fmean(abs(move["from"] - move["to"]) for move in moves) if moves else 0.0,
        "came": _missing_from(before[:10], after[:10]),
        "went": _missing_from(after[:10], before[:10]),
        "moves": moves[:MOVES_SHOWN],
        "rho": {"old": _rho(before), "new": _rho(after)},
        "people": len(after),
    }


def _moves(before: Sequence[MatchResult], after: Sequence[MatchResult]) -> list[dict[str, Any]]:
    """Return who stands on both lists at another place, the furthest moved first."""
    places = {result.influencer_id: result.rank for result in before}
    moves: list[dict[str, Any]] = [
        {
            "influencer_id": r.influencer_id,
            "handle": r.document.handle,
            "from": places[r.influencer_id],
            "to": r.rank,
        }
        for r in after
        if places.get(r.influencer_id, r.rank) != r.rank
    ]
    return sorted(moves, key=lambda move: (-abs(move["from"] - move["to"]), move["to"]))


def _missing_from(others: Sequence[MatchResult], results: Sequence[MatchResult]) -> list[str]:
    known = {other.influencer_id for other in others}
    return [result.document.handle for result in results if result.influencer_id not in known]


def _overlap(before: Sequence[MatchResult], after: Sequence[MatchResult], k: int) -> float:
    first = {r.influencer_id for r in before[:k]}
    return len(first & {r.influencer_id for r in after[:k]}) / max(len(first), 1)


def _rho(results: Sequence[MatchResult]) -> float:
    pairs = [
        (r.score, max((c.followers.value for c in r.document.channels if c.followers), default=0.0))
        for r in results
    ]
    return spearman([score for score, _ in pairs], [size for _, size in pairs])


def summarise(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the means over briefs."""
    if not lines:
        return {}
    return {
        "overlap": {str(k): fmean(line["overlap"][str(k)] for line in lines) for k in FIRST},
        "moved": fmean(line["moved"] for line in lines),
        "rho": {name: fmean(line["rho"][name] for line in lines) for name in ("old", "new")},
    }
