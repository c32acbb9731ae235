"""Growing a basket one influencer at a time, by what each adds per unit of money or at all.

The better of the two is at least 0.405 of the best possible for a monotone submodular value under a budget (Tang et al.,
2021, "Revisiting modified greedy algorithm for monotone submodular maximization with a knapsack constraint").
"""

from collections.abc import Sequence

import numpy as np

from matching.basket.limits import Standing
from matching.basket.objective import gains
from matching.basket.problem import Floats, Problem


def grow(
    problem: Problem,
    start: Sequence[int],
    *,
    exponent: float,
    floor_price: float = 0.0,
    without: Sequence[int] = (),
) -> Standing:
    """Add the candidate of the best gain / cost ** exponent until nobody fits or adds anything; ties by id.

    `floor_price` is what one person of the floor is worth on top. Newcomers come first while they are owed.
    """
    standing = Standing(problem, start)
    divisor = np.maximum(problem.costs, 1).astype(np.float64) ** exponent
    while True:
        allowed = standing.joinable()
        allowed[list(without)] = False
        if standing.newcomers < problem.limits.newcomers_least and (allowed & problem.is_newcomer).any():
            allowed &= problem.is_newcomer
        worth = gains(problem, standing.left) + floor_price * problem.floor
        row = _best(worth / divisor, allowed)
        if row is None or (worth[row] <= 0 and standing.newcomers >= problem.limits.newcomers_least):
            return standing
        standing.add(row)


def reach_floor(problem: Problem, start: Sequence[int], *, exponent: float) -> Standing:
    """Add whoever brings the set nearest to its floor (and to its newcomers), whatever else they add."""
    standing = Standing(problem, start)
    divisor = np.maximum(problem.costs, 1).astype(np.float64) ** exponent
    owed = problem.limits.newcomers_least
    while standing.floor < 0 or standing.newcomers < owed:
        allowed = standing.joinable()
        if standing.newcomers < owed:
            allowed &= problem.is_newcomer
        row = _best(problem.floor / divisor, allowed)
        if row is None or (problem.floor[row] <= 0 and standing.newcomers >= owed):
            break
        standing.add(row)
    return standing


def cheapest_newcomers(problem: Problem, start: Sequence[int]) -> list[Standing]:
    """Return a set for each topic: the newcomers who are owed for the least money, the first of them of that topic.

    Whoever comes first takes a place of their topic from everybody after them, so one set would not do.
    """
    codes = problem.topic_codes[problem.is_newcomer]
    found = []
    for topic in [None] if problem.topic_most >= problem.limits.count_most else np.unique(codes):
        standing = Standing(problem, start)
        wanted = np.ones(problem.size, dtype=bool) if topic is None else problem.topic_codes == topic
        while standing.newcomers < problem.limits.newcomers_least:
            row = _best(-problem.costs.astype(np.float64), standing.joinable() & problem.is_newcomer & wanted)
            if row is None:
                break
            standing.add(row)
            wanted[:] = True
        found.append(standing)
    return found


def _best(worth: Floats, allowed: np.ndarray) -> int | None:
    if not allowed.any():
        return None
    return int(np.argmax(np.where(allowed, worth, -np.inf)))
