"""Two small markets for exposure: one where everybody wants the same few, one where a quarter are new.

The scores of the parts are drawn; chances and prices come from the product's own functions.
"""

import math
from dataclasses import dataclass

import numpy as np

from matching.exposure.audit import gini
from matching.exposure.shadow_prices import next_price
from matching.exposure.thompson import Known, draw_chances
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.scoring import Formula, points_of

INVITED = 5
FORMULA = load_formula()
PRIOR = load_prior()


@dataclass(frozen=True)
class Congestion:
    """What 300 briefs got: the value of accepted invitations, their share, how unevenly chances fell."""

    utility: float
    accepted: float
    gini: float


def congested_market(policy: str, *, seed: int, briefs: int = 300, people: int = 1_000) -> Congestion:
    """`policy`: top (the best five whatever their calendar), free (skip the full), priced (shadow prices on top)."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(0, 1, people)
    slots = rng.integers(1, 5, people)
    left = slots.copy()
    prices, shown = np.zeros(people), np.zeros(people)
    utility, accepted, asked = 0.0, 0, 0
    for _ in range(briefs):
        fit = np.clip(57 + 10 * quality + 9.5 * rng.normal(0, 1, people), 0, 100)
        score = fit - prices if policy == "priced" else fit
        if policy != "top":
            score = np.where(left > 0, score, -np.inf)
        chosen = np.argsort(-score)[:INVITED]
        shown[chosen] += 1
        asked += INVITED
        for one in chosen:
            answered_late = (
                policy != "top" and rng.random() < 0.02
            )  # the calendar moved since the list was made
            if left[one] > 0 and not answered_late:
                left[one] -= 1
                accepted += 1
                utility += fit[one] / 100
        if policy == "priced":
            for one in chosen:
                free = int(left[one])
                prices[one] = next_price(
                    prices[one], expected_demand=float(slots[one] - free + 1), slots=max(free, 1)
                )
    return Congestion(float(utility), accepted / asked, gini(shown.tolist()))


@dataclass(frozen=True)
class ColdStart:
    """What a search brings, and what the new get compared with equally good old ones."""

    reward: float
    share_of_new: float
    relative: float


def cold_start_market(
    *, is_drawn: bool, seed: int, searches: int = 1_200, people: int = 120, shown: int = 10
) -> ColdStart:
    """A quarter are new. Everyone's z is drawn from the tier; a shown one's post is measured and believed after it."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 1, people)
    is_new = np.arange(people) < people // 4
    counts = np.where(is_new, 0, 20)
    means = np.where(is_new, 0.0, truth + rng.normal(0, PRIOR.sigma / np.sqrt(20), people))
    sums = means * counts
    ids = [f"p{n}" for n in range(people)]
    exposure, reward, late = np.zeros(people), 0.0, np.zeros(people)
    for search in range(searches):
        relevant = np.sort(rng.permutation(people)[: people // 3])
        base, known, points = _scored(counts[relevant], sums[relevant], FORMULA)
        drawn = draw_chances(
            [ids[n] for n in relevant], base, known, points, FORMULA, tau=PRIOR.tau, seed=search
        )
        gained = drawn.points if is_drawn else 0.0
        chosen = relevant[np.argsort(-(base + gained), kind="stable")[:shown]]
        exposure[chosen] += 1
        late[chosen] += search >= searches // 2
        reward += float(np.exp(0.3 * truth[chosen]).sum())
        measured = chosen[rng.random(len(chosen)) < 0.15]
        sums[measured] += truth[measured] + rng.normal(0, PRIOR.sigma, len(measured))
        counts[measured] += 1
    good = truth > np.quantile(truth, 0.75)
    new, old = late[good & is_new].mean(), late[good & ~is_new].mean()
    return ColdStart(reward / searches, float(exposure[is_new].sum() / exposure.sum()), float(new / old))


def _scored(counts: np.ndarray, sums: np.ndarray, formula: Formula) -> tuple[np.ndarray, Known, np.ndarray]:
    """Return scores before any draw, what is known of each, and what performance takes: all else is alike."""
    measured = counts > 0
    n = np.maximum(counts, 1)
    trust = PRIOR.tau**2 / (PRIOR.tau**2 + PRIOR.sigma**2 / n)
    z = np.where(measured, trust * (sums / n) / PRIOR.tau, math.nan)
    variance = np.where(measured, trust * PRIOR.sigma**2 / n, math.nan)
    unchecked, relevance = np.full(len(n), math.nan), np.full(len(n), 0.9)
    values = np.array([0.5 * (1 + math.erf(own / math.sqrt(2))) for own in z.tolist()])
    points = points_of("performance", values, formula)
    others = points_of("relevance", relevance, formula) + points_of("authenticity", unchecked, formula)
    return 100.0 - points - others, Known(relevance, unchecked, z, variance, counts), points
