"""How everybody who passed a brief's filters divides, kept with the list that shows the best of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.matches.facets import PriceStep, price_steps
from matching.criteria import SearchCriteria
from matching.engine import MatchEngine
from matching.errors import IndexUnavailable
from matching.runs import MatchResult

SEARCHED = ("platform", "country", "city", "band")
"""Groups in which also a choice that nobody of the list has is worth showing: everybody can be ranked by it."""


@dataclass(frozen=True, slots=True)
class PoolCounts:
    """Of `size` who passed, how many have each code of a group; prices are those of one currency."""

    size: int
    codes: Mapping[str, Mapping[str, int]]
    currency: str | None = None
    priced: int = 0
    within: Mapping[int, int] = field(default_factory=dict)

    def count(self, group: str, code: str, steps: Sequence[PriceStep]) -> int | None:
        """Return how many of all have a choice; None for what was not counted."""
        if group == "price":
            step = next((step for step in steps if step.code == code), None)
            return None if step is None or step.currency != self.currency else self._in_step(step)
        return self.codes[group].get(code, 0) if group in self.codes else None

    def _in_step(self, step: PriceStep) -> int | None:
        ends = self.priced if step.most_minor is None else self.within.get(step.most_minor)
        begins = 0 if step.above_minor == 0 else self.within.get(step.above_minor)
        return None if ends is None or begins is None else ends - begins

    def to_plain(self) -> dict[str, Any]:
        """Return JSON values that `read_counts` reads."""
        return {
            "size": self.size,
            "codes": {group: dict(codes) for group, codes in self.codes.items()},
            "currency": self.currency,
            "priced": self.priced,
            "within": [[price, count] for price, count in self.within.items()],
        }


def read_counts(stored: Mapping[str, Any] | None) -> PoolCounts | None:
    """Return what a run kept; None for one of before, or when the engine could not count."""
    if stored is None:
        return None
    return PoolCounts(
        stored["size"], stored["codes"], stored["currency"], stored["priced"], dict(stored["within"])
    )


def count_everybody(
    search: MatchEngine, criteria: SearchCriteria, results: Sequence[MatchResult]
) -> PoolCounts | None:
    """Count who passed, prices at the steps of the list; None when the engine does not answer: the list stands without."""
    offers = [result.offer for result in results if result.offer is not None]
    steps = price_steps({"price_minor": one.price_minor, "currency": one.currency} for one in offers)
    ends = {end for step in steps for end in (step.above_minor, step.most_minor) if end}
    try:
        found = search.count_facets(criteria, sorted(ends) if criteria.currency else [])
    except IndexUnavailable:
        return None
    return PoolCounts(found.size, found.counts, criteria.currency, found.priced, found.within)
