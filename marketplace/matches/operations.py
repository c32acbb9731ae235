"""Ranking for a brief, with everything stored that explains and replays it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.records import get_rankable
from marketplace.errors import Conflict, MarketplaceError
from marketplace.exposure.queries import shadow_prices
from marketplace.forecasts.queries import model_in_force
from marketplace.formulas.queries import formula_in_force
from marketplace.ids import new_id
from marketplace.matches.correcting import CorrectionInvalid, asked_criteria, correct_search
from marketplace.matches.criteria import as_plain, digest
from marketplace.matches.domain import RunPurpose
from marketplace.matches.facets import facets_of
from marketplace.matches.forecasting import BriefPackage, forecast_results, package_of
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.matches.other_work import OtherWork, find_other_work
from marketplace.matches.own_places import (
    OwnQuestion,
    ask_own_place,
    find_unplaced,
    places_to_refresh,
    rank_own,
    store_own_place,
)
from marketplace.matches.pool_counts import PoolCounts, count_everybody
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _
from matching import runs
from matching.criteria import SearchCriteria
from matching.engine import MatchEngine
from matching.exposure.plan import ExposurePlan, seed_of
from matching.forecasting.bands import Forecast
from matching.forecasting.model import ForecastModel
from matching.scoring import Formula

__all__ = [
    "Answer",
    "BriefChanged",
    "CorrectionInvalid",
    "NotSubmittedYet",
    "OwnQuestion",
    "Question",
    "SearchDown",
    "ask",
    "ask_own_place",
    "check_basis",
    "correct_search",
    "find_unplaced",
    "keep_run",
    "places_to_refresh",
    "question_by",
    "question_of",
    "rank",
    "rank_own",
    "store_own_place",
    "store_run",
    "version_to_rank",
]
SHOWN = 50


class NotSubmittedYet(Conflict):
    """Only what was submitted can be matched: drafts may be incomplete."""

    code = "brief_not_submitted"


class BriefChanged(Conflict):
    """The brief got a new version while it was being ranked."""

    code = "brief_changed"


class SearchDown(MarketplaceError):
    """The search index cannot be used at present."""

    code = "search_unavailable"
    kind = "unavailable"


@dataclass(frozen=True, slots=True)
class Question:
    """What a version of a brief asks the engine: plain values that outlive the transaction they were read in."""

    brief_id: str
    version_id: str
    criteria: SearchCriteria
    #: digest of the criteria before the changes that are asked for with the question
    basis: str
    package: BriefPackage
    model: ForecastModel
    prices: dict[str, float]
    formula: Formula
    #: the day whose chances of newcomers are drawn; None: the day of ranking
    drawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine said to a question, with the formula it used."""

    question: Question
    found: runs.MatchRun
    formula: Formula
    forecasts: dict[str, Forecast]
    at: datetime
    counts: PoolCounts | None = None
    other_work: OtherWork | None = None


def ask(
    session: Session, *, actor: Actor, brief_id: str, changes: Mapping[str, list[Any] | None] | None = None
) -> Question:
    """Return what the newest submitted version of a brief asks, with `changes` as `correct_search` will keep them.

    Raises:
        NotFound: no such brief of the actor's.
        NotSubmittedYet: the brief is still a draft.
        CorrectionInvalid: the changes cannot be searched for.
    """
    brief = get_rankable(session, actor=actor, brief_id=brief_id)
    version_id = version_to_rank(brief)
    version = session.get(BriefVersion, version_id) if version_id else None
    if version is None:
        raise NotSubmittedYet(_("Submit the brief first; then we look for specialists."))
    return question_of(session, version, changes=changes)


def question_of(
    session: Session, version: BriefVersion, *, changes: Mapping[str, list[Any] | None] | None = None
) -> Question:
    """Return what a version asks as its brand corrected it, with the forecast model, the prices of calendars and the formula in force."""
    criteria = asked_criteria(session, version, changes=changes)
    basis = digest(asked_criteria(session, version) if changes else criteria)
    return question_by(session, version, criteria, basis=basis)


def question_by(
    session: Session, version: BriefVersion, criteria: SearchCriteria, *, basis: str = ""
) -> Question:
    """Return the question of a version by these criteria."""
    return Question(
        brief_id=version.brief_id,
        version_id=version.id,
        criteria=criteria,
        basis=basis,
        package=package_of(version, criteria),
        model=model_in_force(session),
        prices=shadow_prices(session),
        formula=formula_in_force(session),
    )


def rank(
    question: Question,
    *,
    search: MatchEngine,
    now: datetime,
    limit: int = SHOWN,
    is_counted: bool = True,
) -> Answer:
    """Rank influencers. Takes long and asks no database, so no transaction should be open meanwhile.

    `is_counted`: also count everybody who fits by what the list's page offers to choose, and specialists who sell other work.

    Raises:
        matching.errors.NothingToSearch, matching.errors.IndexUnavailable: as the engine says.
    """
    plan = ExposurePlan(seed_of(question.brief_id, question.drawn_on or now.date()), question.prices)
    found = search.with_formula(question.formula).rank(
        question.criteria, run_id=new_id(), now=now, limit=limit, exposure=plan
    )
    forecasts = forecast_results(found.results, package=question.package, model=question.model)
    counts, other = None, None
    if is_counted:
        counts = count_everybody(search, question.criteria, found.results)
        other = find_other_work(search.with_formula(question.formula), question.criteria, found, now=now)
    return Answer(question, found, question.formula, forecasts, now, counts, other)


def store_run(session: Session, answer: Answer, *, user_id: str | None) -> MatchRun:
    """Store an answer with its receipts.

    Raises:
        BriefChanged: the brief has another version by now, or was corrected, so the answer is to a question nobody
            asks any more.
    """
    check_basis(session, answer.question, wanted=digest(answer.question.criteria))
    return keep_run(session, answer, user_id=user_id)


def keep_run(
    session: Session, answer: Answer, *, user_id: str | None, purpose: RunPurpose = RunPurpose.BRIEF
) -> MatchRun:
    """Store an answer with its receipts. Raises BriefChanged when the brief has another version by now."""
    question = answer.question
    brief = session.get(Brief, question.brief_id)
    if brief is None or version_to_rank(brief) != question.version_id:
        raise BriefChanged(_("The brief was changed while we looked. Look again."))
    run = _run_row(answer, user_id=user_id)
    run.purpose = purpose
    session.add(run)
    session.flush()
    session.add_all(
        _result_row(run.id, result, answer.forecasts.get(result.influencer_id))
        for result in answer.found.results
    )
    session.flush()
    return run


def check_basis(session: Session, question: Question, *, wanted: str) -> None:
    """Raise BriefChanged unless the version asks what it asked before, by digest."""
    version = session.get_one(BriefVersion, question.version_id)
    if digest(asked_criteria(session, version)) != wanted:
        raise BriefChanged(_("The brief was changed while we looked. Look again."))


def version_to_rank(brief: Brief) -> str | None:
    """Return the version of a brief that is searched for: the published one, else the newest that was handed in."""
    return brief.live_version_id or brief.newest_version_id


def _run_row(answer: Answer, *, user_id: str | None) -> MatchRun:
    question, found = answer.question, answer.found
    return MatchRun(
        id=found.run_id,
        brief_id=question.brief_id,
        brief_version_id=question.version_id,
        created_by=user_id,
        created_at=answer.at,
        criteria_hash=digest(question.criteria),
        criteria=as_plain(question.criteria),
        understood={
            "topics": [[topic, weight] for topic, weight in found.understood.topics],
            "is_chosen": found.understood.are_topics_chosen,
            "words": list(found.understood.words[:12]),
            "loosenings": [[one.code, one.brings] for one in found.loosenings],
            "other_work": None if answer.other_work is None else answer.other_work.to_plain(),
            "drawn_on": (question.drawn_on or answer.at.date()).isoformat(),
        },
        refusals=dict(found.refusals),
        pool_size=found.pool_size,
        pool_counts=None if answer.counts is None else answer.counts.to_plain(),
        generation=found.generation,
        formula_version=found.formula_version,
        formula=_plain(asdict(answer.formula)),
    )


def _result_row(run_id: str, result: runs.MatchResult, forecast: Forecast | None) -> MatchResult:
    receipt = _plain(result.receipt.to_dict())
    receipt["offer"] = result.offer.listing_id if result.offer else None
    receipt["propensity"] = result.propensity
    return MatchResult(
        run_id=run_id,
        influencer_id=result.influencer_id,
        rank=result.rank,
        score=result.score,
        receipt=receipt,
        facets=facets_of(result.document, result.offer, topics=result.shared_topics),
        forecast=None if forecast is None else _plain(forecast.to_dict()),
    )


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(value, default=str))
    return plain
