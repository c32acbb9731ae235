"""Quality of rankings against labels, with intervals and a paired test; pure, seeded, no files.

nDCG with gains 2^g - 1 and log2 discount (Burges et al., 2005); bootstrap over briefs; sign-flip randomisation test of the
paired difference (Smucker, Allan and Carterette, 2007).
"""

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

BOOTSTRAPS = 2_000
FLIPS = 5_000
SEED = 7


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one ranking, each 0 to 1."""

    ndcg_10: float
    recall_50: float
    reciprocal_rank: float
    precision_5: float


def measure(ranking: Sequence[str], gains: Mapping[str, int]) -> Quality:
    """Measure one ranking (best first, repeated ids count once) against gains by id."""
    ids = list(dict.fromkeys(ranking))
    relevant = {i for i, gain in gains.items() if gain > 0}
    best = sorted(gains.values(), reverse=True)[:10]
    ideal = _discounted(best)
    first = next((place for place, i in enumerate(ids, start=1) if i in relevant), None)
    return Quality(
        ndcg_10=_discounted([gains.get(i, 0) for i in ids[:10]]) / ideal if ideal else 0.0,
        recall_50=len(relevant.intersection(ids[:50])) / len(gains) if gains else 0.0,
        reciprocal_rank=0.0 if first is None else 1.0 / first,
        precision_5=len(relevant.intersection(ids[:5])) / 5.0,
    )


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum((2**gain - 1) / math.log2(place + 2) for place, gain in enumerate(gains))


def bootstrap_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean over resampled briefs."""
    if not values:
        return 0.0, 0.0
    chance = random.Random(SEED)  # noqa: S311 - resampling, not secrets
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(BOOTSTRAPS))
    return means[int(0.025 * BOOTSTRAPS)], means[int(0.975 * BOOTSTRAPS) - 1]


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the rank correlation, ties by their mean rank; 0 when there is nothing to correlate."""
    return correlation(_ranks(one), _ranks(other))


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + bisect_right(ordered, value) - 1) / 2 for value in values]


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Pearson's r; its square is the share of variance that one explains of the other. 0 when one is constant."""
    if len(one) < 2:
        return 0.0
    first, second = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    first, second = first - first.mean(), second - second.mean()
    spread = float(first @ first) * float(second @ second)
    return float(first @ second) / math.sqrt(spread) if spread > 0 else 0.0


def sign_flip_p(differences: Sequence[float]) -> float:
    """Return the two-sided p-value of the paired differences under random signs; 1 when all are zero."""
    if not any(differences):
        return 1.0
    chance = random.Random(SEED)  # noqa: S311 - resampling, not secrets
    observed = abs(fmean(differences))
    extreme = 0
    for _ in range(FLIPS):
        flipped = [value if chance.random() < 0.5 else -value for value in differences]
        extreme += abs(fmean(flipped)) >= observed - 1e-12
    return (extreme + 1) / (FLIPS + 1)
