"""Thompson sampling on the performance term alone: whose engagement is hardly known is ranked by a draw from its posterior.

Russo et al., A Tutorial on Thompson Sampling (2018): a draw from what is believed explores as much as is unknown. Relevance
and authenticity stay hard. Draws are seeded by brief and day; whoever is known well enough keeps the posterior mean.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.exposure.plan import AUTHENTICITY_LEAST, FIRST_PAGE, POSTS_KNOWN, RELEVANCE_LEAST
from matching.scoring import Formula, Part, PartState, points_lost

type_doubles = npt.NDArray[np.float64]

PROPENSITY_DRAWS = 64
_ERF = np.vectorize(math.erf, otypes=[float])


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed of somebody's engagement for the tier: z ~ N(mean, spread^2), spread above 0 where it is drawn."""

    mean: float
    spread: float


def believed(parts: Mapping[str, Part], *, tau: float) -> Believed | None:
    """Return what to draw from; None for those who are known, not relevant enough, or under an open flag."""
    performance, authenticity = parts["performance"], parts["authenticity"]
    if parts["relevance"].value < RELEVANCE_LEAST:
        return None
    if authenticity.state is PartState.KNOWN and authenticity.value < AUTHENTICITY_LEAST:
        return None
    if performance.state is not PartState.KNOWN:
        return Believed(0.0, 1.0)  # nothing measured: all that is known is the tier
    evidence = performance.evidence
    if int(str(evidence["n"])) >= POSTS_KNOWN:
        return None
    return Believed(float(str(evidence["z"])), math.sqrt(float(str(evidence["variance"]))) / tau)


@dataclass(frozen=True, slots=True)
class Chance:
    """What the draw did for one: points added (taken), the drawn value, how often it reaches the first page."""

    points: float
    value: float | None
    propensity: float


def draw_chances(
    ids: Sequence[str],
    scores: Sequence[float],
    parts: Sequence[Mapping[str, Part]],
    formula: Formula,
    *,
    tau: float,
    seed: int,
) -> list[Chance]:
    """Return one chance an influencer, in their order. `scores` are those of the parts, before any draw.

    A draw depends on the seed and on the influencer, not on who else is in the pool. Propensities are shares of 64
    further draws in which somebody is among the first 20; without a draw in the pool they are 1 or 0.
    """
    beliefs = [believed(own, tau=tau) for own in parts]
    rows = [row for row, belief in enumerate(beliefs) if belief is not None]
    values = np.zeros((len(rows), 1 + PROPENSITY_DRAWS))
    for place, row in enumerate(rows):
        belief = beliefs[row] or Believed(0.0, 0.0)
        normals = _stream(seed, ids[row]).standard_normal(1 + PROPENSITY_DRAWS)
        values[place] = belief.mean + belief.spread * normals
    values = np.clip(0.5 * (1.0 + _ERF(values / math.sqrt(2))), formula.floor, 1.0) if rows else values
    points = np.zeros((len(ids), 1 + PROPENSITY_DRAWS))
    whole = points_lost("performance", formula.floor, formula)
    for place, row in enumerate(rows):
        points[row] = parts[row]["performance"].points - whole * np.log(values[place]) / math.log(
            formula.floor
        )
    propensities = _propensities(np.asarray(scores, dtype=float)[:, None] + points[:, 1:])
    drawn = dict(zip(rows, values[:, 0], strict=True))
    return [
        Chance(float(points[row, 0]), float(drawn[row]) if row in drawn else None, float(propensities[row]))
        for row in range(len(ids))
    ]


def _propensities(scores: type_doubles) -> type_doubles:
    """Return how often each row is among the first 20 of its column."""
    if not len(scores):
        return np.zeros(0)
    places = np.argsort(np.argsort(-scores, axis=0, kind="stable"), axis=0)
    share: type_doubles = (places < FIRST_PAGE).mean(axis=1)
    return share


def _stream(seed: int, influencer_id: str) -> np.random.Generator:
    content = f"{seed}\x1f{influencer_id}".encode()
    key = int.from_bytes(hashlib.blake2b(content, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.SFC64(key))
