"""How evenly chances are spread: Gini's coefficient and the shares of groups. Watched, never forced."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


def gini(amounts: Sequence[float]) -> float:
    """Return Gini's coefficient of non-negative amounts: 0 all have the same, towards 1 one has everything."""
    ordered = np.sort(np.asarray(amounts, dtype=float))
    total = ordered.sum()
    if not total:
        return 0.0
    n = len(ordered)
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ ordered / (n * total))


@dataclass(frozen=True, slots=True)
class GroupShare:
    """One group's part: how many people, of all that was shown, of invitations and of bookings (0 to 1 each)."""

    group: str
    people: int
    shown: float
    invited: float
    booked: float


def group_shares(
    group_of: Mapping[str, str],
    shown: Mapping[str, int],
    invited: Mapping[str, int],
    booked: Mapping[str, int],
) -> list[GroupShare]:
    """Return every group's shares, the most shown first (ties by name). Ids without a group are left out."""
    people = _sums(group_of, dict.fromkeys(group_of, 1))
    sums = [_sums(group_of, counts) for counts in (shown, invited, booked)]
    totals = [sum(each.values()) or 1 for each in sums]
    rows = [
        GroupShare(
            name, people[name], *(each.get(name, 0) / total for each, total in zip(sums, totals, strict=True))
        )
        for name in people
    ]
    return sorted(rows, key=lambda row: (-row.shown, row.group))


def _sums(group_of: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for member, count in counts.items():
        if member in group_of:
            sums[group_of[member]] += count
    return dict(sums)
