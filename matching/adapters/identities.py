"""Where influencers lie: rows by the hash of their id, sorted once a generation; rows that came later are sorted apart.

Rows never change, so what was sorted for one commit serves the next ones: a million rows take 0.1 s to sort, and every commit
would wait for it.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_columns import identity_of
from matching.adapters.tantivy_files import Array
from matching.adapters.vectors import Rows

_LATER_SHARE = 0.1
"""All are sorted anew when so many came later, as a share of the others: searching two lists costs more than one."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Hashes in rising order with their rows."""

    first: int
    last: int
    identities: Array
    rows: Rows


def _sort(column: Array, first: int, last: int) -> _Sorted:
    part = column[first:last]
    order = np.argsort(part, kind="stable")
    return _Sorted(first, last, part[order], order + first)


class IdentityIndex:
    """Belongs to one generation of one process; safe to share between threads and between commits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._most: _Sorted | None = None
        self._later: _Sorted | None = None

    def find(
        self,
        column: Array,
        alive: Mask,
        influencer_ids: Sequence[str],
        names_of: Callable[[Rows], list[str]],
    ) -> dict[str, int]:
        """Return the live rows of the ids that have one.

        `column` holds the hash of every row of a commit, `alive` whether it is; `names_of` tells the ids of rows, because
        two ids may share a hash.
        """
        wanted = np.array([identity_of(key) for key in influencer_ids], np.uint64)
        found: dict[str, int] = {}
        for part in self._parts(column):
            starts = np.searchsorted(part.identities, wanted, side="left")
            sizes = np.searchsorted(part.identities, wanted, side="right") - starts
            owners = np.repeat(np.arange(len(wanted)), sizes)
            first = np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
            rows = part.rows[first + np.arange(len(owners))]
            there = rows < len(column)
            there[there] = alive[rows[there]]
            rows, owners = rows[there], owners[there]
            names = zip(names_of(rows), owners.tolist(), rows.tolist(), strict=True)
            found |= {name: row for name, owner, row in names if name == influencer_ids[owner]}
        return found

    def _parts(self, column: Array) -> tuple[_Sorted, ...]:
        """Return all rows of the column in one sorted list or two; they may hold later rows, too."""
        rows = len(column)
        with self._lock:
            most, later = self._most, self._later
            if most is None or rows - most.last > _LATER_SHARE * most.last:
                most, later = _sort(column, 0, rows), None
            elif rows > most.last and (later is None or later.last < rows):
                later = _sort(column, most.last, rows)
            self._most, self._later = most, later
            return (most,) if later is None else (later, most)
