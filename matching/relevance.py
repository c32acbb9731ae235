"""Relevance of a pool: weighted fusion of words, vectors and topics with feedback from the best, one code for all engines.

R = w_t * scale * bm25 / max + w_v * z(cos(q', e_i)) + w_b * z(BC(theta_b, theta_i)), q' = (1 - f) q + f * mean of the best
three; relevance = sigmoid((R - midpoint) / width). Weighted fusion, not ranks: Bruch et al., TOIS 2023. z is taken on the
formula's reference mean and spread, not the pool's, so that who else passed the filters does not move anybody's value.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.ports import CandidatePool, QueryViews
from matching.scoring import Formula
from matching.topics import unit_rows

type_floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PoolRelevance:
    """Rows follow `CandidatePool.candidates`; `order` sorts them, best first, ties by id."""

    raw: type_floats
    relevance: type_floats
    text: type_floats
    cosine: type_floats
    topic: type_floats
    order: npt.NDArray[np.intp]


_NONE = np.zeros(0)
NOBODY = PoolRelevance(_NONE, _NONE, _NONE, _NONE, _NONE, np.zeros(0, dtype=np.intp))
"""What an empty pool is rated as."""


def topic_overlap(mixtures: npt.NDArray[np.float32], wanted: npt.NDArray[np.float32]) -> type_floats:
    """Return the Bhattacharyya coefficient sum(sqrt(p * q)) of every row with `wanted`, 0 to 1."""
    overlap: type_floats = np.sqrt(np.maximum(mixtures, 0)).astype(np.float64) @ np.sqrt(wanted).astype(
        np.float64
    )
    return overlap


def sigmoid(values: type_floats) -> type_floats:
    """Return 1 / (1 + e^-v)."""
    result: type_floats = 1.0 / (1.0 + np.exp(-values))
    return result


def rate_pool(pool: CandidatePool, views: QueryViews, formula: Formula) -> PoolRelevance:
    """Rate every candidate of the pool."""
    if not pool.candidates:
        return NOBODY
    bm25 = np.asarray([c.text_score for c in pool.candidates], dtype=np.float64)
    text = bm25 / max(float(bm25.max()), 1e-9)
    topic = topic_overlap(pool.topics, views.topics)
    ids = np.asarray([c.influencer_id for c in pool.candidates], dtype=np.str_)
    plain = (pool.vectors @ views.vector).astype(np.float64)
    first = _best_first(_fuse(text, plain, topic, formula), ids)
    cosine = (pool.vectors @ _with_feedback(pool, views, first, formula)).astype(np.float64)
    raw = _fuse(text, cosine, topic, formula)
    return PoolRelevance(
        raw=raw,
        relevance=_calibrate(raw, formula),
        text=text,
        cosine=cosine,
        topic=topic,
        order=_best_first(raw, ids),
    )


def _fuse(text: type_floats, cosine: type_floats, topic: type_floats, formula: Formula) -> type_floats:
    """Return R; every argument may be one value or one a candidate."""
    fusion, reference = formula.fusion, formula.reference
    raw: type_floats = fusion["text"] * fusion["text_scale"] * text
    raw = raw + fusion["vector"] * (cosine - reference["vector_mean"]) / reference["vector_sd"]
    return raw + fusion["topic"] * (topic - reference["topic_mean"]) / reference["topic_sd"]


def _calibrate(raw: type_floats, formula: Formula) -> type_floats:
    return sigmoid((raw - formula.fusion["midpoint"]) / formula.fusion["width"])


def _with_feedback(
    pool: CandidatePool, views: QueryViews, order: npt.NDArray[np.intp], formula: Formula
) -> npt.NDArray[np.float32]:
    """Move the query vector towards the mean of the best few (pseudo-relevance feedback, Rocchio)."""
    best = pool.vectors[order[: int(formula.fusion["feedback_count"])]]
    weight = formula.fusion["feedback_weight"]
    moved = (1 - weight) * views.vector + weight * unit_rows(best.mean(axis=0, keepdims=True))[0]
    return np.asarray(unit_rows(moved[None, :])[0], dtype=np.float32)


def _best_first(values: type_floats, ids: npt.NDArray[np.str_]) -> npt.NDArray[np.intp]:
    """Return row numbers by falling value, equal values by id; rounded so that engines' float noise decides nothing."""
    return np.lexsort((ids, -np.round(values, 9)))


def rate_alone(
    vector: npt.NDArray[np.float32], mixture: npt.NDArray[np.float32], views: QueryViews, formula: Formula
) -> float:
    """Return the relevance of one influencer without a pool, from meaning and topics only (for "briefs that fit you")."""
    cosine = np.asarray([vector @ views.vector], dtype=np.float64)
    topic = topic_overlap(mixture[None, :], views.topics)
    return float(_calibrate(_fuse(np.zeros(1), cosine, topic, formula), formula)[0])
