"""What came of a campaign: cost metrics, rates, return; one definition each, the same for every page.

Formulas as in the ANA guidelines for influencer measurement (2022): engagements are likes + comments + shares + saves,
ROI counts margin, not sales. A value that needs a count nobody handed in, or divides by nothing, is None, never 0.
"""

from dataclasses import dataclass
from fractions import Fraction

DEFINITIONS = "outcomes-2026-11"
"""Stored with every computed value: platforms define engagements differently, and definitions change."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was measured of one or more posts; None where it is not known. `sales_minor` is in the cost's currency."""

    impressions: int | None = None
    reach: int | None = None
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    clicks: int | None = None
    conversions: int | None = None
    sales_minor: int | None = None

    @property
    def engagements(self) -> int | None:
        """Likes, comments, shares and saves; None without likes, which every platform shows."""
        if self.likes is None:
            return None
        return self.likes + (self.comments or 0) + (self.shares or 0) + (self.saves or 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Metrics of a campaign that cost `cost_minor`. Costs are exact fractions of minor units, rates exact fractions of 1."""

    cost_minor: int
    counts: Counts
    margin: Fraction | None = None

    @property
    def cpm(self) -> Fraction | None:
        """Cost per 1,000 impressions (views where impressions are not known)."""
        shown = self.counts.views if self.counts.impressions is None else self.counts.impressions
        return self._cost(shown, 1_000)

    @property
    def cpv(self) -> Fraction | None:
        """Cost per view."""
        return self._cost(self.counts.views)

    @property
    def cost_per_reach(self) -> Fraction | None:
        """Cost per person reached."""
        return self._cost(self.counts.reach)

    @property
    def cpe(self) -> Fraction | None:
        """Cost per engagement."""
        return self._cost(self.counts.engagements)

    @property
    def cpme(self) -> Fraction | None:
        """Cost per 1,000 engagements."""
        return self._cost(self.counts.engagements, 1_000)

    @property
    def cpc(self) -> Fraction | None:
        """Cost per click."""
        return self._cost(self.counts.clicks)

    @property
    def cpa(self) -> Fraction | None:
        """Cost per conversion."""
        return self._cost(self.counts.conversions)

    @property
    def ctr(self) -> Fraction | None:
        """Clicks per impression."""
        return ratio(self.counts.clicks, self.counts.impressions)

    @property
    def cvr(self) -> Fraction | None:
        """Conversions per click."""
        return ratio(self.counts.conversions, self.counts.clicks)

    @property
    def roas(self) -> Fraction | None:
        """Sales over cost."""
        return ratio(self.counts.sales_minor, self.cost_minor)

    @property
    def roi(self) -> Fraction | None:
        """(sales * margin - cost) / cost: 0.08 is eight in a hundred earned above the cost."""
        return None if self.roas is None or self.margin is None else self.roas * self.margin - 1

    def engagement_rate(self, base: int | None) -> Fraction | None:
        """Engagements per follower, person reached or impression, whichever `base` counts."""
        return ratio(self.counts.engagements, base)

    @property
    def engagement_rate_of_views(self) -> Fraction | None:
        """(Likes + comments + shares) / views: the practice of short video, without saves."""
        counts = self.counts
        if counts.likes is None:
            return None
        return ratio(counts.likes + (counts.comments or 0) + (counts.shares or 0), counts.views)

    def _cost(self, count: int | None, per: int = 1) -> Fraction | None:
        return Fraction(self.cost_minor * per, count) if count else None


def ratio(part: int | None, whole: int | None) -> Fraction | None:
    """Return part / whole, or None when one is not known or the whole is nothing."""
    return None if part is None or not whole else Fraction(part, whole)


def cost_per(cost_minor: int, per: int, count: int) -> int:
    """Return what `per` of `count` units cost, in whole minor units, half up. The count must be positive."""
    return (2 * cost_minor * per + count) // (2 * count)


def add_counts(parts: list[Counts]) -> Counts:
    """Return the sums over posts; a sum is known only where every part is."""
    return Counts(**{name: _total([getattr(part, name) for part in parts]) for name in Counts.__slots__})


def _total(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if values and len(known) == len(values) else None
