"""Learning the weights of the formula from what became of shown places: bounded, never negative, corrected for position.

The score is linear in ln x_k, so weights are fitted by a pairwise logistic loss over places of one brief (RankNet, Burges et al.,
2005); every pair counts by the inverse of how often its better place is looked at (Joachims et al., Unbiased Learning-to-Rank,
2017). All parts are made so that more is better, so no weight may turn negative. A fit is held against the present
weights on briefs it has not seen; it is offered only when it is better with p < 0.05.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt

from matching.measures import sign_flip_p
from matching.scoring import Formula

Doubles = npt.NDArray[np.float64]

BRIEFS_LEAST = 500
"""Below this many labelled briefs nothing is fitted."""
WEIGHT_LEAST, WEIGHT_MOST = 0.01, 5.0
HELD_BACK = 0.3
ALPHA = 0.05
STEPS, RATE, PULL = 400, 0.05, 0.02
PROPENSITY_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class LabelledPlace:
    """One shown place: the values of its parts, its label, where it stood and how often a draw would show it.

    Labels: 3 completed and rated, 2 accepted, 1 shortlisted, 0 seen, -1 rejected.
    """

    brief_id: str
    influencer_id: str
    values: Mapping[str, float]
    label: int
    position: int
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a fit came to. `weights` is None where it may not be offered; `reason` names why."""

    briefs: int
    judged: int
    ndcg_now: float
    ndcg_fitted: float
    p: float
    fitted: dict[str, float]
    weights: dict[str, float] | None
    reason: str


def examined(position: int, propensity: float) -> float:
    """Return how often a place is looked at: 1 / log2(position + 1), times how often it is on the page at all."""
    return max(PROPENSITY_LEAST, propensity / math.log2(position + 1))


def train(
    places: Sequence[LabelledPlace], formula: Formula, *, briefs_least: int = BRIEFS_LEAST
) -> TrainingReport:
    """Fit weights and judge them on held-back briefs. Deterministic: briefs are held back by a hash of their id."""
    by_brief: defaultdict[str, list[LabelledPlace]] = defaultdict(list)
    for place in places:
        by_brief[place.brief_id].append(place)
    useful = {
        brief: own for brief, own in sorted(by_brief.items()) if len({place.label for place in own}) > 1
    }
    if len(useful) < briefs_least:
        return TrainingReport(len(useful), 0, 0.0, 0.0, 1.0, {}, None, "too_few_briefs")
    judged = {brief: own for brief, own in useful.items() if _is_held_back(brief)}
    teaching = [own for brief, own in useful.items() if brief not in judged]
    fitted = _fit(teaching, formula)
    now = [_ndcg(own, formula.weights, formula.floor) for own in judged.values()]
    then = [_ndcg(own, fitted, formula.floor) for own in judged.values()]
    differences = [b - a for a, b in zip(now, then, strict=True)]
    p = sign_flip_p(differences) if differences else 1.0
    is_better = bool(differences) and fmean(differences) > 0 and p < ALPHA
    return TrainingReport(
        briefs=len(useful),
        judged=len(judged),
        ndcg_now=fmean(now) if now else 0.0,
        ndcg_fitted=fmean(then) if then else 0.0,
        p=p,
        fitted=fitted,
        weights=fitted if is_better else None,
        reason="better" if is_better else "not_better",
    )


def _is_held_back(brief_id: str) -> bool:
    digest = hashlib.blake2b(brief_id.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32 < HELD_BACK


def _fit(briefs: Sequence[Sequence[LabelledPlace]], formula: Formula) -> dict[str, float]:
    """Return weights with the present total, by projected gradient steps that are pulled towards the present ones."""
    names = list(formula.weights)
    present = np.array([formula.weights[name] for name in names])
    differences, counts = _pairs(briefs, names, formula.floor)
    if not len(differences):
        return dict(formula.weights)
    counts /= counts.sum()
    weights = present.copy()
    moment = np.zeros_like(weights)
    for _ in range(STEPS):
        margin = differences @ weights
        gradient = -(counts / (1.0 + np.exp(np.clip(margin, -30, 30)))) @ differences
        gradient += PULL * (weights - present)
        moment = 0.9 * moment + gradient
        weights = np.clip(weights - RATE * moment, WEIGHT_LEAST, WEIGHT_MOST)
    weights = np.clip(weights * present.sum() / weights.sum(), WEIGHT_LEAST, WEIGHT_MOST)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def _pairs(
    briefs: Sequence[Sequence[LabelledPlace]], names: Sequence[str], floor: float
) -> tuple[Doubles, Doubles]:
    """Return ln-value differences of every better and worse place of a brief, and how much each pair counts."""
    differences, counts = [], []
    for own in briefs:
        logs = np.log(np.clip([[place.values.get(name, 1.0) for name in names] for place in own], floor, 1.0))
        for i, better in enumerate(own):
            for j, worse in enumerate(own):
                if better.label > worse.label:
                    differences.append(logs[i] - logs[j])
                    counts.append((better.label - worse.label) / examined(better.position, better.propensity))
    return np.array(differences, dtype=float).reshape(-1, len(names)), np.array(counts, dtype=float)


def _ndcg(own: Sequence[LabelledPlace], weights: Mapping[str, float], floor: float) -> float:
    """Return nDCG@10 of a brief ranked by the weights, gains 2^label - 1 corrected for how often a place is looked at."""
    gains = [(2 ** max(place.label, 0) - 1) / examined(place.position, place.propensity) for place in own]
    scores = [
        math.fsum(
            w * math.log(min(1.0, max(floor, place.values.get(name, 1.0)))) for name, w in weights.items()
        )
        for place in own
    ]
    order = sorted(range(len(own)), key=lambda row: (-scores[row], own[row].influencer_id))
    ideal = _discounted(sorted(gains, reverse=True))
    return _discounted([gains[row] for row in order]) / ideal if ideal else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:10]))
