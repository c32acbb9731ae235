"""Relevance of a pool: weighted fusion of words, vectors and topics with feedback from the best, one code for all engines.

R = w_t * scale * bm25 / max + w_v * z(cos(q', e_i)) + w_b * z(BC(theta_b', theta_i)); q' and theta_b' are moved towards the
mean of the best few, then R is drawn to that of the nearest candidates (`matching.neighbours`); relevance =
sigmoid((R - midpoint) / width). Weighted fusion, not ranks: Bruch et al., TOIS 2023. z is taken on the formula's reference
mean and spread, not the pool's, so that only those who write alike move each other's value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from matching.neighbours import lend_from_neighbours
from matching.pools import CandidatePool, Places, topic_overlap
from matching.ports import QueryViews
from matching.scoring import Formula
from matching.topics import unit_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PoolRelevance:
    """Rows follow those of the `CandidatePool`; `order` sorts them, best first, ties by id."""

    raw: Floats
    relevance: Floats
    text: Floats
    cosine: Floats
    topic: Floats
    order: npt.NDArray[np.intp]


_NONE = np.zeros(0)
NOBODY = PoolRelevance(_NONE, _NONE, _NONE, _NONE, _NONE, np.zeros(0, dtype=np.intp))
"""What an empty pool is rated as."""


def sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + e^-v)."""
    result: Floats = 1.0 / (1.0 + np.exp(-values))
    return result


def rate_pool(pool: CandidatePool, views: QueryViews, formula: Formula) -> PoolRelevance:
    """Rate every candidate of the pool."""
    if not len(pool):
        return NOBODY
    text = pool.text_scores / max(float(pool.text_scores.max()), 1e-9)
    places = cache(lambda: _places_by_id(pool))
    plain = (pool.vectors @ views.vector).astype(np.float64)
    first = _best_first(_fuse(text, plain, pool.topics.overlap(views.topics), formula), places)
    vector, mixture = _with_feedback(pool, views, first, formula)
    cosine = (pool.vectors @ vector).astype(np.float64)
    topic = pool.topics.overlap(mixture)
    raw = _lend(_fuse(text, cosine, topic, formula), pool, places, formula)
    return PoolRelevance(
        raw=raw,
        relevance=_calibrate(raw, formula),
        text=text,
        cosine=cosine,
        topic=topic,
        order=_best_first(raw, places),
    )


def _places_by_id(pool: CandidatePool) -> Places:
    """Return each row's place when all are sorted by id: numbers are compared many times faster than texts."""
    ids = pool.all_ids()
    places = np.empty(len(ids), dtype=np.intp)
    places[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return places


def _fuse(text: Floats, cosine: Floats, topic: Floats, formula: Formula) -> Floats:
    """Return R; every argument may be one value or one a candidate."""
    fusion, reference = formula.fusion, formula.reference
    raw: Floats = fusion["text"] * fusion["text_scale"] * text
    raw = raw + fusion["vector"] * (cosine - reference["vector_mean"]) / reference["vector_sd"]
    return raw + fusion["topic"] * (topic - reference["topic_mean"]) / reference["topic_sd"]


def _calibrate(raw: Floats, formula: Formula) -> Floats:
    return sigmoid((raw - formula.fusion["midpoint"]) / formula.fusion["width"])


def _with_feedback(
    pool: CandidatePool, views: QueryViews, order: npt.NDArray[np.intp], formula: Formula
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Move the query's vector and mixture towards the mean of the best few (pseudo-relevance feedback, Rocchio)."""
    fusion = formula.fusion
    best = order[: int(fusion["feedback_count"])]
    weight, topic_weight = fusion["feedback_weight"], fusion.get("topic_feedback_weight", 0.0)
    moved = (1 - weight) * views.vector + weight * unit_rows(pool.vectors[best].mean(axis=0, keepdims=True))[
        0
    ]
    mixture = (1 - topic_weight) * views.topics + topic_weight * pool.topics.at(best).mean(axis=0)
    return unit_rows(moved[None, :].astype(np.float32))[0], mixture.astype(np.float32)


def _lend(raw: Floats, pool: CandidatePool, places: Callable[[], Places], formula: Formula) -> Floats:
    """Draw the best to those who write alike; formulas before v3 do not."""
    fusion = formula.fusion
    return lend_from_neighbours(
        raw,
        pool.vectors,
        _best_first(raw, places),
        weight=fusion.get("neighbour_weight", 0.0),
        count=int(fusion.get("neighbour_count", 0)),
        among=int(fusion.get("neighbour_among", 0)),
    )


def _best_first(values: Floats, places: Callable[[], Places]) -> Places:
    """Return row numbers by falling value, equal values by id; rounded so that engines' float noise decides nothing."""
    keys = -np.round(values, 9)
    order = np.argsort(keys)
    if (np.diff(keys[order]) == 0).any():  # only then the ids are looked at: sorting texts is slow
        return np.lexsort((places(), keys))
    return order


def rate_alone(
    vector: npt.NDArray[np.float32], mixture: npt.NDArray[np.float32], views: QueryViews, formula: Formula
) -> float:
    """Return the relevance of one influencer without a pool, from meaning and topics only (for "briefs that fit you")."""
    cosine = np.asarray([vector @ views.vector], dtype=np.float64)
    topic = topic_overlap(mixture[None, :], views.topics)
    return float(_calibrate(_fuse(np.zeros(1), cosine, topic, formula), formula)[0])
