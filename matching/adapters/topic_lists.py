"""Topic mixtures in few bytes: the topics that stand out, and whether each of the others is one of the larger or the smaller.

A text is about some topics of several hundred; what softmax gives the rest is small, and nearly the same. Sixteen shares and a
bit for each of the others take 91 bytes of 292 topics, and change the Bhattacharyya coefficient of a profile and a brief by 6 % of its
spread over profiles (rounding all of them to a byte: by less than 1 %; leaving the bits out: by 14 %).
"""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matching.adapters.vectors import Floats, Rows, best_rows

LISTED = 16
STEPS = 255
_AT_ONCE = 4_096
_RESTORED_AT_ONCE = 256
_ROUNDS = 4
MEAN, LOW, HIGH = range(3)
_RESTS = 3
Mask = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]


def topic_shapes(topics: int) -> dict[str, tuple[str, int]]:
    """Return type and number of values a row of every part, for mixtures over so many topics."""
    listed = min(LISTED, topics)
    return {
        "places": ("<u2", listed),
        "roots": ("|u1", listed),
        "rest": ("<f2", _RESTS),
        "large": ("|u1", -(-topics // 8)),
    }


@dataclass(frozen=True)
class TopicLists:
    """Mixtures over `count` topics, row by row; everything in roots of shares, which is what the coefficient multiplies.

    `places` and `roots`, shape (rows, listed), name the heaviest topics, heaviest first, and round(255 * root). `rest`, shape
    (rows, 3), is the mean root of the topics not listed, that of the smaller ones and that of the larger ones; `large` has
    a bit for every topic.
    """

    places: npt.NDArray[np.uint16]
    roots: npt.NDArray[np.uint8]
    rest: npt.NDArray[np.float16]
    large: npt.NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, mixtures: Floats) -> Self:
        """Take mixtures, shape (rows, topics); ties by topic."""
        roots = np.sqrt(np.clip(mixtures, 0, 1)).astype(np.float32)
        steps = np.rint(roots * STEPS).astype(np.uint8)
        count = roots.shape[1]
        places = np.argsort(-steps.astype(np.int16), axis=1, kind="stable")[:, :LISTED].astype(np.uint16)
        is_rest = np.ones(roots.shape, np.bool_)
        np.put_along_axis(is_rest, places.astype(np.int64), values=False, axis=1)
        rest, is_large = _divide(roots, is_rest)
        listed = np.take_along_axis(steps, places.astype(np.int64), axis=1)
        return cls(places, listed, rest, np.packbits(is_large, axis=1), count)

    @classmethod
    def read(cls, parts: dict[str, npt.NDArray[Any]], count: int) -> Self:
        """Take what `parts` gave; flat arrays are brought into shape."""
        rows = parts["rest"].size // _RESTS
        shaped = {name: parts[name].reshape(rows, width) for name, (_, width) in topic_shapes(count).items()}
        return cls(**shaped, count=count)

    def parts(self) -> dict[str, npt.NDArray[Any]]:
        """Return what is stored, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "count"}

    def restore(self, rows: Rows) -> Floats:
        """Return the mixtures of some rows, shape (len(rows), count); their sum differs from 1 by the rounding."""
        mixtures = np.empty((len(rows), self.count), np.float32)
        for start in range(0, len(rows), _RESTORED_AT_ONCE):
            chosen = rows[start : start + _RESTORED_AT_ONCE]
            self._restore_into(mixtures[start : start + len(chosen)], chosen)
        return mixtures

    def _restore_into(self, mixtures: Floats, rows: Rows) -> None:
        low_high = np.square(self.rest.take(rows, axis=0)[:, LOW:].astype(np.float32)).ravel()
        is_large = np.unpackbits(self.large.take(rows, axis=0), axis=1, count=self.count)
        owners = np.arange(len(rows))[:, None]
        low_high.take(is_large + 2 * owners, out=mixtures, mode="clip")
        mixtures[owners, self.places.take(rows, axis=0)] = _SHARES.take(self.roots.take(rows, axis=0))

    def chosen(self, rows: Rows) -> "ChosenTopics":
        """Return the mixtures of some rows as the roots that are stored, for several questions."""
        low, high = np.sqrt(np.square(self.rest.take(rows, axis=0)[:, LOW:].astype(np.float32))).T
        roots = _ROOTS_AGAIN.take(self.roots.take(rows, axis=0))
        return ChosenTopics(
            lists=self,
            rows=rows,
            low=low.astype(np.float64),
            between=high.astype(np.float64) - low,
            places=self.places.take(rows, axis=0).astype(np.intp),
            lifted=roots.astype(np.float64) - low[:, None],
            large=self.large.take(rows, axis=0) + _BYTE_VALUES * np.arange(self.large.shape[1]),
        )

    @cached_property
    def heaviest(self) -> npt.NDArray[np.uint16]:
        """The heaviest topic of every row."""
        return np.ascontiguousarray(self.places[:, 0])

    def nearest(self, rows: Rows, mixture: Floats, limit: int) -> Rows:
        """Return the `limit` rows that are nearest to a mixture by sum(sqrt(p * q)), in no order."""
        if len(rows) <= limit:
            return rows
        return best_rows(rows, self.nearness(rows, mixture), limit)

    def nearness(self, rows: Rows, mixture: Floats) -> Floats:
        """Return sum(sqrt(p * q)) of some rows with one mixture, where all topics not listed have their mean root."""
        question = np.sqrt(np.clip(mixture, 0, None)).astype(np.float32)
        of_all = question.sum()
        found = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            chosen = rows[start : start + _AT_ONCE]
            rest = self.rest[chosen, MEAN].astype(np.float32)
            lifted = self.roots.take(chosen, axis=0).astype(np.float32)
            lifted /= STEPS  # as _ROOTS, and dividing is faster than looking up
            lifted -= rest[:, None]
            asked = question.take(self.places.take(chosen, axis=0))
            found[start : start + len(chosen)] = np.einsum("ij,ij->i", asked, lifted) + rest * of_all
        return found


@dataclass(frozen=True, slots=True)
class ChosenTopics:
    """Some rows of `lists`; implements `matching.pools.PoolTopics` without writing out every topic of every row.

    Roots: `low` of the smaller topics, `between` what the larger ones have more, `lifted` what the listed ones at `places`
    have more. `large` are the bytes of bits, each as its place in a table of 256 values a byte.
    """

    lists: TopicLists
    rows: Rows
    low: Doubles
    between: Doubles
    places: npt.NDArray[np.intp]
    lifted: Doubles
    large: npt.NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), self.lists.count

    def at(self, places: npt.NDArray[np.intp]) -> Floats:
        return self.lists.restore(self.rows[places])

    def overlap(self, wanted: Floats) -> Doubles:
        roots = np.sqrt(wanted).astype(np.float64)
        by_bits = np.zeros((self.large.shape[1], 8))
        by_bits.ravel()[: len(roots)] = roots
        of_large = (by_bits @ _BITS_OF_BYTES).take(self.large).sum(axis=1)
        listed = np.einsum("ij,ij->i", roots.take(self.places), self.lifted)
        overlap: Doubles = listed + self.low * roots.sum() + self.between * of_large
        return overlap


def _divide(roots: Floats, is_rest: Mask) -> tuple[npt.NDArray[np.float16], Mask]:
    """Divide the topics not listed into smaller and larger ones (k-means with two means, row by row)."""
    mean = _means(roots, is_rest)
    limit = mean
    for _ in range(_ROUNDS):
        is_large = is_rest & (roots > limit[:, None])
        low, high = _means(roots, is_rest & ~is_large), _means(roots, is_large)
        limit = (low + high) * np.float32(0.5)
    return np.stack([mean, low, high], axis=1).astype(np.float16), is_large


def _means(roots: Floats, chosen: Mask) -> Floats:
    """Return the mean of the chosen values of each row, 0 where none is."""
    sums = np.where(chosen, roots, np.float32(0)).sum(axis=1, dtype=np.float64)
    means: Floats = (sums / np.maximum(chosen.sum(axis=1), 1)).astype(np.float32)
    return means


_ROOTS: Floats = np.arange(STEPS + 1, dtype=np.float32) / np.float32(STEPS)
_SHARES: Floats = np.square(_ROOTS)
_ROOTS_AGAIN: Floats = np.sqrt(_SHARES)
"""What every stored value stands for."""
_BYTE_VALUES = 256
_BITS_OF_BYTES = np.unpackbits(np.arange(_BYTE_VALUES, dtype=np.uint8)[None, :], axis=0).astype(np.float64)
"""Shape (8, 256): which bits are set in each value of a byte, the first bit first."""
