"""What a chosen basket means: what each member adds, who comes next, the other basket, what more money would buy."""

from dataclasses import dataclass, replace

import numpy as np

from matching.basket.limits import Standing
from matching.basket.objective import gains, survival, value
from matching.basket.problem import Problem
from matching.basket.refills import best_refill
from matching.basket.solver import Basket, NoBasket, basket_of, solve
from matching.basket.swaps import exchange

MORE_MONEY = 0.1
"""The budget's worth is read from a tenth more of it: one further unit rarely buys anybody."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The best candidate outside: what they would add, and the limit that keeps them out.

    `limit` is budget, count, topic or floor, or "exchange" when they would fit only in somebody's place.
    """

    id: str
    gain: float
    cost_minor: int
    limit: str


@dataclass(frozen=True, slots=True)
class MoreMoney:
    """What `extra_minor` more of budget would add to F, by choosing anew; 0 when the count is what limits."""

    extra_minor: int
    gain: float


def first_left_out(problem: Problem, basket: Basket) -> LeftOut | None:
    """Return who outside would add most per unit of money, affordable or not; None when nobody adds anything."""
    standing = Standing(problem, problem.rows_of(basket.ids))
    added = np.where(standing.is_in, 0.0, gains(problem, standing.left))
    row = int(np.argmax(added / np.maximum(problem.costs, 1))) if problem.size else 0
    if not problem.size or added[row] <= 0:
        return None
    return LeftOut(
        problem.ids[row], float(added[row]), int(problem.costs[row]), _limit_against(standing, row)
    )


def _limit_against(standing: Standing, row: int) -> str:
    problem, limits = standing.problem, standing.problem.limits
    if len(standing.rows) >= limits.count_most:
        return "count"
    if standing.topics[problem.topic_codes[row]] >= problem.topic_most:
        return "topic"
    if standing.spent + int(problem.costs[row]) > limits.budget_minor:
        return "budget"
    return "floor" if problem.has_floor and not standing.joinable()[row] else "exchange"


def runner_up(problem: Problem, basket: Basket) -> Basket | None:
    """Return the best other basket found that lacks at least one member; None when every member must be in."""
    rows = problem.rows_of(basket.ids)
    free = [row for row in rows if row not in problem.locked]
    if not free:
        return None
    found = best_refill(problem, rows, [(row,) for row in free])
    if found is None:
        return None
    gone = next(row for row in free if row not in found)
    without = replace(problem, costs=_unaffordable(problem, gone))
    return basket_of(problem, exchange(without, found))


def _unaffordable(problem: Problem, row: int) -> np.ndarray:
    costs = problem.costs.copy()
    costs[row] = np.iinfo(np.int64).max // 4
    return costs


def worth_of_money(problem: Problem, basket: Basket) -> MoreMoney:
    """Return what a tenth more of budget would add."""
    extra = max(1, round(problem.limits.budget_minor * MORE_MONEY))
    richer = replace(
        problem, limits=replace(problem.limits, budget_minor=problem.limits.budget_minor + extra)
    )
    try:
        better = solve(richer)
    except NoBasket:
        return MoreMoney(extra, 0.0)
    return MoreMoney(extra, max(0.0, better.value - basket.value))


def quick_bound(problem: Problem, basket: Basket) -> float:
    """Return an upper bound of F without solving: the basket and, on top, the best fractions the limits could hold.

    For every budget B and set S: F(best) <= F(S) + the fractional knapsack of the gains given S (submodularity;
    Leskovec et al., 2007, "Cost-effective outbreak detection in networks", section 3.2).
    """
    rows = problem.rows_of(basket.ids)
    bounds = [_bound_from(problem, chosen) for chosen in ([], rows)]
    everybody = value(problem, range(problem.size))
    return max(basket.value, min(*bounds, everybody))


def _bound_from(problem: Problem, rows: list[int]) -> float:
    left = survival(problem, rows)
    added = gains(problem, left)
    added[rows] = 0.0
    by_count = float(np.sort(added)[::-1][: problem.limits.count_most].sum())
    order = np.argsort(-added / np.maximum(problem.costs, 1), kind="stable")
    costs = problem.costs[order].astype(np.float64)
    room = np.clip(problem.limits.budget_minor - (np.cumsum(costs) - costs), 0.0, None)
    shares = np.minimum(1.0, room / np.maximum(costs, 1.0))
    by_money = float((added[order] * shares).sum())
    return value(problem, rows) + min(by_count, by_money)
