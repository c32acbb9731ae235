"""Unit vectors and topic mixtures as one byte a value, scanned exactly over the rows that passed the filters.

Measured with 512 dimensions: 100,000 rows in 7 ms, 12,000 chosen rows in 1.7 ms (2,048 rows at a time turned to float32,
multiplied 512 at a time; integer products and other sizes were slower, and with larger products OpenBLAS starts threads
that cost three times the time on two busy cores). Where more pass, `matching.adapters.cells` says which rows to look at.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

type_floats = npt.NDArray[np.float32]
type_rows = npt.NDArray[np.int64]

VECTOR_STEPS = 127
TOPIC_STEPS = 255
_CHUNK = 2048
_PRODUCT = 512


def quantise_vectors(vectors: type_floats) -> tuple[npt.NDArray[np.int8], type_floats]:
    """Return (int8 values of the same shape, float32 scale per row) with vector ~ values * scale."""
    scale = np.abs(vectors).max(axis=1, initial=0.0).astype(np.float32) / np.float32(VECTOR_STEPS)
    divisor = np.where(scale > 0, scale, np.float32(1))
    return np.rint(vectors / divisor[:, None]).astype(np.int8), scale


def restore_vectors(values: npt.NDArray[np.int8], scale: type_floats) -> type_floats:
    """Return float32 vectors of shape values.shape."""
    return values.astype(np.float32) * scale[:, None]


def quantise_topics(mixtures: type_floats) -> npt.NDArray[np.uint8]:
    """Return round(255 * sqrt(p)): the root is what the Bhattacharyya coefficient multiplies."""
    roots = np.sqrt(np.clip(mixtures, 0, 1))
    result: npt.NDArray[np.uint8] = np.rint(roots * TOPIC_STEPS).astype(np.uint8)
    return result


def restore_topics(values: npt.NDArray[np.uint8]) -> type_floats:
    """Return float32 mixtures; their sum differs from 1 by the rounding."""
    result: type_floats = np.square(values.astype(np.float32) / np.float32(TOPIC_STEPS))
    return result


def dot_rows(values: npt.NDArray[np.generic], rows: type_rows, query: type_floats) -> type_floats:
    """Return values[row] . query for every row, in the order of `rows` (ascending rows are fastest)."""
    scores = np.empty(len(rows), np.float32)
    buffer = np.empty((min(_CHUNK, len(rows)), values.shape[1]), np.float32)
    is_everything = len(rows) == len(values)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        part = values[start : start + len(chunk)] if is_everything else values[chunk]
        buffer[: len(chunk)] = part
        for first in range(0, len(chunk), _PRODUCT):
            last = min(first + _PRODUCT, len(chunk))
            np.matmul(buffer[first:last], query, out=scores[start + first : start + last])
    return scores


def best_rows(rows: type_rows, scores: npt.NDArray[np.floating[Any]], limit: int) -> type_rows:
    """Return the `limit` rows with the highest scores, in no order."""
    if limit <= 0:
        return rows[:0]
    if len(rows) <= limit:
        return rows
    return rows[np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]]
