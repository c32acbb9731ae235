"""What a basket is chosen from and under which limits: plain arrays, checked once, in an order that is always the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

REACH_MOST = 0.999
"""No post reaches everybody of a segment for certain; it also keeps ln(1 - reach) finite."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Influencers with an offer each, n of them.

    `costs_minor` (n) is what the brand pays for each, whole, in minor units of one currency. `reach` (n, segments)
    is the probability that somebody of the segment is reached, times relevance and credibility of the influencer:
    `q_i * p_is`, in [0, 1]. `gross` (n, segments) is the expected number of people reached, without the factor q.
    `topics` (n) names what each stands for (the per-topic cap counts it).
    """

    ids: tuple[str, ...]
    costs_minor: npt.NDArray[np.int64]
    reach: Floats
    gross: Floats
    topics: tuple[str, ...]
    is_newcomer: Flags

    def __post_init__(self) -> None:
        n = len(self.ids)
        shapes = {
            len(self.costs_minor),
            len(self.reach),
            len(self.gross),
            len(self.topics),
            len(self.is_newcomer),
        }
        if shapes != {n} or len(set(self.ids)) != n or self.reach.shape != self.gross.shape:
            raise ValueError("Every candidate needs one id of its own and one row in every array.")
        if n and (self.costs_minor.min() < 0 or self.reach.min() < 0 or self.gross.min() < 0):
            raise ValueError("Costs and reach cannot be negative.")


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Parts of the audience, every array of shape (segments).

    `people` counts them, `fit` (0 to 1) says how much they matter to the brief, `in_floor` whether they speak the
    language of the floor.
    """

    people: Floats
    fit: Floats
    in_floor: Flags


@dataclass(frozen=True, slots=True)
class Limits:
    """What a brand allows.

    `floor_share` is the least share (0 to 1) of all people reached, each influencer's counted for itself, that must
    belong to the floor's segments. `newcomers_least` counts influencers with few bookings.
    """

    budget_minor: int
    count_most: int
    per_topic_most: int | None = None
    floor_share: float = 0.0
    newcomers_least: int = 0
    included: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Candidates sorted by id, so that the order they came in changes nothing, with what every step needs of them.

    `weights` (segments) is people times fit, `floor` (n) what each adds to the people of the floor above the asked
    share (negative: below), `topic_codes` (n) whole numbers, `locked` the rows that must be in.
    """

    ids: tuple[str, ...]
    costs: npt.NDArray[np.int64]
    reach: Floats
    weights: Floats
    floor: Floats
    topic_codes: npt.NDArray[np.int64]
    is_newcomer: Flags
    locked: tuple[int, ...]
    limits: Limits
    missing: frozenset[str] = field(default_factory=frozenset)

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def has_floor(self) -> bool:
        return self.limits.floor_share > 0

    @property
    def topic_most(self) -> int:
        most = self.limits.per_topic_most
        return self.size if most is None else most

    def rows_of(self, ids: Sequence[str]) -> list[int]:
        """Return the rows of these ids in ascending order; ids that do not stand for choice are left out."""
        places = {name: row for row, name in enumerate(self.ids)}
        return sorted(places[name] for name in ids if name in places)


def pose(candidates: Candidates, segments: Segments, limits: Limits) -> Problem:
    """Return the problem over the candidates that are neither excluded nor dearer than the whole budget.

    Influencers who must be in are kept whatever they cost; `missing` names those who are not among the candidates.
    """
    order = sorted(range(len(candidates.ids)), key=candidates.ids.__getitem__)
    kept = [
        row
        for row in order
        if candidates.ids[row] not in limits.excluded
        and (
            candidates.ids[row] in limits.included or int(candidates.costs_minor[row]) <= limits.budget_minor
        )
    ]
    ids = tuple(candidates.ids[row] for row in kept)
    names = sorted({candidates.topics[row] for row in kept})
    codes = {name: code for code, name in enumerate(names)}
    share = np.where(segments.in_floor, 1.0, 0.0) - limits.floor_share
    return Problem(
        ids=ids,
        costs=candidates.costs_minor[kept].astype(np.int64),
        reach=np.minimum(candidates.reach[kept].astype(np.float64), REACH_MOST),
        weights=(segments.people * segments.fit).astype(np.float64),
        floor=candidates.gross[kept] @ share,
        topic_codes=np.array([codes[candidates.topics[row]] for row in kept], dtype=np.int64),
        is_newcomer=candidates.is_newcomer[kept],
        locked=tuple(place for place, name in enumerate(ids) if name in limits.included),
        limits=limits,
        missing=frozenset(limits.included.difference(ids)),
    )
