"""Scores of many candidates at once, from their figures: the same numbers as `matching.scoring` gives one by one.

Receipts are written for the few that are shown, by the functions that also gather the evidence; a property test holds both
to each other (1e-9).
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matching.criteria import SearchCriteria
from matching.exposure.plan import ExposurePlan
from matching.exposure.thompson import Chances, Known, draw_chances, no_chances
from matching.figures import CandidateFigures, Doubles
from matching.intervals import beta_quantile
from matching.market import AskedPrice, MarketLine, market_lines
from matching.pools import Places
from matching.receipts import rank_key
from matching.relevance import PoolRelevance
from matching.scoring import Formula, points_of


@dataclass(frozen=True)
class PoolScores:
    """One row a scored candidate, in the order of `figures.ids`; `order` sorts the rows, best first.

    `rows` are their places in the pool; `points` what each part takes, by name; `scores` hold chances and prices already.
    """

    figures: CandidateFigures
    rows: Places
    raw: Doubles
    points: dict[str, Doubles]
    scores: Doubles
    lines: dict[str, MarketLine]
    chances: Chances
    prices: Doubles

    @cached_property
    def order(self) -> tuple[int, ...]:
        keys = [
            rank_key(*row)
            for row in zip(self.scores.tolist(), self.raw.tolist(), self.figures.ids, strict=True)
        ]
        return tuple(sorted(range(len(keys)), key=keys.__getitem__))

    def ids_within(self, parts: Collection[str], points: float) -> list[str]:
        """Return those from whom these parts together take at most so many points, the most relevant first."""
        taken = np.sum([self.points[name] for name in parts], axis=0)
        return [self.figures.ids[row] for row in np.argsort(-self.raw, kind="stable") if taken[row] <= points]

    def mean_points(self) -> dict[str, float]:
        """Return what each part takes from those scored, in the mean."""
        count = max(1, len(self.scores))
        return {name: math.fsum(own.tolist()) / count for name, own in self.points.items()}

    def place_of(self, influencer_id: str) -> int | None:
        """Return how many stand before an influencer, None when they were not scored."""
        ids = self.figures.ids
        return self.order.index(ids.index(influencer_id)) if influencer_id in ids else None


def score_figures(
    figures: CandidateFigures,
    rows: Places,
    rated: PoolRelevance,
    criteria: SearchCriteria,
    formula: Formula,
) -> PoolScores:
    """Score every row of the figures; `rows` are their places in the rated pool."""
    raw = rated.raw[rows]
    lines = market_lines(asked_prices(figures))
    values = {
        "relevance": rated.relevance[rows],
        "specialism": _specialism(figures, formula),
        "audience": _audience(figures, criteria, formula),
        "authenticity": figures.authenticity,
        "performance": _performance(figures),
        "price": _price(figures, lines, criteria, formula),
    }
    unknown = np.full(len(raw), math.nan)
    points = {name: points_of(name, values.get(name, unknown), formula) for name in formula.weights}
    scores = 100.0 - np.sum(list(points.values()), axis=0)
    return PoolScores(figures, rows, raw, points, scores, lines, no_chances(len(raw)), np.zeros(len(raw)))


def expose(
    scored: PoolScores, relevance: Doubles, plan: ExposurePlan, formula: Formula, *, tau: float
) -> PoolScores:
    """Add the seeded chance of those hardly known, and take off what full calendars cost; scores stay at 0 or above."""
    figures = scored.figures
    prices = np.minimum([plan.prices.get(i, 0.0) for i in figures.ids], scored.scores)
    known = Known(relevance, figures.authenticity, figures.z, figures.variance, figures.measured)
    chances = draw_chances(
        figures.ids,
        scored.scores - prices,
        known,
        scored.points["performance"],
        formula,
        tau=tau,
        seed=plan.seed,
    )
    scores = scored.scores + chances.points - prices
    return replace(scored, scores=scores, chances=chances, prices=prices)


def asked_prices(figures: CandidateFigures) -> list[AskedPrice]:
    """Return what those with a matching offer ask."""
    rows = zip(figures.currency, figures.price_minor.tolist(), figures.followers.tolist(), strict=True)
    return [
        AskedPrice(currency, price, None if math.isnan(followers) else followers)
        for currency, price, followers in rows
        if currency
    ]


def _specialism(figures: CandidateFigures, formula: Formula) -> Doubles:
    """Return the index of `matching.specialism`: the weighed mean of the components that could be measured."""
    total = np.zeros(len(figures.ids))
    weight = np.zeros(len(figures.ids))
    for name, values in _components(figures, formula).items():
        known = ~np.isnan(values)
        own = formula.specialism.get(name, 0.0)
        total += own * np.where(known, values, 0.0)
        weight += own * known
    index = np.divide(total, weight, out=np.zeros_like(total), where=weight != 0)
    result: Doubles = np.where(figures.posts > 0, index, math.nan)
    return result


def _components(figures: CandidateFigures, formula: Formula) -> Mapping[str, Doubles]:
    constants = formula.specialism
    prior = constants["prior_posts"]
    successes = figures.posts_on_topic + prior * constants["prior_share"]
    failures = figures.posts - figures.posts_on_topic + prior * (1 - constants["prior_share"])
    share = successes / (figures.posts + prior)
    bound = constants.get("bound", 0.2)
    pairs = zip(successes.tolist(), failures.tolist(), strict=True)
    shrink = figures.rates_on / (figures.rates_on + constants["lift_posts"])
    months = figures.months_seen + constants.get("prior_months", 2.0)
    consistency = np.where(figures.months_seen > 0, figures.months_on / months, math.nan)
    full = math.log1p(constants.get("endorsers_full", 10.0))
    return {
        "focus": np.minimum(1.0, figures.focus / constants["focus_full"]) * share,
        "share": np.array([beta_quantile(bound, *pair) for pair in pairs], np.float64),
        "lift": 1 / (1 + np.exp(-2 * (figures.rate_mean_on - figures.rate_mean) * shrink)),
        "consistency": consistency,
        "endorsement": np.minimum(1.0, np.log1p(figures.endorsers) / full),
    }


def _audience(figures: CandidateFigures, criteria: SearchCriteria, formula: Formula) -> Doubles:
    target = criteria.audience
    if not target.countries and not target.languages:
        return np.ones(len(figures.ids))
    reached = np.minimum(1.0, figures.audience_country / max(target.share, 1e-9))
    total = np.zeros(len(figures.ids))
    weight = np.zeros(len(figures.ids))
    for name, values in (("country", reached), ("language", figures.audience_language)):
        known = ~np.isnan(values)
        total += formula.audience[name] * np.where(known, values, 0.0)
        weight += formula.audience[name] * known
    return np.divide(total, weight, out=np.full_like(total, math.nan), where=weight != 0)


def _performance(figures: CandidateFigures) -> Doubles:
    return np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in figures.z.tolist()], np.float64)


def _price(
    figures: CandidateFigures,
    lines: Mapping[str, MarketLine],
    criteria: SearchCriteria,
    formula: Formula,
) -> Doubles:
    """Return what peers of the size ask over what is asked; nobody's own price counts where the brief names one."""
    if criteria.fixed_price_minor is not None:
        return np.ones(len(figures.ids))
    rows = zip(figures.currency, figures.price_minor.tolist(), figures.followers.tolist(), strict=True)
    least = formula.price["peers_least"]
    return np.array(
        [
            min(1.0, line.price_minor(None if math.isnan(followers) else followers) / max(asked_minor, 1))
            if (line := lines.get(currency)) is not None and line.peers >= least
            else math.nan
            for currency, asked_minor, followers in rows
        ],
        np.float64,
    )
