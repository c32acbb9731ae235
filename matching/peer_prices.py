"""Where a price stands among peers: the same percentile for both sides, told only when there are peers enough."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

PEERS_LEAST = 8
"""Below this many peers no place is told: it would name somebody's price."""


@dataclass(frozen=True, slots=True)
class PeerPlace:
    """`place` counts from the cheapest (1) of `peers` that include the asked price itself; `low` to `high` is their middle half."""

    place: int
    peers: int
    percentile: int
    low_minor: int
    mid_minor: int
    high_minor: int


def place_among(price_minor: int, others_minor: Sequence[int]) -> PeerPlace | None:
    """Return the place of a price among others of its kind, or None when there are fewer than 8 of them.

    The percentile is the share that asks less, ties counted half (mid-rank), rounded.
    """
    if len(others_minor) < PEERS_LEAST:
        return None
    ordered = sorted(others_minor)
    below, upto = bisect_left(ordered, price_minor), bisect_right(ordered, price_minor)
    percent = (100 * (below + upto) + len(ordered)) // (2 * len(ordered))
    return PeerPlace(
        place=below + 1,
        peers=len(ordered) + 1,
        percentile=min(100, percent),
        low_minor=_quantile(ordered, 1),
        mid_minor=_quantile(ordered, 2),
        high_minor=_quantile(ordered, 3),
    )


def _quantile(ordered: Sequence[int], quarter: int) -> int:
    """Return a quartile of sorted amounts, the lower of two neighbours."""
    return ordered[(len(ordered) - 1) * quarter // 4]
