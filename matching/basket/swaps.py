"""Improving a basket that keeps its limits: exchange one member for a better one, or leave some out and fill up anew.

Local search after greedy; every step raises F and keeps every limit, so it ends. All exchanges of a step are rated at
once: F without member j plus the gain of i is one product of matrices.
"""

from collections.abc import Sequence

import numpy as np

from matching.basket.limits import SLACK, Standing
from matching.basket.objective import value
from matching.basket.problem import Floats, Problem
from matching.basket.refills import refill

LEAST_GAIN = 1e-9
"""Share of F below which a step is rounding, not progress."""


def improve(
    problem: Problem, rows: Sequence[int], *, rounds: int, tried: set[tuple[int, ...]] | None = None
) -> list[int]:
    """Leave members out, fill up and exchange until nothing helps, at most `rounds` times; nobody is to be exchanged yet.

    `tried` collects the sets that were left from: another start that comes to one of them ends there.
    """
    best, tried = sorted(rows), set() if tried is None else tried
    reached = value(problem, best)
    for _ in range(rounds):
        if tuple(best) in tried:
            break
        tried.add(tuple(best))
        other = refill(problem, best)
        if value(problem, other) <= reached * (1 + LEAST_GAIN):
            break
        best = exchange(problem, other)
        reached = value(problem, best)
    return best


def exchange(problem: Problem, rows: Sequence[int]) -> list[int]:
    """Make the best exchange of one member for one other candidate until none helps."""
    chosen = sorted(rows)
    while True:
        leaving = [row for row in chosen if row not in problem.locked]
        if not leaving:
            return chosen
        change = _exchange_gains(problem, chosen, leaving)
        row, place = np.unravel_index(int(np.argmax(change)), change.shape)
        if not change[row, place] > LEAST_GAIN * float(problem.weights.sum()):
            return chosen
        chosen = sorted([int(row), *(r for r in chosen if r != leaving[place])])


def _exchange_gains(problem: Problem, chosen: list[int], leaving: list[int]) -> Floats:
    """Return the change of F when row i replaces leaving[j], shape (n, len(leaving)); minus infinity: not allowed."""
    standing = Standing(problem, chosen)
    without = standing.left / (1.0 - problem.reach[leaving])
    lost = (without - standing.left) @ problem.weights
    change: Floats = problem.reach @ (without * problem.weights).T - lost
    change[~_allowed(problem, standing, leaving)] = -np.inf
    return change


def _allowed(problem: Problem, standing: Standing, leaving: list[int]) -> np.ndarray:
    limits = problem.limits
    allowed = problem.costs[:, None] <= limits.budget_minor - standing.spent + problem.costs[leaving]
    allowed &= ~standing.is_in[:, None]
    full = standing.topics[problem.topic_codes] >= problem.topic_most
    if full.any():
        allowed &= ~full[:, None] | (problem.topic_codes[:, None] == problem.topic_codes[leaving])
    if limits.newcomers_least:
        spare = standing.newcomers - problem.is_newcomer[leaving] >= limits.newcomers_least
        allowed &= spare | problem.is_newcomer[:, None]
    if problem.has_floor:
        slack = SLACK * max(1.0, float(np.abs(problem.floor[standing.rows]).sum()))
        allowed &= standing.floor - problem.floor[leaving] + problem.floor[:, None] >= -slack / 2
    return allowed
