"""The model of a forecast: a versioned record of priors, and what an influencer's history makes of them.

ln(views) and ln(engagements) of a piece are jointly normal: mu(platform, followers) + u_i + e, with u_i ~ N(0, T) between
creators and e ~ N(0, S_i) between pieces. T and S are the record's; S_i is S scaled by the creator's own spread. The
posterior of u_i is the conjugate one (Gelman et al., Bayesian Data Analysis, 3rd ed., section 3.5); a post that shows only
likes informs the views through the correlation.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from matching.forecasting.history import History
from matching.performance import EngagementPrior, load_prior
from matching.vocabularies import read_data

Doubles = npt.NDArray[np.float64]

Z_80 = 1.2815515655446004
"""The standard normal's 90 % quantile: half the width of an 80 % band."""
POSTS_LEAST = 10
"""Below this many posts a band says how little is known."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations of ln(views) and ln(engagements), and their correlation."""

    views: float
    engagements: float
    correlation: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What finished work says of the model in one tier: widths are multiplied by `width`, n campaigns stand behind it."""

    width: float = 1.0
    n: int = 0


@dataclass(frozen=True, slots=True)
class ForecastModel:
    """One version of the record. `calibration` is by tier; a tier that is absent is not calibrated yet."""

    version: str
    source: str
    engagement: EngagementPrior
    view_lines: dict[str, tuple[float, float]]
    between: Spread
    within: Spread
    scale_posts: float
    shock: float
    kinds: dict[str, tuple[float, float]]
    unpublished_kinds: frozenset[str]
    clicks: tuple[float, float]
    views_per_person: float
    pool_followers: float
    calibration: dict[str, Calibration] = field(default_factory=dict)

    def kind(self, name: str) -> tuple[float, float]:
        """Return (ln of views against a usual post, how unsure that is) of a kind of deliverable."""
        return self.kinds.get(name, self.kinds["default"])

    def expected(self, platform: str, followers: float) -> tuple[float, float]:
        """Return expected ln(views / followers) and ln(engagements / followers) of an account of that size."""
        c0, c1 = self.view_lines.get(platform, self.view_lines["default"])
        return c0 + c1 * math.log10(max(followers, 1.0)), self.engagement.expected(platform, followers)

    def width(self, tier: str) -> float:
        """Return what the widths of a tier are multiplied by."""
        return self.calibration.get(tier, Calibration()).width

    @classmethod
    def from_dict(cls, record: Mapping[str, object], engagement: EngagementPrior) -> "ForecastModel":
        """Read a record. Raises KeyError when a group is missing."""
        views, kinds = _groups(record["views"]), _groups(record["kinds"])
        clicks, reach = _numbers(record["clicks"]), _numbers(record["reach"])
        unpublished = record["unpublished_kinds"]
        calibration = _groups(record.get("calibration", {}))
        return cls(
            version=str(record["version"]),
            source=str(record["source"]),
            engagement=engagement,
            view_lines={name: (line["c0"], line["c1"]) for name, line in views.items()},
            between=Spread(**_numbers(record["tau"])),
            within=Spread(**_numbers(record["sigma"])),
            scale_posts=float(str(record["scale_posts"])),
            shock=float(str(record["shock"])),
            kinds={name: (kind["views"], kind["spread"]) for name, kind in kinds.items()},
            unpublished_kinds=frozenset(unpublished) if isinstance(unpublished, list) else frozenset(),
            clicks=(clicks["median"], clicks["spread"]),
            views_per_person=reach["views_per_person"],
            pool_followers=reach["pool_followers"],
            calibration={t: Calibration(c["width"], int(c["n"])) for t, c in calibration.items()},
        )


def _numbers(group: object) -> dict[str, float]:
    return {str(k): float(v) for k, v in group.items()} if isinstance(group, Mapping) else {}


def _groups(group: object) -> dict[str, dict[str, float]]:
    return {str(k): _numbers(v) for k, v in group.items()} if isinstance(group, Mapping) else {}


@cache
def load_model() -> ForecastModel:
    """Return the package's record (read at the first call)."""
    return ForecastModel.from_dict(read_data("forecast.json"), load_prior())


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of n accounts, one row each: ln(rate) = mean + u, u with `covariance`, plus a piece's own spread.

    `mean` and `within` have shape (n, 2) (views, engagements; `within` in standard deviations), `covariance` (n, 2, 2).
    """

    mean: Doubles
    covariance: Doubles
    within: Doubles


def infer(
    model: ForecastModel, histories: Sequence[History], platforms: Sequence[str], followers: Sequence[float]
) -> Posterior:
    """Return the posterior of every account; without a post it is the prior of its platform and size."""
    expected = np.array(
        [model.expected(platform, size) for platform, size in zip(platforms, followers, strict=True)]
    ).reshape(-1, 2)
    within, tails = _own_spread(model, histories)
    noise = _covariance(within, model.within.correlation)
    counts = np.array([(h.both, h.only_views, h.only_engagements) for h in histories], dtype=float)
    counts = counts.reshape(-1, 3)
    both = _rows([(h.both_views, h.both_engagements) for h in histories]) - expected
    only = _rows([(h.only_views_mean, h.only_engagements_mean) for h in histories]) - expected
    inverse = np.linalg.inv(noise)
    prior = np.array([[model.between.views, model.between.engagements]])
    precision = np.linalg.inv(_covariance(prior, model.between.correlation)) + counts[:, :1, None] * inverse
    single = counts[:, 1:] / within**2
    precision[:, [0, 1], [0, 1]] += single
    weight = counts[:, :1] * np.einsum("nij,nj->ni", inverse, both) + single * only
    covariance = np.linalg.inv(precision)
    mean = expected + np.einsum("nij,nj->ni", covariance, weight)
    return Posterior(mean=mean, covariance=covariance, within=within * tails)


def _rows(pairs: Sequence[tuple[float, float]]) -> Doubles:
    return np.array(pairs, dtype=float).reshape(-1, 2)


def _own_spread(model: ForecastModel, histories: Sequence[History]) -> tuple[Doubles, Doubles]:
    """Return each account's spread between pieces, and the factor that gives a normal band Student's 80 % width.

    The spread is the scaled-inverse-chi-square posterior mean; the factor 1 + (z^2 + 1) / (4 nu) is the first term of the
    Cornish-Fisher expansion of Student's quantile.
    """
    usual = np.array([[model.within.views, model.within.engagements]])
    freedom = _rows([(max(h.views_posts - 1, 0), max(h.engagement_posts - 1, 0)) for h in histories])
    scatter = _rows([(h.scatter_views, h.scatter_engagements) for h in histories])
    total = model.scale_posts + freedom
    spread = usual * np.sqrt((model.scale_posts + scatter / usual**2) / total)
    return spread, 1.0 + (Z_80**2 + 1.0) / (4.0 * total)


def _covariance(spread: Doubles, correlation: float) -> Doubles:
    """Return (n, 2, 2) covariances of rows of two standard deviations."""
    matrix = spread[:, :, None] * spread[:, None, :]
    matrix[:, [0, 1], [1, 0]] *= correlation
    return matrix
