"""Thompson sampling on the performance term alone: whose engagement is hardly known is ranked by a draw from its posterior.

Russo et al., A Tutorial on Thompson Sampling (2018): a draw from what is believed explores as much as is unknown. Relevance
and authenticity stay hard. Draws are seeded by brief and day; whoever is known well enough keeps the posterior mean.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.exposure.plan import AUTHENTICITY_LEAST, FIRST_PAGE, POSTS_KNOWN, RELEVANCE_LEAST
from matching.scoring import Formula, points_lost

Doubles = npt.NDArray[np.float64]

PROPENSITY_DRAWS = 64
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: the step between the states of SplitMix64."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of n influencers, one value each; NaN where authenticity was not checked or no post was measured.

    `z` is in spreads of the tier, `variance` in ln, from `measured` posts.
    """

    relevance: Doubles
    authenticity: Doubles
    z: Doubles
    variance: Doubles
    measured: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chances:
    """What the draw did, one value each: points added (taken), the drawn value (NaN: none), how often it reaches the first page."""

    points: Doubles
    values: Doubles
    propensities: Doubles


def no_chances(count: int) -> Chances:
    """Return what stands when nothing is drawn."""
    return Chances(np.zeros(count), np.full(count, math.nan), np.ones(count))


def beliefs(known: Known, *, tau: float) -> tuple[Doubles, Doubles]:
    """Return mean and spread of what is believed of each one's z; NaN for those who are not drawn.

    These are known well enough, not relevant enough, or under an open flag. Where nothing was measured all that is known is
    the tier.
    """
    unmeasured = np.isnan(known.z)
    mean = np.where(unmeasured, 0.0, known.z)
    spread = np.where(unmeasured, 1.0, np.sqrt(known.variance) / tau)
    is_known = ~unmeasured & (known.measured >= POSTS_KNOWN)
    is_flagged = known.authenticity < AUTHENTICITY_LEAST  # not so where it was not checked
    is_left = is_known | is_flagged | (known.relevance < RELEVANCE_LEAST)
    return np.where(is_left, math.nan, mean), np.where(is_left, math.nan, spread)


def draw_chances(
    ids: Sequence[str],
    scores: Doubles,
    known: Known,
    performance_points: Doubles,
    formula: Formula,
    *,
    tau: float,
    seed: int,
) -> Chances:
    """Return the chances in the order of `ids`. `scores` and `performance_points` are those before any draw.

    A draw depends on the seed and on the influencer, not on who else is in the pool. Propensities are shares of 64
    further draws in which somebody is among the first 20; without a draw in the pool they are 1 or 0.
    """
    mean, spread = beliefs(known, tau=tau)
    rows = np.flatnonzero(~np.isnan(mean))
    normals = _normals(seed, [ids[row] for row in rows.tolist()], 1 + PROPENSITY_DRAWS)
    drawn_z = mean[rows, None] + spread[rows, None] * normals
    cdf = np.concatenate([_normal_cdf(drawn_z[:, :1]), _near_normal_cdf(drawn_z[:, 1:])], axis=1)
    values = np.clip(cdf, formula.floor, 1.0)
    whole = points_lost("performance", formula.floor, formula)
    points = np.zeros((len(ids), 1 + PROPENSITY_DRAWS))
    points[rows] = performance_points[rows, None] - whole * np.log(values) / math.log(formula.floor)
    drawn = np.full(len(ids), math.nan)
    drawn[rows] = values[:, 0]
    return Chances(points[:, 0], drawn, _propensities(scores[:, None] + points[:, 1:]))


def _normal_cdf(values: Doubles) -> Doubles:
    """Return Phi of every value."""
    flat = map(math.erf, (values / math.sqrt(2)).ravel().tolist())
    return 0.5 * (1.0 + np.fromiter(flat, np.float64, values.size).reshape(values.shape))


def _near_normal_cdf(values: Doubles) -> Doubles:
    """Return Phi to 1e-7, many at once, for the further draws that only count places (Abramowitz and Stegun, 7.1.26)."""
    size = np.abs(values) / math.sqrt(2)
    t = 1.0 / (1.0 + 0.3275911 * size)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return 0.5 * (1.0 + np.copysign(1.0 - series * np.exp(-size * size), values))


def _propensities(scores: Doubles) -> Doubles:
    """Return how often each row is among the first 20 of its column."""
    if not len(scores):
        return np.zeros(0)
    first = np.argsort(np.ascontiguousarray(-scores.T), axis=1, kind="stable")[:, :FIRST_PAGE]
    share: Doubles = np.bincount(first.ravel(), minlength=len(scores)) / scores.shape[1]
    return share


def _normals(seed: int, ids: Sequence[str], count: int) -> Doubles:
    """Return `count` standard normals for each id, which depend on the seed and on that id alone, shape (len(ids), count).

    Counter-based, so that all are drawn at once: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014) of the id's key, then Box and Muller (1958).
    """
    pairs = -(-count // 2)
    keys = np.array([_key(seed, influencer_id) for influencer_id in ids], np.uint64)
    bits = _split_mix(keys[:, None] + _GOLDEN * np.arange(1, 2 * pairs + 1, dtype=np.uint64))
    uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    radius = np.sqrt(-2.0 * np.log(uniform[:, :pairs]))
    angle = 2.0 * math.pi * uniform[:, pairs:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)[:, :count]


def _split_mix(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    mixed = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: npt.NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return result


def _key(seed: int, influencer_id: str) -> int:
    content = f"{seed}\x1f{influencer_id}".encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")
