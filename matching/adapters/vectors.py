"""Unit vectors as one byte a value, compared over the rows that passed the filters.

A first look multiplies whole numbers (the question as one byte a value, too), then the best and a quarter more are compared
exactly: the same rows as an exact look at all, for a fifth of its time (docs/performance.md). Where more pass,
`matching.adapters.cells` says which rows to look at.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import simsimd

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

VECTOR_STEPS = 127
_AT_ONCE = 1_024
"""So many rows of 512 bytes stay in the nearer cache between being gathered and being multiplied."""
_RESTORED_AT_ONCE = 256
_MORE = 4
"""A quarter more than wanted is compared exactly."""
_DENSE = 2
"""Where more than half of the rows are asked for, all are multiplied: that is faster than gathering them."""

Bytes = npt.NDArray[np.int8]


def quantise_vectors(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return (int8 values of the same shape, float32 scale per row) with vector ~ values * scale."""
    scale = np.abs(vectors).max(axis=1, initial=0.0).astype(np.float32) / np.float32(VECTOR_STEPS)
    divisor = np.where(scale > 0, scale, np.float32(1))
    return np.rint(vectors / divisor[:, None]).astype(np.int8), scale


def restore_vectors(values: npt.NDArray[np.int8], scale: Floats) -> Floats:
    """Return float32 vectors of shape values.shape."""
    vectors = values.astype(np.float32)
    vectors *= scale[:, None]
    return vectors


def restore_rows(values: Bytes, scale: Floats, rows: Rows) -> Floats:
    """Return the vectors of some rows, a few at a time: what is gathered stays in the nearer cache until it is scaled."""
    found = np.empty((len(rows), values.shape[1]), np.float32)
    for start in range(0, len(rows), _RESTORED_AT_ONCE):
        part = rows[start : start + _RESTORED_AT_ONCE]
        own = found[start : start + len(part)]
        np.copyto(own, values.take(part, axis=0))
        own *= scale.take(part)[:, None]
    return found


def dot_rows(values: Bytes, rows: Rows, query: Floats) -> Floats:
    """Return values[row] . query for some rows, in the order of `rows`, in single precision."""
    products: Floats = values[rows].astype(np.float32) @ query
    return products


def nearest_rows(values: Bytes, rows: Rows, query: Floats, limit: int, scale: Floats | None = None) -> Rows:
    """Return the `limit` rows with the highest values[row] . query, times its scale where one is given; in no order.

    `rows` are ascending.
    """
    if len(rows) <= limit:
        return rows
    looks = products(values, rows, query)
    if scale is not None:
        looks *= scale[rows]
    close = np.sort(best_rows(rows, looks, limit + limit // _MORE))
    exact = dot_rows(values, close, query)
    return best_rows(close, exact if scale is None else exact * scale[close], limit)


def products(values: Bytes, rows: Rows, query: Floats) -> Floats:
    """Return the products with the query as one byte a value, in the order of `rows`, in steps of their own."""
    most = float(np.abs(query).max(initial=0.0)) or 1.0
    question = np.rint(query * (VECTOR_STEPS / most)).astype(np.int8)[None, :]
    found = np.empty(len(rows), np.float32)
    if len(rows) * _DENSE > len(values):
        return np.asarray(_multiply(question, values)[rows], np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        chosen = values.take(rows[start : start + _AT_ONCE], axis=0)
        found[start : start + _AT_ONCE] = _multiply(question, chosen)
    return found


def _multiply(question: Bytes, values: Bytes) -> npt.NDArray[np.float64]:
    """Return the exact products of whole numbers."""
    found: npt.NDArray[np.float64] = np.asarray(simsimd.cdist(question, values, metric="dot"))[0]
    return found


def best_rows(rows: Rows, scores: npt.NDArray[np.floating[Any]], limit: int) -> Rows:
    """Return the `limit` rows with the highest scores, in no order."""
    if limit <= 0:
        return rows[:0]
    if len(rows) <= limit:
        return rows
    return rows[np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]]
