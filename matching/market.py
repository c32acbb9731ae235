"""The market inside a pool: who are peers, who is new, and what peers ask for the same brief."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.documents import InfluencerDocument

BANDS = (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
"""Lower ends of the peer bands; a band says only whom somebody is compared with."""
LEAST_SPREAD = 1e-9
KNOWN_FROM = 3
"""Completed bookings that make somebody known here."""


def follower_band(document: InfluencerDocument) -> int | None:
    """Return the peer band of the largest known channel (0 below 1,000), or None when followers are unknown."""
    followers = largest_followers(document)
    return None if followers is None else bisect_right(BANDS, followers)


def band_of(followers: float) -> str:
    """Return the name of the peer band of a size: its lower end, "0" below 1,000."""
    place = bisect_right(BANDS, followers)
    return str(BANDS[place - 1]) if place else "0"


def is_newcomer(completed: int) -> bool:
    """Return whether somebody with so many completed bookings counts as new here."""
    return completed < KNOWN_FROM


@dataclass(frozen=True, slots=True)
class AskedPrice:
    """What somebody of a size (None: not known) asks, in minor units of a currency."""

    currency: str
    price_minor: int
    followers: float | None


@dataclass(frozen=True, slots=True)
class MarketLine:
    """What the offers of one currency ask by size: ln(price) = level + slope * ln(followers), fitted on `peers` offers."""

    peers: int
    level: float
    slope: float

    def price_minor(self, followers: float | None) -> int:
        """Return what peers of this size ask, in minor units; of unknown size, what they ask in the middle."""
        size = math.log(max(followers, 1.0)) if followers is not None else 0.0
        return max(1, round(math.exp(self.level + self.slope * size)))


def largest_followers(document: InfluencerDocument) -> float | None:
    """Return the followers of the largest known channel, or None when none is known."""
    return max((c.followers.value for c in document.channels if c.followers is not None), default=None)


def market_lines(prices: Iterable[AskedPrice]) -> dict[str, MarketLine]:
    """Fit one line by currency; the prices are those of one pool, in any order.

    Least squares in logarithms, so that being cheap or dear for one's size has nothing to do with the size itself: a median
    over a band would call its smallest members cheap. Prices never fall with size; where followers are unknown or all the
    same, the line is flat at the geometric mean.
    """
    asked: dict[str, list[tuple[float | None, float]]] = {}
    for price in prices:
        size = None if price.followers is None else math.log(max(price.followers, 1.0))
        asked.setdefault(price.currency, []).append((size, math.log(max(price.price_minor, 1))))
    return {currency: _fit(points) for currency, points in asked.items()}


def _fit(points: Sequence[tuple[float | None, float]]) -> MarketLine:
    """Fit with exact sums, so that the order of the offers changes nothing."""
    sized = [(size, price) for size, price in points if size is not None]
    if len(sized) < len(points):
        return MarketLine(len(points), math.fsum(price for _, price in points) / len(points), 0.0)
    mean_size = math.fsum(size for size, _ in sized) / len(sized)
    mean_price = math.fsum(price for _, price in sized) / len(sized)
    spread = math.fsum((size - mean_size) ** 2 for size, _ in sized)
    shared = math.fsum((size - mean_size) * (price - mean_price) for size, price in sized)
    slope = max(0.0, shared / spread) if spread > LEAST_SPREAD else 0.0
    return MarketLine(len(points), mean_price - slope * mean_size, slope)
