"""Relevance of a pool: weighted fusion of words, vectors and topics with feedback from the best, one code for all engines.

R = w_t * scale * bm25 / max + w_v * z(cos(q', e_i)) + w_b * z(BC(theta_b, theta_i)), q' = (1 - f) q + f * mean of the best
three; relevance = sigmoid((R - midpoint) / width). Weighted fusion, not ranks: Bruch et al., TOIS 2023.
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


def standard_scores(values: type_floats) -> type_floats:
    """Return (v - mean) / standard deviation, all 0 when the values do not differ."""
    spread = float(values.std())
    centred: type_floats = values - values.mean()
    return centred / spread if spread > 1e-9 else np.zeros_like(values)


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
    fusion = formula.fusion
    bm25 = np.asarray([c.text_score for c in pool.candidates], dtype=np.float64)
    text = bm25 / max(float(bm25.max(initial=0.0)), 1e-9)
    topic = topic_overlap(pool.topics, views.topics)
    cosine = (pool.vectors @ views.vector).astype(np.float64)
    fixed = fusion["text"] * fusion["text_scale"] * text + fusion["topic"] * standard_scores(topic)
    ids = np.asarray([c.influencer_id for c in pool.candidates], dtype=np.str_)
    first = _best_first(fixed + fusion["vector"] * standard_scores(cosine), ids)
    cosine = (pool.vectors @ _with_feedback(pool, views, first, formula)).astype(np.float64)
    raw = fixed + fusion["vector"] * standard_scores(cosine)
    return PoolRelevance(
        raw=raw,
        relevance=sigmoid((raw - fusion["midpoint"]) / fusion["width"]),
        text=text,
        cosine=cosine,
        topic=topic,
        order=_best_first(raw, ids),
    )


def _with_feedback(
    pool: CandidatePool, views: QueryViews, order: npt.NDArray[np.intp], formula: Formula
) -> npt.NDArray[np.float32]:
    """Move the query vector towards the mean of the best few (pseudo-relevance feedback, Rocchio)."""
    best = pool.vectors[order[: int(formula.fusion["feedback_count"])]]
    if not len(best):
        return views.vector
    weight = formula.fusion["feedback_weight"]
    moved = (1 - weight) * views.vector + weight * unit_rows(best.mean(axis=0, keepdims=True))[0]
    return np.asarray(unit_rows(moved[None, :])[0], dtype=np.float32)


def _best_first(values: type_floats, ids: npt.NDArray[np.str_]) -> npt.NDArray[np.intp]:
    """Return row numbers by falling value, equal values by id; rounded so that engines' float noise decides nothing."""
    return np.lexsort((ids, -np.round(values, 9)))


def rate_alone(
    vector: npt.NDArray[np.float32], mixture: npt.NDArray[np.float32], views: QueryViews, formula: Formula
) -> float:
    """Return relevance of one influencer without a pool, on the formula's reference scale (for "briefs that fit you")."""
    reference = formula.reference
    cosine = float(vector @ views.vector)
    topic = float(topic_overlap(mixture[None, :], views.topics)[0])
    raw = formula.fusion["vector"] * (cosine - reference["vector_mean"]) / reference["vector_sd"]
    raw += formula.fusion["topic"] * (topic - reference["topic_mean"]) / reference["topic_sd"]
    return float(sigmoid(np.asarray((raw - formula.fusion["midpoint"]) / formula.fusion["width"])))
