"""Keeping a brand's corrections of what was understood: the newest of an item wins, all stay to evaluate the reading by."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.errors import Invalid, NotFound
from marketplace.influencers.deliverables import DeliverableKind
from marketplace.influencers.labels import PLATFORMS
from marketplace.influencers.profile import country_codes, language_codes, topic_ids
from marketplace.matches.corrections import Correction, CorrectionItem, corrected, values_of
from marketplace.matches.criteria import criteria_of
from marketplace.matches.models import MatchCorrection
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext
from matching.criteria import SearchCriteria
from matching.reading.places import find_city

VALUES_MOST = 200
_: Callable[[str], object] = lazy_gettext
TOPICS_MOST = 5
FOLLOWERS_MOST = 1_000_000_000


class CorrectionInvalid(Invalid):
    """A correction holds what cannot be searched for; `fields` names the item."""

    code: ClassVar[str] = "correction_invalid"


def corrections_of(session: Session, brief_id: str) -> dict[str, Correction]:
    """Return the corrections in force, by item: the newest of each, unless it was taken back."""
    statement = select(MatchCorrection).where(MatchCorrection.brief_id == brief_id)
    rows = session.scalars(statement.order_by(MatchCorrection.corrected_at, MatchCorrection.id))
    newest = {row.item: row for row in rows}
    return {
        item: Correction(row.own, row.corrected) for item, row in newest.items() if row.corrected is not None
    }


def asked_criteria(
    session: Session, version: BriefVersion, *, changes: Mapping[str, list[Any] | None] | None = None
) -> SearchCriteria:
    """Return what a version asks with what its brand corrected, and with `changes` that it is about to make.

    Raises CorrectionInvalid when the changes cannot be searched for.
    """
    check_values(changes or {})
    asked = criteria_of(version)
    own = values_of(asked)
    known = corrections_of(session, version.brief_id) | {
        item: Correction(own[item], own[item] if values is None else values)
        for item, values in (changes or {}).items()
    }
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
    brief = session.get(Brief, brief_id)
    if brief is None or not may(actor, Permission.MATCH_RUN, Subject(brand_id=brief.brand_id)):
        raise NotFound(_("There is no such brief."))
    version_id = brief.live_version_id or brief.newest_version_id
    if version_id is None:
        raise NotFound(_("There is no such brief."))
    check_values(values)
    own = values_of(criteria_of(session.get_one(BriefVersion, version_id)))
    known = corrections_of(session, brief_id)
    for item, wanted in values.items():
        before = known[item].values if item in known else own[item]
        session.add(
            MatchCorrection(
                brief_id=brief_id,
                brief_version_id=version_id,
                item=item,
                own=own[item],
                read=list((read or {}).get(item, before)),
                corrected=wanted,
                corrected_by=actor.user_id,
                corrected_at=now,
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


def check_values(values: Mapping[str, list[Any] | None]) -> None:
    """Raise CorrectionInvalid, with what is wrong by item, for values that cannot be searched for."""
    problems: dict[str, object] = {}
    for item, wanted in values.items():
        if item not in _CHECKS:
            problems[item] = _("This cannot be corrected here.")
        elif wanted is not None and (problem := _problem(item, wanted)) is not None:
            problems[item] = problem
    if problems:
        raise CorrectionInvalid(_("This cannot be searched for."), fields=problems)


def _problem(item: str, wanted: list[Any]) -> object | None:
    if len(wanted) > VALUES_MOST:
        return _("Too many values.")
    try:
        return _CHECKS[item](wanted)
    except (TypeError, ValueError):
        return _("Choose from what is offered.")


def _among(
    known: Callable[[], object], *, least: int = 0, most: int = VALUES_MOST
) -> Callable[[list[Any]], object | None]:
    def check(wanted: list[Any]) -> object | None:
        choices: Any = known()
        if len(wanted) < least:
            return _("One topic at least stays: add another one first, or name what replaces it.")
        if len(wanted) > most:
            return _("At most five topics: take one away first.")
        return None if all(value in choices for value in wanted) else _("Choose from what is offered.")

    return check


def _check_cities(wanted: list[Any]) -> object | None:
    return None if all(find_city(str(name)) for name in wanted) else _("Choose from what is offered.")


def _check_followers(wanted: list[Any]) -> object | None:
    least, most = (int(value) for value in wanted)
    if 0 <= least <= most <= FOLLOWERS_MOST:
        return None
    return _("The lower end must not be above the upper end.")


def _check_budget(wanted: list[Any]) -> object | None:
    return None if all(int(value) > 0 for value in wanted[:1]) and len(wanted) <= 1 else _("Type an amount.")


def _check_dates(wanted: list[Any]) -> object | None:
    if not wanted:
        return None
    first, last = (date.fromisoformat(day) for day in wanted)
    return None if first <= last else _("The last day must not lie before the first.")


def _check_deliverables(wanted: list[Any]) -> object | None:
    kinds = set(DeliverableKind)
    is_known = all(kind in kinds and 1 <= int(count) <= 20 for kind, count in wanted)  # pieces a kind
    return None if is_known else _("Choose from what is offered.")


_CHECKS: Mapping[str, Callable[[list[Any]], object | None]] = {
    CorrectionItem.TOPICS: _among(topic_ids, least=1, most=TOPICS_MOST),
    CorrectionItem.PLATFORMS: _among(lambda: PLATFORMS),
    CorrectionItem.DELIVERABLES: _check_deliverables,
    CorrectionItem.COUNTRIES: _among(country_codes),
    CorrectionItem.CITIES: _check_cities,
    CorrectionItem.LANGUAGES: _among(language_codes),
    CorrectionItem.FOLLOWERS: _check_followers,
    CorrectionItem.BUDGET: _check_budget,
    CorrectionItem.DATES: _check_dates,
    CorrectionItem.EXCLUDED: lambda _wanted: None,
}
