"""How often something long says how far it is."""

from collections.abc import Callable
from time import monotonic

BETWEEN = 0.5
"""Seconds from one line to the next: fewer lines say nothing more to somebody who reads them."""


def pace(clock: Callable[[], float] = monotonic) -> Callable[[int, int], bool]:
    """Return what tells of (done, all) whether to say it: the beginning, the end, and between them every half second."""
    said_at: float | None = None

    def is_due(done: int, whole: int) -> bool:
        nonlocal said_at
        at = clock()
        if 0 < done < whole and said_at is not None and at - said_at < BETWEEN:
            return False
        said_at = at
        return True

    return is_due
