import pytest

from matching.basket.figures import (
    first_left_out,
    quick_bound,
    runner_up,
    worth_of_money,
)
from matching.basket.solver import solve
from tests.builders.matching.baskets import build_problem


class TestFirstLeftOut:
    @pytest.mark.parametrize(
        ("limit", "given"),
        [
            ("budget", {"budget": 50}),
            ("count", {"count": 1}),
            ("topic", {"per_topic_most": 1}),
        ],
    )
    def test_names_the_limit_that_keeps_them_out(self, limit, given):
        problem = build_problem([0.5, 0.4], [50, 50], **given)
        left_out = first_left_out(problem, solve(problem))
        assert (left_out.id, left_out.limit, left_out.cost_minor) == ("b", limit, 50)
        assert left_out.gain == pytest.approx(200)

    def test_is_nobody_when_all_are_in(self):
        problem = build_problem([0.5, 0.4], [50, 50])
        assert first_left_out(problem, solve(problem)) is None


class TestRunnerUp:
    def test_is_the_best_set_without_somebody(self):
        problem = build_problem([0.5, 0.4, 0.3], [50, 50, 50])
        assert runner_up(problem, solve(problem)).ids == ("a", "c")

    def test_keeps_whom_the_brand_ticked(self):
        problem = build_problem([0.5, 0.4, 0.3], [50, 50, 50], included=["b"])
        assert runner_up(problem, solve(problem)).ids == ("b", "c")

    def test_is_none_when_everybody_must_stay(self):
        problem = build_problem([0.5, 0.4], [50, 50], included=["a", "b"])
        assert runner_up(problem, solve(problem)) is None


class TestWorthOfMoney:
    def test_is_what_a_tenth_more_would_add(self):
        problem = build_problem([0.5, 0.4], [95, 15])
        more = worth_of_money(problem, solve(problem))
        assert (more.extra_minor, more.gain) == (10, pytest.approx(200))

    def test_is_nothing_when_the_count_is_full(self):
        problem = build_problem([0.5, 0.4], [50, 50], count=1)
        assert worth_of_money(problem, solve(problem)).gain == 0


class TestQuickBound:
    def test_is_reached_when_everybody_is_in(self):
        problem = build_problem([0.5, 0.4], [50, 50])
        basket = solve(problem)
        assert quick_bound(problem, basket) == pytest.approx(basket.value)
