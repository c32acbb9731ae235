"""A stored run asked again today: who moved, came and went, and what of it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.exposure.queries import shadow_prices
from marketplace.formulas.queries import formula_in_force
from marketplace.matches.criteria import read_plain
from marketplace.matches.models import MatchResult, MatchRun
from matching.criteria import SearchCriteria
from matching.engine import MatchEngine
from matching.exposure.plan import ExposurePlan, seed_of
from matching.receipts import Receipt
from matching.scoring import Formula

LEAST_POINTS = 0.05
LIVE = "live"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """What a run asked and gave, plain values that outlive their transaction; the chances are drawn as on its day."""

    criteria: SearchCriteria
    receipts: Mapping[str, Receipt]
    formula_version: str
    generation: str
    formula: Formula
    plan: ExposurePlan


@dataclass(frozen=True, slots=True)
class Change:
    """One influencer's place then and now (None: not in the list), and why it is another."""

    influencer_id: str
    before: int | None
    after: int | None
    reason: str


def read_run(session: Session, *, run_id: str) -> StoredRun:
    """Return a stored run with the formula that is in force today. Raises NotFound."""
    run = session.get(MatchRun, run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.")
    rows = session.scalars(select(MatchResult).where(MatchResult.run_id == run_id).order_by(MatchResult.rank))
    return StoredRun(
        criteria=read_plain(run.criteria),
        receipts={row.influencer_id: Receipt.from_dict(row.receipt) for row in rows},
        formula_version=run.formula_version,
        generation=run.generation,
        formula=formula_in_force(session),
        plan=ExposurePlan(seed_of(run.brief_id, drawn_on(run)), shadow_prices(session)),
    )


def drawn_on(run: MatchRun) -> date:
    """Return the day whose chances were drawn; older lists drew those of the day they were made."""
    kept = run.understood.get("drawn_on")
    return date.fromisoformat(kept) if kept else run.created_at.date()


def replay_live(stored: StoredRun, *, search: MatchEngine, now: datetime) -> tuple[Change, ...]:
    """Ask the question of a run again and return every place that is another one, in today's order, who went last.

    Raises matching.errors.NothingToSearch and IndexUnavailable.
    """
    engine = search.with_formula(stored.formula)
    run = engine.rank(
        stored.criteria, run_id=LIVE, now=now, limit=max(len(stored.receipts), 1), exposure=stored.plan
    )
    today = {result.influencer_id: result.receipt for result in run.results}
    changes = [
        Change(each, before.rank if before else None, after.rank, _why(before, after))
        for each, after in today.items()
        if (before := stored.receipts.get(each)) is None or before.rank != after.rank
    ]
    for each, before in stored.receipts.items():
        if each not in today:
            own = engine.rank_of(each, stored.criteria, run_id=LIVE, now=now)
            where = f"place {own.rank} today" if own.rank else "too many fit closer"
            changes.append(Change(each, before.rank, None, f"filter {own.refusal}" if own.refusal else where))
    return tuple(changes)


def _why(before: Receipt | None, after: Receipt) -> str:
    if before is None:
        return "was not in the list"
    reasons = []
    if before.formula_version != after.formula_version:
        reasons.append(f"formula {before.formula_version} -> {after.formula_version}")
    if before.document_version != after.document_version:
        reasons.append(f"profile version {before.document_version} -> {after.document_version}")
    then = {part.name: part.points for part in before.parts}
    for part in after.parts:
        gained = then.get(part.name, 0.0) - part.points
        if abs(gained) >= LEAST_POINTS:
            reasons.append(f"{part.name} {gained:+.1f}")
    return ", ".join(reasons) or "others moved"
