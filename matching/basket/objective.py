"""Unique reach of a set: F(S) = sum_s w_s N_s (1 - prod_{i in S} (1 - q_i p_is)).

Weighted probabilistic coverage: monotone and submodular (Nemhauser, Wolsey and Fisher, 1978), so that what somebody adds
shrinks as the set grows and people who follow two of its members are counted once.
"""

from collections.abc import Sequence

import numpy as np

from matching.basket.problem import Floats, Problem


def survival(problem: Problem, rows: Sequence[int]) -> Floats:
    """Return for each segment the probability that nobody of the set reaches a person, shape (segments)."""
    left: Floats = np.prod(1.0 - problem.reach[list(rows)], axis=0)
    return left


def value(problem: Problem, rows: Sequence[int]) -> float:
    """Return F of the set: weighted people reached at least once."""
    return float(problem.weights @ (1.0 - survival(problem, rows)))


def gains(problem: Problem, left: Floats) -> Floats:
    """Return what each candidate would add to a set that leaves `left` unreached, shape (n)."""
    added: Floats = problem.reach @ (problem.weights * left)
    return added
