"""Compares two streams of sums that are sorted by their key, holding one item of each at a time."""

from collections.abc import Iterable, Iterator

Key = tuple[str, str]
"""A subject (an account or a booking) and a currency."""

Sum = tuple[Key, int]


def differences(expected: Iterable[Sum], found: Iterable[Sum]) -> Iterator[tuple[Key, int, int]]:
    """Yield (key, expected, found) where the two differ; a key that one side lacks counts as zero there.

    Keys may repeat within a stream and are added up.
    """
    left, right = _added_up(expected), _added_up(found)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        key = min(each[0] for each in (one, other) if each is not None)
        want = have = 0
        if one is not None and one[0] == key:
            want, one = one[1], next(left, None)
        if other is not None and other[0] == key:
            have, other = other[1], next(right, None)
        if want != have:
            yield key, want, have


def _added_up(sums: Iterable[Sum]) -> Iterator[Sum]:
    current: Key | None = None
    amount = 0
    for key, part in sums:
        if key != current:
            if current is not None:
                yield current, amount
            current, amount = key, 0
        amount += part
    if current is not None:
        yield current, amount
