"""What one commit found for one brief: who passes its filters, and the ids of rows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.adapters.vectors import type_rows
from matching.adapters.verdict_memory import count_bits, type_bits, type_mask, unpack_bits
from matching.criteria import SearchCriteria
from matching.pools import type_places


@dataclass(frozen=True, slots=True)
class RowIds:
    """The ids of some rows; implements `matching.pools.PoolIds`."""

    name: Callable[[type_rows], list[str]]
    rows: type_rows

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, places: type_places) -> list[str]:
        return self.name(self.rows[places])


@dataclass(frozen=True)
class Passing:
    """Who passes the filters of a brief, of `size` rows, and how many each reason refused first (zeros left out)."""

    criteria: SearchCriteria
    bits: type_bits
    size: int
    refusals: dict[str, int]

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return count_bits(self.bits)

    @cached_property
    def mask(self) -> type_mask:
        return unpack_bits(self.bits, self.size)

    @cached_property
    def rows(self) -> type_rows:
        """The rows in rising order."""
        return np.flatnonzero(self.mask)
