"""Facets as corrections: what narrows the best fifty places becomes what everybody is searched by.

Platform, country, city, a size band and a price step are things that a search can ask; language, topic and newcomer are not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.matches.corrections import CorrectionItem
from marketplace.matches.facets import read_step
from matching.market import BANDS

_LISTS = {
    "platform": CorrectionItem.PLATFORMS,
    "country": CorrectionItem.COUNTRIES,
    "city": CorrectionItem.CITIES,
}
SEARCHED = (*_LISTS, "band", "price")


def corrections_from(
    chosen: Mapping[str, Sequence[str]], asked: Mapping[str, list[Any]], *, currency: str | None
) -> dict[str, list[Any] | None]:
    """Return the corrections that ask for what is chosen; `asked` is what is searched for now, item by item.

    A band never widens the range of followers, a price step never raises the budget; a step without an upper end, of
    another currency, and several bands or steps at once ask for nothing.
    """
    changes: dict[str, list[Any] | None] = {
        item: list(chosen[group]) for group, item in _LISTS.items() if chosen.get(group)
    }
    followers = _followers(chosen.get("band", ()), asked[CorrectionItem.FOLLOWERS])
    if followers is not None:
        changes[CorrectionItem.FOLLOWERS] = followers
    budget = _budget(chosen.get("price", ()), asked[CorrectionItem.BUDGET], currency)
    if budget is not None:
        changes[CorrectionItem.BUDGET] = budget
    return changes


def _followers(codes: Sequence[str], asked: list[Any]) -> list[Any] | None:
    if len(codes) != 1 or codes[0] not in {str(place) for place in range(len(BANDS) + 1)}:
        return None
    band = int(codes[0])
    least = max(BANDS[band - 1] if band else 0, asked[0])
    most = min(BANDS[band] - 1 if band < len(BANDS) else asked[1], asked[1])
    return [least, most] if least <= most else None


def _budget(codes: Sequence[str], asked: list[Any], currency: str | None) -> list[Any] | None:
    step = read_step(codes[0]) if len(codes) == 1 else None
    if step is None or step.most_minor is None or step.currency != currency:
        return None
    return [min([step.most_minor, *asked])]  # nothing is asked where the brand took its budget away


def left_over(
    chosen: Mapping[str, Sequence[str]], changes: Mapping[str, list[Any] | None]
) -> dict[str, tuple[str, ...]]:
    """Return the facets that the corrections do not ask for, which go on narrowing the list."""
    asked_by = {
        **_LISTS,
        "band": CorrectionItem.FOLLOWERS,
        "price": CorrectionItem.BUDGET,
    }
    return {
        group: tuple(codes) for group, codes in chosen.items() if codes and asked_by.get(group) not in changes
    }
