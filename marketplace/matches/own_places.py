"""An influencer's own place for a brief: worked out by the engine, kept as a row, shown with its age."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.queries import get_answerable_brief, is_open
from marketplace.errors import NotFound
from marketplace.formulas.queries import formula_in_force
from marketplace.influencers.models import Influencer
from marketplace.matches.correcting import asked_criteria
from marketplace.matches.domain import FRESH_FOR
from marketplace.matches.models import MatchCorrection, OwnPlace
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.topics.domain import BuildStatus
from marketplace.topics.models import TopicBuild
from marketplace.web.language import lazy_gettext as _
from matching.criteria import SearchCriteria
from matching.engine import MatchEngine
from matching.runs import OwnRank
from matching.scoring import Formula

RUN_ID = "own"


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """Who is to be placed for which version of a brief: plain values that outlive their transaction."""

    brief_id: str
    version_id: str
    influencer_id: str
    influencer_version: int
    criteria: SearchCriteria
    formula: Formula


def ask_own_place(session: Session, *, actor: Actor, brief_id: str) -> OwnQuestion:
    """Return what has to be worked out for the actor's own place.

    Raises:
        NotFound: the brief cannot be answered at present, or the actor is no influencer.
    """
    subject = Subject(influencer_id=actor.influencer_id)
    if actor.influencer_id is None or not may(actor, Permission.BRIEF_READ_OPEN, subject):
        raise NotFound(_("There is no such open brief."))
    open_brief = get_answerable_brief(session, brief_id=brief_id)
    influencer = session.get_one(Influencer, actor.influencer_id)
    return _question(session, open_brief.version, influencer, formula_in_force(session))


def _question(
    session: Session, version: BriefVersion, influencer: Influencer, formula: Formula
) -> OwnQuestion:
    """Ask what the brand's own list asks, so that the place is one in the list that the brand sees."""
    criteria = asked_criteria(session, version)
    return OwnQuestion(version.brief_id, version.id, influencer.id, influencer.version, criteria, formula)


def rank_own(question: OwnQuestion, *, search: MatchEngine, now: datetime) -> OwnRank:
    """Work the place out. Takes long and asks no database, so no transaction should be open meanwhile.

    Raises:
        matching.errors.NothingToSearch, matching.errors.IndexUnavailable: as the engine says.
    """
    ranking = search.with_formula(question.formula)
    own = ranking.rank_of(question.influencer_id, question.criteria, run_id=RUN_ID, now=now)
    return replace(own, moves=ranking.moves_of(question.influencer_id, question.criteria, now=now))


def store_own_place(session: Session, question: OwnQuestion, own: OwnRank, *, now: datetime) -> OwnPlace:
    """Keep a place, over the one that was kept before. One that was overtaken by an edit is kept and shown as stale."""
    place = session.scalar(_of_pair(question))
    if place is None:
        place = OwnPlace(brief_id=question.brief_id, influencer_id=question.influencer_id)
        _fill(place, question, own, now=now)
        try:
            with session.begin_nested():
                session.add(place)
        except IntegrityError:  # another request kept one in the same moment
            place = session.scalars(_of_pair(question)).one()
    _fill(place, question, own, now=now)
    session.flush()
    return place


def _of_pair(question: OwnQuestion) -> Select[OwnPlace]:
    return select(OwnPlace).where(
        OwnPlace.brief_id == question.brief_id, OwnPlace.influencer_id == question.influencer_id
    )


def _fill(place: OwnPlace, question: OwnQuestion, own: OwnRank, *, now: datetime) -> None:
    place.brief_version_id = question.version_id
    place.influencer_version = question.influencer_version
    place.computed_at = now
    place.rank, place.pool_size, place.refusal = own.rank, own.pool_size, own.refusal
    place.receipt = _receipt(own)
    place.moves = [asdict(move) for move in own.moves]
    place.formula_version = question.formula.version


def corrected_since() -> ColumnElement[bool]:
    """Return the condition for rows of OwnPlace whose brief's brand corrected its search after the place was worked out."""
    return (
        select(MatchCorrection.id)
        .where(
            MatchCorrection.brief_id == OwnPlace.brief_id,
            MatchCorrection.corrected_at > OwnPlace.computed_at,
        )
        .exists()
    )


def topics_changed_since() -> ColumnElement[bool]:
    """Return the condition for rows of OwnPlace that were worked out before the index was switched to other topics."""
    return (
        select(TopicBuild.id)
        .where(TopicBuild.status == BuildStatus.DONE, TopicBuild.finished_at > OwnPlace.computed_at)
        .exists()
    )


def _receipt(own: OwnRank) -> dict[str, Any] | None:
    if own.result is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(own.result.receipt.to_dict(), default=str))
    return plain


def find_unplaced(session: Session, *, brief_id: str, influencer_id: str) -> OwnQuestion | None:
    """Return what is to be worked out of an influencer for a published brief; None where that is kept as both are now."""
    row = session.execute(
        select(BriefVersion, Influencer, OwnPlace.id)
        .select_from(Brief)
        .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
        .join(Influencer, Influencer.id == influencer_id)
        .outerjoin(
            OwnPlace,
            and_(
                OwnPlace.influencer_id == Influencer.id,
                OwnPlace.brief_version_id == BriefVersion.id,
                OwnPlace.influencer_version == Influencer.version,
            ),
        )
        .where(Brief.id == brief_id)
    ).one_or_none()
    if row is None:
        return None
    version, influencer, kept_id = row
    return None if kept_id else _question(session, version, influencer, formula_in_force(session))


def places_to_refresh(session: Session, *, now: datetime, limit: int) -> Sequence[OwnQuestion]:
    """Return what is stale among the kept places of briefs that take applications, oldest first."""
    formula = formula_in_force(session)
    rows = session.execute(
        select(BriefVersion, Influencer)
        .select_from(OwnPlace)
        .join(Brief, Brief.id == OwnPlace.brief_id)
        .join(Brand, Brand.id == Brief.brand_id)
        .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
        .join(Influencer, Influencer.id == OwnPlace.influencer_id)
        .where(
            is_open(),
            or_(
                OwnPlace.brief_version_id != Brief.live_version_id,
                OwnPlace.influencer_version != Influencer.version,
                OwnPlace.formula_version != formula.version,
                OwnPlace.computed_at <= now - FRESH_FOR,
                corrected_since(),
                topics_changed_since(),
            ),
        )
        .order_by(OwnPlace.computed_at, OwnPlace.id)
        .limit(limit)
    )
    return [_question(session, version, influencer, formula) for version, influencer in rows.all()]
