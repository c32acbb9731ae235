"""Lends every candidate some of the value of those who write alike: near texts are relevant to the same briefs.

R'_i = (1 - g) R_i + g * sum_j s_ij R_j / sum_j s_ij over the k nearest j, s the cosine. Score regularisation after Diaz,
"Regularizing ad hoc retrieval scores" (CIKM 2005). A profile that says little in words of its own is found by its company.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

STEPS = 1_000_000
"""Cosines are compared in steps of a millionth, so that engines' float noise decides nothing."""


def lend_from_neighbours(
    raw: Floats,
    vectors: npt.NDArray[np.float32],
    order: npt.NDArray[np.intp],
    *,
    weight: float,
    count: int,
    among: int,
) -> Floats:
    """Return the values of all with those of the first `among` of `order` drawn to their `count` nearest of these.

    Nobody of the first falls below the lowest of them, so that the rest stays behind. Somebody unlike all others
    (no positive cosine) keeps the value.
    """
    best = order[:among]
    if weight <= 0 or len(best) < 2:
        return raw
    alike = (vectors[best] @ vectors[best].T).astype(np.float64)
    np.fill_diagonal(alike, -1.0)
    near = _nearest(alike, count)
    shares = np.maximum(np.take_along_axis(alike, near, axis=1), 0.0)
    total = shares.sum(axis=1)
    own = raw[best]
    lent = np.where(total > 0, (shares * own[near]).sum(axis=1) / np.maximum(total, 1e-12), own)
    drawn = raw.copy()
    drawn[best] = np.maximum((1 - weight) * own + weight * lent, own.min())
    return drawn


def _nearest(alike: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the columns of the `count` highest values of each row, highest first, equal ones (to 1e-6) by their place."""
    size = alike.shape[1]
    places = np.arange(size)
    keys = places - np.rint(alike * STEPS).astype(np.int64) * size  # unique: what is picked depends on no tie
    first = np.partition(keys, min(count, size) - 1, axis=1)[:, :count] if count else keys[:, :0]
    nearest: npt.NDArray[np.intp] = np.sort(first, axis=1) % size
    return nearest
