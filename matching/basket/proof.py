"""How good a basket is for certain: a proven upper bound of what any basket could reach. The prover is a port."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matching.basket.figures import quick_bound
from matching.basket.limits import broken_limits
from matching.basket.objective import value
from matching.basket.problem import Floats, Problem
from matching.basket.solver import Basket, basket_of
from matching.basket.swaps import exchange, improve
from matching.basket.tangents import Program, point_of, write_program

POLISH_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class ProgramAnswer:
    """What a solver says of a program: the best point found (None: none) and the proven upper bound of its optimum.

    `is_infeasible` means that no point keeps the constraints.
    """

    point: Floats | None
    bound: float
    is_infeasible: bool


class ProgramSolver(Protocol):
    """Solves mixed-integer linear programs."""

    def solve(self, program: Program, *, start: Floats | None, gap: float, seconds: float) -> ProgramAnswer:
        """Return the best point within the time, starting from a known one; stop once the gap is proven."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """The best basket known and an upper bound of F over all baskets that keep the limits. `share` is their ratio."""

    basket: Basket
    bound: float

    @property
    def share(self) -> float:
        return 1.0 if self.bound <= 0 else min(1.0, self.basket.value / self.bound)


def prove(problem: Problem, known: Basket, solver: ProgramSolver, *, gap: float, seconds: float) -> Proof:
    """Search on from a known basket and return the best one with its bound; never worse than the known one."""
    rows = problem.rows_of(known.ids)
    answer = solver.solve(write_program(problem), start=point_of(problem, rows), gap=gap, seconds=seconds)
    best = known
    if answer.point is not None:
        found = [int(row) for row in np.flatnonzero(answer.point[: problem.size] > 0.5)]
        if not broken_limits(problem, found):
            found = improve(problem, exchange(problem, found), rounds=POLISH_ROUNDS)
            if value(problem, found) > known.value:
                best = basket_of(problem, found)
    return Proof(best, bound=max(best.value, min(answer.bound, quick_bound(problem, best))))
