"""Whether a set keeps the limits, and which candidates may still join or replace somebody."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.basket.problem import Flags, Floats, Problem

SLACK = 1e-9
"""Share of the people reached by which a floor may be missed by rounding alone."""


class Standing:
    """A set under construction with its running sums. Rows join and leave one at a time."""

    __slots__ = ("floor", "is_in", "left", "newcomers", "problem", "rows", "spent", "topics")

    def __init__(self, problem: Problem, rows: Sequence[int]) -> None:
        chosen = list(rows)
        self.problem = problem
        self.rows: list[int] = chosen
        self.is_in = np.zeros(problem.size, dtype=bool)
        self.is_in[chosen] = True
        self.left: Floats = np.prod(1.0 - problem.reach[chosen], axis=0)
        self.topics: npt.NDArray[np.int64] = np.bincount(
            problem.topic_codes[chosen], minlength=int(problem.topic_codes.max(initial=-1)) + 1
        )
        self.spent = int(problem.costs[chosen].sum())
        self.newcomers = int(problem.is_newcomer[chosen].sum())
        self.floor = float(problem.floor[chosen].sum())

    def add(self, row: int) -> None:
        problem = self.problem
        self.rows.append(row)
        self.is_in[row] = True
        self.left = self.left * (1.0 - problem.reach[row])
        self.topics[problem.topic_codes[row]] += 1
        self.spent += int(problem.costs[row])
        self.newcomers += int(problem.is_newcomer[row])
        self.floor += float(problem.floor[row])

    def joinable(self) -> Flags:
        """Return which candidates may join and leave the set within its limits, or nearer to its floor, shape (n)."""
        problem, limits = self.problem, self.problem.limits
        allowed = ~self.is_in
        if len(self.rows) >= limits.count_most:
            return np.zeros_like(allowed)
        allowed &= problem.costs <= limits.budget_minor - self.spent
        allowed &= self.topics[problem.topic_codes] < problem.topic_most
        if limits.newcomers_least - self.newcomers >= limits.count_most - len(self.rows):
            allowed &= problem.is_newcomer
        if problem.has_floor:
            allowed &= (problem.floor >= 0) | (self.floor + problem.floor >= 0)
        return allowed

    def is_kept(self) -> bool:
        """Return whether the set keeps every limit."""
        return not broken_limits(self.problem, self.rows)


def broken_limits(problem: Problem, rows: Sequence[int]) -> tuple[str, ...]:
    """Name every limit that the set breaks: budget, count, topic, newcomers, floor, included."""
    limits, chosen = problem.limits, list(rows)
    counts = np.bincount(problem.topic_codes[chosen], minlength=1)
    short = problem.floor[chosen].sum()
    checks = {
        "included": bool(problem.missing) or not set(problem.locked) <= set(chosen),
        "budget": int(problem.costs[chosen].sum()) > limits.budget_minor,
        "count": len(chosen) > limits.count_most,
        "topic": int(counts.max()) > problem.topic_most,
        "newcomers": int(problem.is_newcomer[chosen].sum()) < limits.newcomers_least,
        "floor": problem.has_floor and short < -SLACK * max(1.0, float(np.abs(problem.floor[chosen]).sum())),
    }
    return tuple(name for name, is_broken in checks.items() if is_broken)
