"""What one commit found for one brief: who passes its filters, and the ids of rows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.adapters.vectors import Rows
from matching.adapters.verdict_memory import Bits, Mask, count_bits, unpack_bits
from matching.criteria import SearchCriteria
from matching.pools import Places


@dataclass(frozen=True, slots=True)
class RowIds:
    """The ids of some rows; implements `matching.pools.PoolIds`."""

    name: Callable[[Rows], list[str]]
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, places: Places) -> list[str]:
        return self.name(self.rows[places])


@dataclass(frozen=True)
class Passing:
    """Who passes the filters of a brief, of `size` rows, and how many each reason refused first (zeros left out)."""

    criteria: SearchCriteria
    bits: Bits
    size: int
    refusals: dict[str, int]

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return count_bits(self.bits)

    @cached_property
    def mask(self) -> Mask:
        return unpack_bits(self.bits, self.size)

    @cached_property
    def rows(self) -> Rows:
        """The rows in rising order."""
        return np.flatnonzero(self.mask)
