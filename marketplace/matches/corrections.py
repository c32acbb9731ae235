"""What a brand corrects in what was understood of its brief: lists of values that take the place of the brief's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from matching.criteria import AudienceTarget, FollowerGate, SearchCriteria


class CorrectionItem(StrEnum):
    """What can be corrected; every value is a list of JSON values."""

    TOPICS = "topics"
    PLATFORMS = "platforms"
    DELIVERABLES = "deliverables"
    OTHER_WORK = "other_work"
    COUNTRIES = "countries"
    CITIES = "cities"
    AUDIENCE = "audience"
    LANGUAGES = "languages"
    AUDIENCE_SHARE = "audience_share"
    FOLLOWERS = "followers"
    BUDGET = "budget"
    DATES = "dates"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Correction:
    """`values` instead of `own`, which is what the brief said when it was corrected."""

    own: list[Any]
    values: list[Any]


def values_of(criteria: SearchCriteria) -> dict[str, list[Any]]:
    """Return what a question asks, item by item."""
    day = [one.isoformat() if one else None for one in (criteria.starts_on, criteria.ends_on)]
    return {
        CorrectionItem.TOPICS: list(criteria.topics),
        CorrectionItem.PLATFORMS: list(criteria.platforms),
        CorrectionItem.DELIVERABLES: [list(piece) for piece in criteria.deliverables],
        CorrectionItem.OTHER_WORK: [list(piece) for piece in criteria.other_deliverables],
        CorrectionItem.COUNTRIES: list(criteria.countries),
        CorrectionItem.CITIES: list(criteria.cities),
        CorrectionItem.AUDIENCE: list(criteria.audience.countries),
        CorrectionItem.LANGUAGES: list(criteria.audience.languages),
        CorrectionItem.AUDIENCE_SHARE: [round(criteria.audience.share * 100)],
        CorrectionItem.FOLLOWERS: [criteria.followers.minimum, criteria.followers.maximum],
        CorrectionItem.BUDGET: [] if criteria.budget_minor is None else [criteria.budget_minor],
        CorrectionItem.DATES: day if any(day) else [],
        CorrectionItem.EXCLUDED: list(criteria.excluded_influencers),
    }


def corrected(criteria: SearchCriteria, corrections: Mapping[str, Correction]) -> SearchCriteria:
    """Return the question with its corrections."""
    for item, correction in corrections.items():
        criteria = _PUT[item](criteria, correction.values)
    return criteria


def _put_audience(criteria: SearchCriteria, **changes: Any) -> SearchCriteria:
    target: AudienceTarget = replace(criteria.audience, **changes)
    return replace(criteria, audience=target)


def _put_dates(criteria: SearchCriteria, values: list[Any]) -> SearchCriteria:
    starts_on, ends_on = (date.fromisoformat(day) if day else None for day in values or (None, None))
    return replace(criteria, starts_on=starts_on, ends_on=ends_on)


def _pieces(values: list[Any]) -> tuple[tuple[str, int], ...]:
    return tuple((str(kind), int(count)) for kind, count in values)


_PUT: Mapping[str, Callable[[SearchCriteria, list[Any]], SearchCriteria]] = {
    CorrectionItem.TOPICS: lambda asked, values: replace(asked, topics=tuple(values)),
    CorrectionItem.PLATFORMS: lambda asked, values: replace(asked, platforms=tuple(values)),
    CorrectionItem.DELIVERABLES: lambda asked, values: replace(asked, deliverables=_pieces(values)),
    CorrectionItem.OTHER_WORK: lambda asked, values: replace(asked, other_deliverables=_pieces(values)),
    CorrectionItem.COUNTRIES: lambda asked, values: replace(asked, countries=tuple(values)),
    CorrectionItem.CITIES: lambda asked, values: replace(asked, cities=tuple(values)),
    CorrectionItem.AUDIENCE: lambda asked, values: _put_audience(asked, countries=tuple(values)),
    CorrectionItem.LANGUAGES: lambda asked, values: _put_audience(asked, languages=tuple(values)),
    CorrectionItem.AUDIENCE_SHARE: lambda asked, values: _put_audience(asked, share=int(values[0]) / 100),
    CorrectionItem.FOLLOWERS: lambda asked, values: replace(
        asked, followers=FollowerGate(minimum=int(values[0]), maximum=int(values[1]))
    ),
    CorrectionItem.BUDGET: lambda asked, values: replace(
        asked, budget_minor=int(values[0]) if values else None
    ),
    CorrectionItem.DATES: _put_dates,
    CorrectionItem.EXCLUDED: lambda asked, values: replace(asked, excluded_influencers=tuple(values)),
}
