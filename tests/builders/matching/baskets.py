"""Small baskets to choose, by hand or by chance."""

import numpy as np

from matching.basket.problem import Candidates, Limits, Problem, Segments, pose


def build_candidates(
    reach, costs, *, topics=None, newcomers=(), ids=None, people=None, in_floor=None, fit=None
) -> tuple[Candidates, Segments]:
    """Return candidates a, b, c ... with these rows of reach (one segment may be given as plain numbers)."""
    matrix = np.array([row if isinstance(row, list | tuple) else [row] for row in reach], dtype=float)
    matrix = matrix.reshape(len(costs), -1 if costs else 1)
    segments = matrix.shape[1]
    crowd = np.array(people if people is not None else [1_000.0] * segments)
    names = tuple(ids or [chr(ord("a") + place) for place in range(len(costs))])
    candidates = Candidates(
        ids=names,
        costs_minor=np.array(costs, dtype=np.int64),
        reach=matrix,
        gross=matrix * crowd,
        topics=tuple(topics or ["t"] * len(costs)),
        is_newcomer=np.array([name in newcomers for name in names], dtype=bool),
    )
    flags = np.array(in_floor if in_floor is not None else [True] * segments)
    return candidates, Segments(crowd, np.array(fit if fit is not None else [1.0] * segments), flags)


def build_problem(reach, costs, *, budget=100, count=10, **given) -> Problem:
    """Return a problem; limits by keyword beside what `build_candidates` takes."""
    names = ("per_topic_most", "floor_share", "newcomers_least", "included", "excluded")
    limits = {name: given.pop(name) for name in names if name in given}
    for name in ("included", "excluded"):
        limits[name] = frozenset(limits.get(name, ()))
    candidates, segments = build_candidates(reach, costs, **given)
    return pose(candidates, segments, Limits(budget_minor=budget, count_most=count, **limits))
