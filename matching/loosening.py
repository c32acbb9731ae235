"""Which filter to loosen when few are left, and how many each would bring: counted by asking the index again without it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from matching.criteria import SearchCriteria
from matching.ports import QueryViews, SearchIndex

FEW = 10
MOST_SHOWN = 5
SHARE_LOOSER = 0.5
"""An audience share is halved, not dropped; followers, language of law and proof are never loosened."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """Without the filter `code` (a refusal's code), `brings` more influencers would pass."""

    code: str
    brings: int


def _halved_share(criteria: SearchCriteria) -> SearchCriteria:
    audience = criteria.audience
    return replace(criteria, audience=replace(audience, share=audience.share * SHARE_LOOSER))


LOOSER: Mapping[str, Callable[[SearchCriteria], SearchCriteria]] = {
    "platform": lambda criteria: replace(criteria, platforms=()),
    "country": lambda criteria: replace(criteria, countries=()),
    "city": lambda criteria: replace(criteria, cities=()),
    "creator_language": lambda criteria: replace(criteria, creator_languages=()),
    "audience_country": _halved_share,
    "audience_language": _halved_share,
    "no_such_deliverable": lambda criteria: replace(criteria, deliverables=()),
    "other_currency": lambda criteria: replace(criteria, currency=None, budget_minor=None),
    "too_expensive": lambda criteria: replace(criteria, budget_minor=None),
    "no_free_slot": lambda criteria: replace(criteria, starts_on=None, ends_on=None),
}


def find_loosenings(
    index: SearchIndex,
    criteria: SearchCriteria,
    views: QueryViews,
    *,
    size: int,
    refusals: Mapping[str, int],
) -> tuple[Loosening, ...]:
    """Return the filters whose loosening brings somebody, the most first; none while enough pass.

    Asks the index once a filter that refused anybody. A filter that brings nobody, because the next one refuses them, is left out.
    """
    if size >= FEW:
        return ()
    found = []
    for code in refusals:
        if code in LOOSER:
            passed = index.candidates(LOOSER[code](criteria), views, limit=1).size
            if passed > size:
                found.append(Loosening(code, passed - size))
    return tuple(sorted(found, key=lambda one: (-one.brings, one.code))[:MOST_SHOWN])
