"""What one commit found for one brief: who passes its filters, and the ids of rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.adapters.vectors import type_rows
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


@dataclass(frozen=True, slots=True)
class Passing:
    """Who passes the filters of a brief: as a mask, and as rows in rising order; and whom each reason refused first."""

    criteria: SearchCriteria
    mask: npt.NDArray[np.bool_]
    rows: type_rows
    refusals: dict[str, int]
