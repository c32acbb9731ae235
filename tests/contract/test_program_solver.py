"""What every solver of integer programs must do for the basket; today there is HiGHS."""

from itertools import combinations

import pytest

from benchmarks.generated_baskets import generated
from matching.adapters.highs import HighsSolver
from matching.basket.limits import broken_limits
from matching.basket.objective import value
from matching.basket.proof import prove
from matching.basket.solver import Basket, solve
from matching.basket.tangents import write_program
from tests.builders.matching.baskets import build_problem

GAP = 0.0005
SECONDS = 10


@pytest.fixture(params=[HighsSolver])
def solver(request):
    return request.param()


def best_value(problem):
    rows = range(problem.size)
    sets = (list(s) for k in range(problem.size + 1) for s in combinations(rows, k))
    return max(value(problem, s) for s in sets if not broken_limits(problem, s))


class TestProve:
    @pytest.mark.parametrize("floors", [False, True])
    @pytest.mark.parametrize("number", range(4))
    def test_bounds_the_best_of_all_sets_and_finds_it(self, solver, number, floors):
        problem = generated(number, candidates=11, segments=6, floors=floors)
        proof = prove(problem, solve(problem), solver, gap=GAP, seconds=SECONDS)
        best = best_value(problem)
        assert proof.bound >= best - 1e-6
        assert proof.basket.value >= (1 - 2 * GAP) * best
        assert proof.share >= 0.999

    def test_finds_more_than_a_poor_start(self, solver):
        problem = build_problem([0.1, 0.9], [5, 100])
        poor = Basket(ids=("a",), value=value(problem, [0]), cost_minor=5)
        assert prove(problem, poor, solver, gap=GAP, seconds=SECONDS).basket.ids == ("b",)

    def test_holds_whom_the_brand_ticked(self, solver):
        problem = build_problem([0.9, 0.1, 0.1], [60, 60, 40], included=["b"])
        assert "b" in prove(problem, solve(problem), solver, gap=GAP, seconds=SECONDS).basket.ids

    def test_gives_the_same_answer_again(self, solver):
        problem = generated(3, candidates=40, segments=10)
        known = solve(problem)
        first, second = (prove(problem, known, solver, gap=GAP, seconds=SECONDS) for _ in range(2))
        assert first == second

    def test_says_nothing_on_our_output(self, solver, capfd):
        problem = generated(1, candidates=11, segments=6)
        prove(problem, solve(problem), solver, gap=GAP, seconds=SECONDS)
        assert capfd.readouterr() == ("", "")

    def test_says_that_nothing_keeps_the_limits(self, solver):
        problem = build_problem([0.5, 0.5], [80, 80], included=["a", "b"])
        assert solver.solve(write_program(problem), start=None, gap=GAP, seconds=SECONDS).is_infeasible


class TestQuality:
    def test_a_live_basket_is_within_two_percent_of_the_proven_bound(self, solver):
        shares = []
        for number in (2, 7, 8):
            problem = generated(number)
            live = solve(problem)
            proof = prove(problem, live, solver, gap=GAP, seconds=SECONDS)
            shares.append(live.value / proof.bound)
            assert proof.share >= 0.999
        assert min(shares) >= 0.975
        assert sum(shares) / len(shares) >= 0.99
