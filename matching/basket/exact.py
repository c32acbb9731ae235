"""The best basket of a small pool, by looking at every set: no start can miss it, whatever the limits are.

Where caps and floors meet, greedy can end in a corner from which no exchange leads out. Up to ten candidates have 1,024
sets, which are rated at once in a fraction of a millisecond.
"""

import numpy as np

from matching.basket.limits import broken_limits
from matching.basket.problem import Floats, Problem

SIZE_MOST = 10


def best_of_all(problem: Problem) -> list[int] | None:
    """Return the rows of the best set within the limits, of equals the cheapest; None: no set keeps them.

    `problem` has at most SIZE_MOST candidates.
    """
    member = (np.arange(2**problem.size)[:, None] >> np.arange(problem.size)) & 1
    costs = member @ problem.costs
    payable = (costs <= problem.limits.budget_minor) & (member.sum(axis=1) <= problem.limits.count_most)
    payable &= member[:, list(problem.locked)].all(axis=1)
    member, costs = member[payable], costs[payable]
    values: Floats = (1.0 - np.exp(member @ np.log1p(-problem.reach))) @ problem.weights
    for place in np.lexsort((costs, -values)):
        rows: list[int] = np.flatnonzero(member[place]).tolist()
        if not broken_limits(problem, rows):
            return rows
    return None
