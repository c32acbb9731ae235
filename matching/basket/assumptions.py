"""The assumptions behind a basket's figures: a dated, versioned record, shown wherever it decides a number."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matching.vocabularies import read_data


@dataclass(frozen=True, slots=True)
class CelebrityRates:
    """What one post of a large account costs: (followers, riyals in minor units) points, and rates to the riyal."""

    source: str
    published: str
    followers_least: float
    followers_most: float
    points: tuple[tuple[float, float], ...]
    riyals: dict[str, float]

    def followers_for(self, budget_minor: int, currency: str) -> float | None:
        """Return the followers of the account that the budget buys one post of, None when it buys no large one.

        Log-log interpolation between the points, the last line going on; None, too, for a currency without a rate.
        """
        rate = self.riyals.get(currency)
        if rate is None or budget_minor <= 0:
            return None
        asked = math.log(budget_minor * rate)
        places = [(math.log(price), math.log(followers)) for followers, price in self.points]
        after = next(
            (place for place in range(1, len(places) - 1) if asked <= places[place][0]), len(places) - 1
        )
        (x0, y0), (x1, y1) = places[after - 1], places[after]
        followers = math.exp(y0 + (asked - x0) * (y1 - y0) / (x1 - x0))
        return min(followers, self.followers_most) if followers >= self.followers_least else None


@dataclass(frozen=True, slots=True)
class Assumptions:
    """One version of the record."""

    version: str
    date: str
    follows_per_person: float
    hours_per_influencer: float
    celebrity: CelebrityRates

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> "Assumptions":
        """Read a record. Raises KeyError when a value is missing."""
        rates = record["celebrity"]
        told = dict(rates) if isinstance(rates, Mapping) else {}
        return cls(
            version=str(record["version"]),
            date=str(record["date"]),
            follows_per_person=float(str(record["follows_per_person"])),
            hours_per_influencer=float(str(record["hours_per_influencer"])),
            celebrity=CelebrityRates(
                source=str(told["source"]),
                published=str(told["published"]),
                followers_least=float(told["followers_least"]),
                followers_most=float(told["followers_most"]),
                points=tuple((float(a), float(b)) for a, b in told["price_points"]),
                riyals={str(k): float(v) for k, v in told["riyals"].items()},
            ),
        )


@cache
def load_assumptions() -> Assumptions:
    """Return the package's record (read at the first call)."""
    return Assumptions.from_dict(read_data("baskets.json"))
