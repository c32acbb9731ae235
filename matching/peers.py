"""Places among peers: who is compared with whom, and what may be said of a small group.

A group is made as narrow as it can be with enough members: platform, band of followers, country and topic; then without
the country, without the platform, without the band. Under the least number nothing is said at all.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

PEERS_LEAST = 10
LEVELS: tuple[tuple[str, ...], ...] = (
    ("platform", "band", "country"),
    ("platform", "band"),
    ("band",),
    (),
)
"""What the members of a group share beside the topic, narrowest first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One influencer on one topic: the cell they belong to (None: not known) and the value compared."""

    id: str
    platform: str | None
    band: int | None
    country: str | None
    value: float


@dataclass(frozen=True, slots=True)
class Place:
    """The tenth of the peers one belongs to (1 is the best), out of how many, and what they share."""

    decile: int
    peers: int
    shared: tuple[str, ...]


def decile(value: float, ordered: Sequence[float]) -> int:
    """Return the tenth that `value` belongs to among `ordered` values (rising, its own included); ties take the better."""
    above = len(ordered) - bisect_left(ordered, value) - ordered.count(value)
    return min(10, math.floor(10 * above / len(ordered)) + 1)


def place_among_peers(entries: Iterable[Entry], *, least: int = PEERS_LEAST) -> dict[str, Place]:
    """Place every entry of one topic in its narrowest group of at least `least`; those without one are left out."""
    rows = list(entries)
    groups: list[Mapping[tuple[object, ...], list[float]]] = []
    for level in LEVELS:
        grouped: dict[tuple[object, ...], list[float]] = {}
        for row in rows:
            grouped.setdefault(_key(row, level), []).append(row.value)
        groups.append({key: sorted(values) for key, values in grouped.items()})
    placed = {}
    for row in rows:
        for level, known in zip(LEVELS, groups, strict=True):
            values = known[_key(row, level)]
            if len(values) >= least and None not in _key(row, level):
                placed[row.id] = Place(decile(row.value, values), len(values), level)
                break
    return placed


def _key(row: Entry, level: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in level)
