"""What scoring reads of candidates, as columns: numbers only, so that hundreds are scored without opening a document.

Engines give them through `SearchIndex.figures`; `matching.stored_figures` is the readable reference, from stored items.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.criteria import SearchCriteria

Doubles = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """Against what figures are counted: the criteria, the wanted topics, the words looked for (as indexed), the moment."""

    criteria: SearchCriteria
    wanted: frozenset[str]
    stems: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class CandidateFigures:
    """Row i of every column belongs to ids[i]. NaN stands for what is not known, "" for no currency.

    `rate_mean` is the mean ln(engagement rate) of all measured posts, `rate_mean_on` that of the `rates_on` measured ones on
    topic. `measured` posts stand behind `z` (spreads of the tier) and `variance`. `price_minor` (of `currency`) is that of the
    cheapest matching offer, 0 without one. `held` has shape (len(ids), number of stems).
    """

    ids: tuple[str, ...]
    followers: Doubles
    focus: Doubles
    posts: Counts
    posts_on_topic: Counts
    rate_mean: Doubles
    rate_mean_on: Doubles
    rates_on: Counts
    months_on: Counts
    months_seen: Counts
    endorsers: Doubles
    audience_country: Doubles
    audience_language: Doubles
    authenticity: Doubles
    z: Doubles
    variance: Doubles
    measured: Counts
    price_minor: Counts
    currency: tuple[str, ...]
    held: Mask


def join_figures(first: CandidateFigures, second: CandidateFigures) -> CandidateFigures:
    """Return the rows of both; they must answer one question."""
    joined: dict[str, Any] = {}
    for name in CandidateFigures.__slots__:
        one, other = getattr(first, name), getattr(second, name)
        joined[name] = (*one, *other) if isinstance(one, tuple) else np.concatenate([one, other])
    return CandidateFigures(**joined)
