"""Topic mixtures as the few topics that stand out and one share that each of the others has.

A text is about some topics of several hundred; what softmax gives the rest is the same small number nearly everywhere. Sixteen
topics of a mixture and one root for the others take 52 bytes instead of one a topic, and are compared as fast.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from matching.adapters.vectors import best_rows, type_floats, type_rows

LISTED = 16
STEPS = 255
_AT_ONCE = 4_096
type_places = npt.NDArray[np.uint16]
type_roots = npt.NDArray[np.uint8]


def listed_of(topics: int) -> int:
    """Return how many topics of a mixture are listed."""
    return min(LISTED, topics)


@dataclass(frozen=True)
class TopicLists:
    """Mixtures over `count` topics, row by row.

    `places` and `roots` have shape (rows, listed): which topics, heaviest first, and round(255 * sqrt(share)), because the
    root is what the Bhattacharyya coefficient multiplies. `rest`, shape (rows,), is the mean root of the topics not listed.
    """

    places: type_places
    roots: type_roots
    rest: type_floats
    count: int

    @classmethod
    def of(cls, mixtures: type_floats) -> Self:
        """List the heaviest topics of mixtures, shape (rows, topics); ties by topic."""
        roots = np.sqrt(np.clip(mixtures, 0, 1)).astype(np.float32)
        steps = np.rint(roots * STEPS).astype(np.uint8)
        count = roots.shape[1]
        order = np.argsort(-steps.astype(np.int16), axis=1, kind="stable")
        listed, others = order[:, : listed_of(count)], order[:, listed_of(count) :]
        rest = np.zeros(len(roots), np.float32)
        if others.shape[1]:
            rest = np.take_along_axis(roots, others, axis=1).mean(axis=1, dtype=np.float64).astype(np.float32)
        return cls(listed.astype(np.uint16), np.take_along_axis(steps, listed, axis=1), rest, count)

    def restore(self, rows: type_rows) -> type_floats:
        """Return the mixtures of some rows, shape (len(rows), count); their sum differs from 1 by the rounding."""
        mixtures = np.repeat(np.square(self.rest[rows])[:, None], self.count, axis=1)
        shares = _SHARES.take(self.roots[rows])
        np.put_along_axis(mixtures, self.places[rows].astype(np.int64), shares, axis=1)
        return mixtures

    @cached_property
    def heaviest(self) -> type_places:
        """The heaviest topic of every row."""
        return np.ascontiguousarray(self.places[:, 0])

    def nearest(self, rows: type_rows, mixture: type_floats, limit: int) -> type_rows:
        """Return the `limit` rows that are nearest to a mixture by sum(sqrt(p * q)), in no order."""
        if len(rows) <= limit:
            return rows
        return best_rows(rows, self.nearness(rows, mixture), limit)

    def nearness(self, rows: type_rows, mixture: type_floats) -> type_floats:
        """Return sum(sqrt(p * q)) of some rows with one mixture."""
        question = np.sqrt(np.clip(mixture, 0, None)).astype(np.float32)
        of_all = question.sum()
        found = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            chosen = rows[start : start + _AT_ONCE]
            rest = self.rest[chosen]
            lifted = _ROOTS.take(self.roots.take(chosen, axis=0))
            lifted -= rest[:, None]
            asked = question.take(self.places.take(chosen, axis=0))
            found[start : start + len(chosen)] = np.einsum("ij,ij->i", asked, lifted) + rest * of_all
        return found


_ROOTS: type_floats = np.arange(STEPS + 1, dtype=np.float32) / np.float32(STEPS)
_SHARES: type_floats = np.square(_ROOTS)
"""What every stored value stands for."""
