"""Groups of near vectors, so that a question that nearly everybody passes looks at the nearest groups instead of all rows.

An inverted file (Sivic and Zisserman, 2003): spherical k-means on a sample, every row in its nearest group, a search looks
at the groups nearest to the question. Rows that came after the grouping are always looked at. Topics are grouped by the heaviest
one. Few passing rows are scanned exactly (`matching.adapters.vectors`): below EXACT_MOST nothing is approximate.
"""

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_layout import read_file
from matching.adapters.vectors import Rows, best_rows

ARTIFACT = "cells"
EXACT_MOST = 20_000
GROUPED_LEAST = 50_000
UNGROUPED_SHARE = 0.5
"""Grouped again when so many rows, as a share of the grouped ones, came since."""
CELLS = 512
PROBED_CELLS = 96
PROBED_UP_TO = 250_000
"""Rows up to which so many cells are looked at. Of more rows the best thousand are a smaller share, in fewer cells."""
PROBED_TOPICS = 16
_CELLS_LEAST, _TOPICS_LEAST = 1 / 3, 5 / 8
"""Shares of these that are looked at among very many rows."""
_SAMPLE = 30_000
_ROUNDS = 6
_AT_ONCE = 8_192
_HEAD = struct.Struct("<III")
"""Rows grouped, number of cells, dimensions."""

Codes = npt.NDArray[np.uint16]
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Cells:
    """The cell and the heaviest topic of the first rows of a generation; shared by all who read it."""

    centres: Matrix
    cell_of: Codes
    topic_of: Codes

    @cached_property
    def _by_cell(self) -> tuple[Rows, Rows]:
        return _lists(self.cell_of, len(self.centres))

    @cached_property
    def _by_topic(self) -> tuple[Rows, Rows]:
        return _lists(self.topic_of, int(self.topic_of.max(initial=0)) + 1)

    def near_vector(self, vector: npt.NDArray[np.float32], mask: npt.NDArray[np.bool_]) -> Rows:
        """Return the passing rows of the cells nearest to a vector, ascending, with all that came later."""
        nearest = best_rows(
            np.arange(len(self.centres)), self.centres @ vector, probed_cells(len(self.cell_of))
        )
        return _rows_of(self._by_cell, nearest, mask, len(self.cell_of))

    def near_topics(self, mixture: npt.NDArray[np.float32], mask: npt.NDArray[np.bool_]) -> Rows:
        """Return the passing rows whose heaviest topic is one of the question's heaviest, with all that came later."""
        heaviest = best_rows(np.arange(len(mixture)), mixture, probed_topics(len(self.topic_of)))
        known = heaviest[heaviest < len(self._by_topic[1]) - 1]
        return _rows_of(self._by_topic, known, mask, len(self.topic_of))

    def to_bytes(self) -> bytes:
        head = _HEAD.pack(len(self.cell_of), *self.centres.shape)
        return head + self.centres.astype("<f4").tobytes() + self.cell_of.tobytes() + self.topic_of.tobytes()


def probed_cells(rows: int) -> int:
    """Return how many cells a search looks at: 24 of 512 find the same best 50 of a million as all do (60 of 60 briefs)."""
    return int(PROBED_CELLS * min(max(PROBED_UP_TO / max(rows, 1), _CELLS_LEAST), 1.0))


def probed_topics(rows: int) -> int:
    """Return with how many topics a search looks: with 10 it finds the same best 50 of a million as with all, with 8 not."""
    return int(PROBED_TOPICS * min(max(PROBED_UP_TO / max(rows, 1), _TOPICS_LEAST), 1.0))


def read_cells(content: bytes) -> Cells:
    """Restore what `to_bytes` gave; its checksum was compared when the file was read."""
    rows, cells, dimensions = _HEAD.unpack_from(content)
    first = _HEAD.size + 4 * cells * dimensions
    return Cells(
        centres=np.frombuffer(content, "<f4", cells * dimensions, _HEAD.size).reshape(cells, dimensions),
        cell_of=np.frombuffer(content, "<u2", rows, first),
        topic_of=np.frombuffer(content, "<u2", rows, first + 2 * rows),
    )


@lru_cache(maxsize=2)
def cells_in(path: Path) -> Cells:
    """Read the cells of a file once a process: its name carries its checksum, so it never changes."""
    return read_cells(read_file(path))


def _lists(codes: Codes, count: int) -> tuple[Rows, Rows]:
    """Return all rows ordered by code, and where each code's rows begin (with the end of all)."""
    order = np.argsort(codes, kind="stable")
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(codes, minlength=count), out=starts[1:])
    return order, starts


def _rows_of(lists: tuple[Rows, Rows], codes: Rows, mask: npt.NDArray[np.bool_], grouped: int) -> Rows:
    order, starts = lists
    parts = [order[starts[code] : starts[code + 1]] for code in codes.tolist()]
    chosen = np.zeros(len(mask), np.bool_)
    chosen[np.concatenate([order[:0], *parts])] = True
    chosen[grouped:] = True
    chosen &= mask
    passing: Rows = np.flatnonzero(chosen)
    return passing


def wants_grouping(*, rows: int, grouped: int) -> bool:
    """Return whether a generation of so many rows should be grouped (again)."""
    return rows >= GROUPED_LEAST and rows - grouped > UNGROUPED_SHARE * grouped


def group_rows(values: npt.NDArray[np.int8], topic_of: Codes, *, cells: int = CELLS, seed: int = 0) -> Cells:
    """Group all rows. `values` are one-byte vectors, `topic_of` names the heaviest topic of each row."""
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(len(values), min(_SAMPLE, len(values)), replace=False))
    sample = _unit(values[chosen].astype(np.float32))
    centres: Matrix = sample[rng.choice(len(sample), min(cells, len(sample)), replace=False)].copy()
    for _ in range(_ROUNDS):
        nearest = _nearest(sample, centres)
        order = np.argsort(nearest, kind="stable")
        filled, starts = np.unique(nearest[order], return_index=True)
        centres[filled] = np.add.reduceat(sample[order], starts, axis=0).astype(np.float32)
        centres = _unit(centres)
    cell_of = np.empty(len(values), np.uint16)
    for start in range(0, len(values), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        cell_of[part] = _nearest(values[part].astype(np.float32), centres)
    return Cells(centres, cell_of, topic_of)


def _nearest(vectors: Matrix, centres: Matrix) -> npt.NDArray[np.intp]:
    result: npt.NDArray[np.intp] = (vectors @ centres.T).argmax(axis=1)
    return result


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Matrix = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
