"""Laws of the basket that hold for every market."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.basket.figures import quick_bound, runner_up
from matching.basket.limits import broken_limits
from matching.basket.objective import gains, survival, value
from matching.basket.problem import Candidates, Limits, Segments, pose
from matching.basket.solver import NoBasket, search, solve

NEARLY = 1e-9


@st.composite
def markets(draw, size_most=9):
    """Candidates and segments with everything that limits look at."""
    n, segments = draw(st.integers(1, size_most)), draw(st.integers(1, 4))
    shares = st.floats(0.0, 0.95).map(lambda share: round(share, 3))
    reach = np.array([[draw(shares) for _ in range(segments)] for _ in range(n)])
    people = np.array([draw(st.integers(10, 10_000)) for _ in range(segments)], dtype=float)
    candidates = Candidates(
        ids=tuple(f"i{place}" for place in range(n)),
        costs_minor=np.array([draw(st.integers(1, 60)) for _ in range(n)]),
        reach=reach,
        gross=reach * people,
        topics=tuple(draw(st.sampled_from("xyz")) for _ in range(n)),
        is_newcomer=np.array([draw(st.booleans()) for _ in range(n)]),
    )
    fit = np.array([draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in range(segments)])
    return candidates, Segments(people, fit, np.array([draw(st.booleans()) for _ in range(segments)]))


@st.composite
def problems(draw, size_most=14, floor_shares=(0.0, 0.0, 0.3, 0.7)):
    candidates, segments = draw(markets(size_most))
    ticks = st.frozensets(st.sampled_from(candidates.ids), max_size=2)
    limits = Limits(
        budget_minor=draw(st.integers(1, 150)),
        count_most=draw(st.integers(1, 6)),
        per_topic_most=draw(st.none() | st.integers(1, 3)),
        floor_share=draw(st.sampled_from(floor_shares)),
        newcomers_least=draw(st.integers(0, 1)),
        included=draw(ticks),
        excluded=draw(ticks),
    )
    return pose(candidates, segments, limits)


def best_by_trying_all(problem):
    """Return F of the best set within the limits; None: no set keeps them."""
    rows = range(problem.size)
    sets = [list(s) for k in range(problem.size + 1) for s in combinations(rows, k)]
    by_value = sorted(((value(problem, s), s) for s in sets), reverse=True)
    return next((reached for reached, s in by_value if not broken_limits(problem, s)), None)


def solve_or_name(problem):
    """Return the basket, or the limit that stands in its way."""
    try:
        return solve(problem)
    except NoBasket as refused:
        return refused.limit


class TestUniqueReach:
    @given(markets(), st.data())
    def test_never_falls_when_somebody_joins_and_adds_less_to_more(self, market, data):
        problem = pose(*market, Limits(budget_minor=60, count_most=9))
        larger = data.draw(st.sets(st.sampled_from(range(problem.size))).map(sorted))
        smaller = data.draw(st.sets(st.sampled_from(larger)).map(sorted)) if larger else []
        assert value(problem, larger) >= value(problem, smaller) - NEARLY
        of_smaller = gains(problem, survival(problem, smaller))
        of_larger = gains(problem, survival(problem, larger))
        outside = [row for row in range(problem.size) if row not in larger]
        assert (of_larger[outside] <= of_smaller[outside] + 1e-6).all()

    @given(markets())
    def test_is_at_most_everybody_who_matters(self, market):
        problem = pose(*market, Limits(budget_minor=60, count_most=9))
        assert value(problem, range(problem.size)) <= problem.weights.sum() + NEARLY


class TestSolve:
    @given(problems())
    def test_always_keeps_every_limit_or_says_which_cannot_be_kept(self, problem):
        answer = solve_or_name(problem)
        if isinstance(answer, str):
            assert answer in {"included", "budget", "count", "topic", "newcomers", "floor"}
        else:
            assert broken_limits(problem, problem.rows_of(answer.ids)) == ()
            assert answer.value == pytest.approx(value(problem, problem.rows_of(answer.ids)))

    @given(problems(size_most=7))
    def test_is_the_best_of_all_sets_of_a_small_pool_and_never_above_the_bound(self, problem):
        best = best_by_trying_all(problem)
        try:
            basket = solve(problem)
        except NoBasket:
            assert best is None
            return
        assert basket.value == pytest.approx(best)
        assert quick_bound(problem, basket) >= best - 1e-6

    @given(problems(size_most=7, floor_shares=(0.0,)))
    def test_is_near_the_best_where_not_every_set_is_looked_at(self, problem):
        best, basket = best_by_trying_all(problem), search(problem)
        assert (basket is None) == (best is None)
        assert basket is None or basket.value >= 0.9 * best - NEARLY

    @given(problems(size_most=7))
    def test_refuses_without_ticks_and_floors_never(self, problem):
        if not problem.limits.included and not problem.limits.newcomers_least:
            assert solve(problem).cost_minor <= problem.limits.budget_minor

    @given(markets(), st.randoms(use_true_random=False))
    def test_does_not_care_for_the_order_it_is_given(self, market, chance):
        candidates, segments = market
        order = list(range(len(candidates.ids)))
        chance.shuffle(order)
        shuffled = Candidates(
            ids=tuple(candidates.ids[row] for row in order),
            costs_minor=candidates.costs_minor[order],
            reach=candidates.reach[order],
            gross=candidates.gross[order],
            topics=tuple(candidates.topics[row] for row in order),
            is_newcomer=candidates.is_newcomer[order],
        )
        limits = Limits(budget_minor=90, count_most=4, per_topic_most=2)
        assert solve(pose(candidates, segments, limits)) == solve(pose(shuffled, segments, limits))

    @given(problems())
    def test_gives_the_same_answer_again(self, problem):
        assert solve_or_name(problem) == solve_or_name(problem)


class TestRunnerUp:
    @given(problems())
    def test_keeps_the_limits_and_differs(self, problem):
        try:
            basket = solve(problem)
        except NoBasket:
            return
        other = runner_up(problem, basket)
        if other is not None:
            assert broken_limits(problem, problem.rows_of(other.ids)) == ()
            assert not set(basket.ids) <= set(other.ids)
