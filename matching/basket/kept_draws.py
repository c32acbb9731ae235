"""The joint draws of a basket as they were when it was invited, so that any part of it has its own band later.

Members share the shocks of a future (platform, week), so a part's band comes from summing its members in each future; summing
their bands would overstate how sure it is. Rounded to whole counts, which is far below the width of any band.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from matching.basket.pool import Pool, draw_chosen
from matching.forecasting.bands import Band, bands_of
from matching.forecasting.model import ForecastModel


@dataclass(frozen=True, slots=True)
class KeptDraws:
    """Views and engagements of each member (rows, in the order of `ids`) in each drawn future (columns)."""

    ids: tuple[str, ...]
    views: tuple[tuple[int, ...], ...]
    engagements: tuple[tuple[int, ...], ...]

    def views_of(self, ids: Collection[str]) -> Band | None:
        """Return the band of the views of these members together; None for nobody."""
        return self._band(self.views, ids)

    def engagements_of(self, ids: Collection[str]) -> Band | None:
        """Return the band of the engagements of these members together; None for nobody."""
        return self._band(self.engagements, ids)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "ids": list(self.ids),
            "views": [list(row) for row in self.views],
            "engagements": [list(row) for row in self.engagements],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave."""
        return cls(
            tuple(stored["ids"]),
            tuple(tuple(row) for row in stored["views"]),
            tuple(tuple(row) for row in stored["engagements"]),
        )

    def _band(self, rows: tuple[tuple[int, ...], ...], ids: Collection[str]) -> Band | None:
        chosen = [row for one, row in zip(self.ids, rows, strict=True) if one in ids]
        if not chosen:
            return None
        return bands_of(np.array(chosen, dtype=np.float64).sum(axis=0).reshape(1, -1))[0]


def keep_draws(pool: Pool, ids: Collection[str], model: ForecastModel) -> KeptDraws:
    """Draw these members jointly, as the figures of their basket were; the pool's seed makes both the same."""
    chosen, drawn = draw_chosen(pool, list(ids), model)
    views, engagements = (
        tuple(tuple(row) for row in np.rint(values).astype(int).tolist())
        for values in (drawn.views, drawn.engagements)
    )
    return KeptDraws(tuple(offer.influencer_id for offer in chosen), views, engagements)
