"""The basket as a mixed-integer linear program whose optimum is never below F of the best basket.

With x_s = sum_i -ln(1 - q_i p_is) z_i the covered share of a segment is 1 - exp(-x_s), a concave function. Replacing it by
the least of its tangents only raises it, so the program's dual bound is a true upper bound of F (outer approximation,
Duran and Grossmann, 1986).
"""

from dataclasses import dataclass

import numpy as np

from matching.basket.problem import Floats, Problem

TANGENTS = 24
FARTHEST = 7.0
"""Beyond it less than 0.1 % of a segment is unreached; the last tangent is nearly flat."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Maximise `objective` @ v while `lower` <= `matrix` @ v <= `upper` and `floor` <= v <= `ceiling`.

    The first `integers` entries of v are the choice (0 or 1), then one covered share a segment, then one exponent a
    segment.
    """

    objective: Floats
    matrix: Floats
    lower: Floats
    upper: Floats
    floor: Floats
    ceiling: Floats
    integers: int


def tangent_points(farthest: float) -> Floats:
    """Return where to touch 1 - exp(-x): evenly in the covered share, so that the error is small where it matters."""
    covered = np.linspace(0.0, 1.0 - np.exp(-min(farthest, FARTHEST)), TANGENTS)
    return -np.log1p(-covered)


def write_program(problem: Problem) -> Program:
    """Write the program with its limits."""
    n, segments = problem.reach.shape
    exponents = -np.log1p(-problem.reach)
    most = np.sort(exponents, axis=0)[::-1][: problem.limits.count_most].sum(axis=0)
    points = np.array([tangent_points(float(far)) for far in most])
    rows, lower, upper = _limit_rows(problem)
    width = n + 2 * segments
    chosen = np.zeros((len(rows), width))
    chosen[:, :n] = rows
    sums = np.zeros((segments, width))
    sums[:, :n] = exponents.T
    sums[:, n + segments :] = -np.eye(segments)
    touched = np.zeros((segments * TANGENTS, width))
    slopes, at = np.exp(-points).ravel(), np.repeat(np.arange(segments), TANGENTS)
    line = np.arange(segments * TANGENTS)
    touched[line, n + at] = 1.0
    touched[line, n + segments + at] = -slopes
    heights = 1.0 - slopes - slopes * points.ravel()
    floor = np.zeros(width)
    floor[list(problem.locked)] = 1.0
    return Program(
        objective=np.concatenate([np.zeros(n), problem.weights, np.zeros(segments)]),
        matrix=np.vstack([chosen, sums, touched]),
        lower=np.concatenate([lower, np.zeros(segments), np.full(len(heights), -np.inf)]),
        upper=np.concatenate([upper, np.zeros(segments), heights]),
        floor=floor,
        ceiling=np.concatenate([np.ones(n), np.ones(segments), most]),
        integers=n,
    )


def _limit_rows(problem: Problem) -> tuple[Floats, Floats, Floats]:
    limits = problem.limits
    rows = [problem.costs.astype(np.float64), np.ones(problem.size)]
    lower, upper = [-np.inf, -np.inf], [float(limits.budget_minor), float(limits.count_most)]
    for code in range(int(problem.topic_codes.max(initial=-1)) + 1):
        rows.append((problem.topic_codes == code).astype(np.float64))
        lower.append(-np.inf)
        upper.append(float(problem.topic_most))
    if limits.newcomers_least:
        rows.append(problem.is_newcomer.astype(np.float64))
        lower.append(float(limits.newcomers_least))
        upper.append(np.inf)
    if problem.has_floor:
        rows.append(problem.floor)
        lower.append(0.0)
        upper.append(np.inf)
    return np.array(rows), np.array(lower), np.array(upper)


def point_of(problem: Problem, chosen: list[int]) -> Floats:
    """Return the program's point of a set, to start from."""
    z = np.zeros(problem.size)
    z[chosen] = 1.0
    x = -np.log1p(-problem.reach[chosen]).sum(axis=0)
    return np.concatenate([z, 1.0 - np.exp(-x), x])
