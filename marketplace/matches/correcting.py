"""Keeping a brand's corrections of what was understood: the newest of an item wins, all stay to evaluate the reading by."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.briefs.models import BriefVersion
from marketplace.briefs.records import get_rankable
from marketplace.errors import Invalid, NotFound
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.matches.correction_checks import is_correctable, lacking_work, value_problem
from marketplace.matches.corrections import Correction, CorrectionItem, corrected, values_of
from marketplace.matches.criteria import criteria_of
from marketplace.matches.models import MatchCorrection
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext
from matching.criteria import SearchCriteria
from matching.reading.mentions import read_places
from matching.reading.places import city_key
from matching.reading.words import split

_: Callable[..., object] = lazy_gettext
_CORRECTIONS = (
    select(MatchCorrection)
    .where(MatchCorrection.brief_id.in_(bindparam("brief_ids", expanding=True)))
    .order_by(MatchCorrection.corrected_at, MatchCorrection.id)
)


class CorrectionInvalid(Invalid):
    """A correction holds what cannot be searched for; `fields` names the item."""

    code: ClassVar[str] = "correction_invalid"


def own_values(version: BriefVersion) -> dict[str, list[Any]]:
    """Return what a version itself says, item by item; cities, which no field asks for, as its text names them."""
    named = read_places(split(f"{version.title}\n{version.product}\n{version.text}")).cities
    return values_of(criteria_of(version)) | {CorrectionItem.CITIES: [city_key(name) for name in named]}


def corrections_of(session: Session, version: BriefVersion) -> dict[str, Correction]:
    """Return the corrections in force for a version, by item: the newest of each.

    One that was taken back, that the brief itself overtook or that says what the brief says is none.
    """
    return _in_force(version, _newest_of(session, [version.brief_id]).get(version.brief_id, {}))


def _newest_of(session: Session, brief_ids: Collection[str]) -> dict[str, dict[str, MatchCorrection]]:
    """Return the newest correction of every item by brief, in one statement."""
    newest: dict[str, dict[str, MatchCorrection]] = {}
    for row in session.scalars(_CORRECTIONS, {"brief_ids": list(brief_ids)}):
        newest.setdefault(row.brief_id, {})[row.item] = row
    return newest


def _in_force(version: BriefVersion, newest: Mapping[str, MatchCorrection]) -> dict[str, Correction]:
    if not newest:
        return {}
    own, asked = own_values(version), values_of(criteria_of(version))
    return {
        item: Correction(row.own, row.corrected)
        for item, row in newest.items()
        if row.corrected is not None and row.own == own[item] and row.corrected != asked[item]
    }


def asked_by_brief(session: Session, versions: Collection[BriefVersion]) -> dict[str, SearchCriteria]:
    """Return what these versions ask as their brands corrected them, by brief, in one statement.

    Without other work than the brief's, which a list may show but nobody can answer the brief with.
    """
    newest = _newest_of(session, [version.brief_id for version in versions])
    asked = {
        version.brief_id: corrected(
            criteria_of(version), _in_force(version, newest.get(version.brief_id, {}))
        )
        for version in versions
    }
    return {brief_id: replace(one, other_deliverables=()) for brief_id, one in asked.items()}


def asked_criteria(
    session: Session, version: BriefVersion, *, changes: Mapping[str, list[Any] | None] | None = None
) -> SearchCriteria:
    """Return what a version asks with what its brand corrected, and with `changes` that it is about to make.

    Raises CorrectionInvalid when the changes cannot be searched for.
    """
    asked = criteria_of(version)
    known = corrections_of(session, version)
    own = values_of(asked)
    if changes:
        check_values(session, version, changes)
    for item, values in (changes or {}).items():
        known[item] = Correction(own[item], own[item] if values is None else values)
    return corrected(asked, known)


def correct_search(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    values: Mapping[str, list[Any] | None],
    read: Mapping[str, list[Any]] | None = None,
    now: datetime,
) -> None:
    """Search by these values instead of what was understood; None takes a correction back.

    `read` is what the page showed, kept to evaluate the reading. The published brief stays as it is.

    Raises:
        NotFound: no such brief of the actor's, or nothing of it was handed in.
        CorrectionInvalid: an item is not known, or its values cannot be searched for.
    """
    version = _lock_version(session, actor, brief_id)
    check_values(session, version, values)
    own, known = own_values(version), corrections_of(session, version)
    at = _after_all(session, brief_id, now)
    for item, wanted in values.items():
        before = known[item].values if item in known else own[item]
        session.add(
            MatchCorrection(
                brief_id=brief_id,
                brief_version_id=version.id,
                item=item,
                own=own[item],
                read=list((read or {}).get(item, before)),
                corrected=wanted,
                corrected_by=actor.user_id,
                corrected_at=at,
            )
        )
        audit.record(
            session,
            actor=actor,
            action="match.corrected",
            subject_type="brief",
            subject_id=brief_id,
            before={"item": item, "values": before},
            after={"item": item, "values": wanted},
            now=now,
        )
    session.flush()


def _lock_version(session: Session, actor: Actor, brief_id: str) -> BriefVersion:
    """Lock a brief of the actor's and return the version that is searched for. Raises NotFound."""
    brief = get_rankable(session, actor=actor, brief_id=brief_id, is_locked=True)
    version_id = brief.live_version_id or brief.newest_version_id
    if version_id is None:
        raise NotFound(_("There is no such brief."))
    return session.get_one(BriefVersion, version_id)


def _after_all(session: Session, brief_id: str, now: datetime) -> datetime:
    """Return the time of a correction, later than every one before, so that the newest is known."""
    newest = select(func.max(MatchCorrection.corrected_at)).where(MatchCorrection.brief_id == brief_id)
    last: datetime | None = session.scalar(newest)
    return now if last is None else max(now, last + timedelta(microseconds=1))


def check_values(session: Session, version: BriefVersion, values: Mapping[str, list[Any] | None]) -> None:
    """Raise CorrectionInvalid, with what is wrong by item, for values that cannot be searched for."""
    own = values_of(criteria_of(version))
    problems: dict[str, object] = {}
    for item, wanted in values.items():
        if not is_correctable(item, pricing=version.pricing):
            problems[item] = _("This cannot be corrected here.")
        elif wanted is not None and (problem := value_problem(item, wanted, own[item])) is not None:
            problems[item] = problem
    asked = values.get(CorrectionItem.PLATFORMS)
    if asked is not None and CorrectionItem.PLATFORMS not in problems:
        problems |= lacking_work(version, asked, own[CorrectionItem.PLATFORMS])
    left_out = values.get(CorrectionItem.EXCLUDED)
    if left_out and CorrectionItem.EXCLUDED not in problems and not _are_known(session, version, left_out):
        problems[CorrectionItem.EXCLUDED] = _("Choose from what is offered.")
    if problems:
        raise CorrectionInvalid(_("This cannot be searched for."), fields=problems)


def _are_known(session: Session, version: BriefVersion, ids: list[Any]) -> bool:
    """Return whether all are listed, those apart who were left out before."""
    known = corrections_of(session, version).get(CorrectionItem.EXCLUDED)
    fresh = set(ids) - set(known.values if known else ())
    statement = select(Influencer.id).where(
        Influencer.id.in_(fresh), Influencer.status == InfluencerStatus.LISTED
    )
    return not fresh or fresh == set(session.scalars(statement))
