"""Leaving some members of a basket out and growing it again, for many choices of whom to leave out at once.

Every choice is one row of the arrays; a step adds to every row the candidate that is best for it, so that a hundred
small searches cost a few products of matrices. Ruin and recreate (Schrimpf et al., 2000) without chance.
"""

from collections.abc import Sequence
from itertools import chain, combinations

import numpy as np
import numpy.typing as npt

from matching.basket.problem import Flags, Floats, Problem

EXPONENTS = (1.0, 0.5, 0.0)
BETWEEN = (0.5,)
"""The one that finds as good sets as all three where many are left out in turn, for a third of the work."""
WEAKEST = 8
"""Pairs are left out among so many members: those who cost most for what they add."""


class Refills:
    """Sets under construction, b of them: one row each in every array."""

    def __init__(
        self,
        problem: Problem,
        rows: Sequence[int],
        removed: Sequence[tuple[int, ...]],
        exponents: Sequence[float] = EXPONENTS,
    ) -> None:
        self.problem = problem
        costs = np.maximum(problem.costs, 1).astype(np.float64)
        self.shares = (costs ** -np.array(exponents)[:, None]).astype(np.float32)
        self.weights = problem.weights.astype(np.float32)
        self.reach = np.ascontiguousarray(problem.reach.T, np.float32)
        self.exponent = np.tile(np.arange(len(exponents)), len(removed))
        chosen, times = list(rows), len(exponents)
        stays = np.ones((len(removed), problem.size), dtype=bool)
        places = np.repeat(np.arange(len(removed)), [len(out) for out in removed])
        stays[places, np.fromiter(chain.from_iterable(removed), np.intp, len(places))] = False
        member = stays[:, chosen].astype(np.float64)  # whole numbers: exact, and BLAS adds floats faster
        codes = problem.topic_codes[chosen]
        topics = np.arange(int(problem.topic_codes.max(initial=-1)) + 1)
        sums = {
            "left": np.exp(member @ np.log1p(-problem.reach[chosen])),
            "spent": (member @ problem.costs[chosen].astype(np.float64)).astype(np.int64),
            "count": member.sum(axis=1).astype(np.int64),
            "topics": (member @ (codes[:, None] == topics).astype(np.float64)).astype(np.int64),
            "newcomers": (member @ problem.is_newcomer[chosen].astype(np.float64)).astype(np.int64),
            "floor": member @ problem.floor[chosen],
        }
        every = sums if times == 1 else {name: np.repeat(own, times, axis=0) for name, own in sums.items()}
        self.left: Floats = every["left"]
        self.spent, self.count, self.topics = every["spent"], every["count"], every["topics"]
        self.newcomers, self.floor = every["newcomers"], every["floor"]
        self.is_open = stays if times == 1 else np.repeat(stays, times, axis=0)
        self.is_in = np.zeros_like(self.is_open)
        self.is_in[:, chosen] = self.is_open[:, chosen]
        self.is_open[:, chosen] = False

    def sets(self) -> list[list[int]]:
        """Return the rows of every set in ascending order."""
        return [np.flatnonzero(members).tolist() for members in self.is_in]

    def values(self) -> Floats:
        """Return F of every set, shape (b)."""
        reached: Floats = (1.0 - self.left) @ self.problem.weights
        return reached

    def grow(self) -> None:
        """Add to every set until nobody fits or adds anything; a newcomer who is owed joins even so.

        Who is next is picked in single precision, sums are exact.
        """
        active = np.arange(len(self.count))
        while len(active):
            worth = (self.left[active].astype(np.float32) * self.weights) @ self.reach
            worth *= self.shares[self.exponent[active]]
            np.copyto(worth, np.float32(-1.0), where=~self._allowed(active))
            best = worth.argmax(axis=1)
            gain = worth[np.arange(len(active)), best]
            owed = self.newcomers[active] < self.problem.limits.newcomers_least
            moves = (gain > 0) | (owed & (gain >= 0))
            active, best = active[moves], best[moves]
            self._add(active, best)

    def is_kept(self) -> Flags:
        """Return which sets keep the floors; the other limits are kept by construction."""
        kept: Flags = self.newcomers >= self.problem.limits.newcomers_least
        return kept & (self.floor >= 0) if self.problem.has_floor else kept

    def _allowed(self, active: npt.NDArray[np.intp]) -> Flags:
        problem, limits = self.problem, self.problem.limits
        allowed: Flags = self.is_open[active]
        allowed &= problem.costs <= (limits.budget_minor - self.spent[active])[:, None]
        allowed &= (self.count[active] < limits.count_most)[:, None]
        allowed &= (self.topics[active] < problem.topic_most).take(problem.topic_codes, axis=1)
        if limits.newcomers_least:
            owed = limits.newcomers_least - self.newcomers[active] > 0
            allowed &= ~owed[:, None] | problem.is_newcomer
        if problem.has_floor:
            allowed &= (problem.floor >= 0) | (self.floor[active][:, None] + problem.floor >= 0)
        return allowed

    def _add(self, active: npt.NDArray[np.intp], best: npt.NDArray[np.intp]) -> None:
        problem = self.problem
        self.is_in[active, best] = True
        self.is_open[active, best] = False
        self.left[active] *= 1.0 - problem.reach[best]
        self.spent[active] += problem.costs[best]
        self.count[active] += 1
        self.topics[active, problem.topic_codes[best]] += 1
        if problem.limits.newcomers_least:
            self.newcomers[active] += problem.is_newcomer[best]
        if problem.has_floor:
            self.floor[active] += problem.floor[best]


def refill(problem: Problem, rows: Sequence[int]) -> list[int]:
    """Return the best set found by leaving out nobody, one or two members and growing again."""
    return best_refill(problem, rows, _leaving(problem, rows), BETWEEN) or list(rows)


def best_refill(
    problem: Problem,
    rows: Sequence[int],
    removed: Sequence[tuple[int, ...]],
    exponents: Sequence[float] = EXPONENTS,
) -> list[int] | None:
    """Return the best set that keeps the floors after growing again without each of `removed`; ties by order."""
    if not problem.size:
        return None
    refills = Refills(problem, rows, removed, exponents)
    refills.grow()
    kept = refills.is_kept()
    if not kept.any():
        return None
    values = np.where(kept, refills.values(), -1.0)
    return [int(row) for row in np.flatnonzero(refills.is_in[int(values.argmax())])]


def _leaving(problem: Problem, rows: Sequence[int]) -> list[tuple[int, ...]]:
    free = [row for row in rows if row not in problem.locked]
    weights = problem.weights * np.prod(1.0 - problem.reach[list(rows)], axis=0)
    lost = (problem.reach[free] / (1.0 - problem.reach[free])) @ weights
    order = np.argsort(lost / np.maximum(problem.costs[free], 1), kind="stable")
    weakest = sorted(free[place] for place in order[:WEAKEST])
    return [(), *((row,) for row in free), *combinations(weakest, 2)]
