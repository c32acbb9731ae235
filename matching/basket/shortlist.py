"""Whom a search among exchanges needs to look at: a fifth of the candidates hold nearly every member of good baskets."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from matching.basket.objective import gains, survival
from matching.basket.problem import Flags, Floats, Problem

EXPONENTS = (1.0, 0.5, 0.0)
BEST_OVERALL = 15
BEST_OF_TOPIC = 3
BEST_SPECIAL = 15
SMALL = 60
"""Up to so many candidates all of them are looked at."""


def shortlist(problem: Problem, sets: Sequence[Sequence[int]]) -> Problem:
    """Return the problem over the members of `sets` and those who add most beside nobody and beside the first set.

    By money, by gain and between the two; overall, of every topic, among newcomers and those who lift the floor.
    """
    if problem.size <= SMALL:
        return problem
    kept = {row for rows in sets for row in rows} | set(problem.locked)
    divisors = np.maximum(problem.costs, 1).astype(np.float64) ** np.array(EXPONENTS)[:, None]
    for left in (np.ones(len(problem.weights)), survival(problem, sets[0])):
        for worth in gains(problem, left) / divisors:
            kept.update(_best(problem, worth))
    return _narrowed(problem, sorted(kept))


def _best(problem: Problem, worth: Floats) -> Iterable[int]:
    order = np.argsort(-worth, kind="stable")
    yield from order[:BEST_OVERALL].tolist()
    by_topic = np.argsort(problem.topic_codes[order], kind="stable")
    codes = problem.topic_codes[order[by_topic]]
    place = np.arange(len(codes)) - np.searchsorted(codes, codes)  # among those of the same topic, best first
    yield from order[by_topic[place < BEST_OF_TOPIC]].tolist()
    special: list[Flags] = [problem.is_newcomer] if problem.limits.newcomers_least else []
    if problem.has_floor:
        special.append(problem.floor > 0)
    for flags in special:
        yield from order[flags[order]][:BEST_SPECIAL].tolist()


def _narrowed(problem: Problem, rows: list[int]) -> Problem:
    places = {row: place for place, row in enumerate(rows)}
    return replace(
        problem,
        ids=tuple(problem.ids[row] for row in rows),
        costs=problem.costs[rows],
        reach=problem.reach[rows],
        floor=problem.floor[rows],
        topic_codes=problem.topic_codes[rows],
        is_newcomer=problem.is_newcomer[rows],
        locked=tuple(places[row] for row in problem.locked),
    )
