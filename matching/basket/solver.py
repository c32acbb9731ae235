"""The live answer: several greedy starts, the best of them improved; every set of a small pool. In milliseconds.

The same problem has the same answer every time.
"""

from dataclasses import dataclass
from typing import ClassVar

from matching.basket.exact import SIZE_MOST, best_of_all
from matching.basket.greedy import cheapest_newcomers, grow, reach_floor
from matching.basket.limits import broken_limits
from matching.basket.objective import value
from matching.basket.problem import Problem
from matching.basket.refills import Refills
from matching.basket.shortlist import shortlist
from matching.basket.swaps import exchange, improve
from matching.errors import MatchingError

EXPONENTS = (1.3, 1.0, 0.8, 0.6, 0.3, 0.0)
FLOOR_PRICES = (0.0, 0.3, 1.0, 3.0)
EXCHANGED = 4
"""Of the starts, best first. More of them take longer and are not better on average (docs/performance.md)."""
IMPROVED = 3
ROUNDS = 4


class NoBasket(MatchingError):
    """No set keeps the limits; `limit` names the one to loosen: included, budget, count, topic, newcomers, floor."""

    code: ClassVar[str] = "no_basket"
    kind: ClassVar[str] = "conflict"

    def __init__(self, limit: str) -> None:
        super().__init__(f"No basket keeps the limit {limit!r}.")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Basket:
    """A set that keeps its limits: ids in ascending order, F, and what it costs."""

    ids: tuple[str, ...]
    value: float
    cost_minor: int


def solve(problem: Problem) -> Basket:
    """Return a good basket, of a small pool the best; an empty one when nobody can be paid.

    Raises NoBasket when what must be in breaks a limit by itself, or the floors were not met by any set tried.
    """
    found = _best_of_small(problem) if problem.size <= SIZE_MOST else search(problem)
    if found is None:
        raise NoBasket(_limit_in_the_way(problem))
    return found


def search(problem: Problem) -> Basket | None:
    """Return the best set that several greedy starts and their improvement come to; None: none keeps the limits."""
    starts = _starts(problem)
    if not starts:
        return None
    near = shortlist(problem, starts)
    first = [near.rows_of([problem.ids[row] for row in start]) for start in starts[:EXCHANGED]]
    exchanged = {tuple(exchange(near, rows)) for rows in first}
    order = sorted(exchanged, key=lambda rows: (-value(near, rows), rows))
    tried: set[tuple[int, ...]] = set()
    found = [basket_of(near, improve(near, rows, rounds=ROUNDS, tried=tried)) for rows in order[:IMPROVED]]
    return max(found, key=lambda basket: basket.value)


def _best_of_small(problem: Problem) -> Basket | None:
    rows = None if problem.missing else best_of_all(problem)
    return None if rows is None else basket_of(problem, rows)


def basket_of(problem: Problem, rows: list[int]) -> Basket:
    """Return the set as ids with its figures."""
    return Basket(
        ids=tuple(problem.ids[row] for row in sorted(rows)),
        value=value(problem, sorted(rows)),
        cost_minor=int(problem.costs[rows].sum()),
    )


def _starts(problem: Problem) -> list[list[int]]:
    """Return the different sets that greedy finds within the limits, best first."""
    locked = list(problem.locked)
    if problem.missing or set(broken_limits(problem, locked)) & {"budget", "count", "topic"}:
        return []
    found = _grown(problem, locked, EXPONENTS)
    if problem.has_floor or problem.limits.newcomers_least:
        for exponent in (1.0, 0.0):
            base = reach_floor(problem, locked, exponent=exponent).rows
            found += _grown(problem, base, (1.0, 0.0))
    if problem.limits.newcomers_least:
        bases = [base.rows for base in cheapest_newcomers(problem, locked)]
        found += _grown_around(problem, bases)
        if problem.has_floor:
            found += [reach_floor(problem, base, exponent=0.0).rows for base in bases]
    if problem.has_floor:
        found += [
            grow(problem, locked, exponent=exponent, floor_price=price).rows
            for price in FLOOR_PRICES[1:]
            for exponent in (1.0, 0.0)
        ]
    kept = {tuple(sorted(rows)) for rows in found if not broken_limits(problem, rows)}
    return [list(rows) for rows in sorted(kept, key=lambda rows: (-value(problem, rows), rows))]


def _grown(problem: Problem, start: list[int], exponents: tuple[float, ...]) -> list[list[int]]:
    """Grow one set an exponent, all at once."""
    if not problem.size:
        return [start]
    growing = Refills(problem, start, [()], exponents)
    growing.grow()
    return growing.sets()


def _grown_around(problem: Problem, bases: list[list[int]]) -> list[list[int]]:
    """Grow a set around each of the bases, all at once; who is in one of them joins none of the others."""
    together = sorted({row for base in bases for row in base})
    if not together:
        return []
    others = [tuple(row for row in together if row not in base) for base in bases]
    growing = Refills(problem, together, others, (1.0, 0.0))
    growing.grow()
    return [*growing.sets(), *bases]


def _limit_in_the_way(problem: Problem) -> str:
    """Name the limit that what must be in breaks by itself, else the floor that no set tried has met."""
    broken = broken_limits(problem, list(problem.locked))
    order = ("included", "budget", "count", "topic", "newcomers", "floor")
    hard = [name for name in order[:4] if name in broken]
    if hard:
        return hard[0]
    nearest = reach_floor(problem, list(problem.locked), exponent=1.0)
    left = broken_limits(problem, nearest.rows)
    return next((name for name in order if name in left), "floor")
