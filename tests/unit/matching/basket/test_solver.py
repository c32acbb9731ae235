import pytest

from matching.basket.limits import broken_limits
from matching.basket.solver import NoBasket, search, solve
from tests.builders.matching.baskets import build_problem


class TestSolve:
    def test_prefers_two_cheap_ones_to_one_celebrity(self):
        problem = build_problem([0.5, 0.4, 0.4], [100, 50, 50])
        assert solve(problem).ids == ("b", "c")

    def test_prefers_other_people_to_the_same_people_again(self):
        problem = build_problem([[0.6, 0.0], [0.6, 0.0], [0.0, 0.5]], [50, 50, 50])
        assert solve(problem).ids in {("a", "c"), ("b", "c")}

    def test_counts_only_segments_that_matter(self):
        problem = build_problem([[0.9, 0.0], [0.0, 0.1]], [100, 100], fit=[0.0, 1.0])
        assert solve(problem).ids == ("b",)

    def test_leaves_money_when_nobody_adds_anything(self):
        problem = build_problem([0.0, 0.2], [10, 10])
        assert solve(problem).ids == ("b",)

    def test_is_empty_when_nobody_can_be_paid(self):
        basket = solve(build_problem([0.5], [101]))
        assert (basket.ids, basket.value, basket.cost_minor) == ((), 0.0, 0)

    def test_is_empty_without_candidates(self):
        assert solve(build_problem([], [])).ids == ()

    def test_keeps_the_cap_of_a_topic(self):
        problem = build_problem(
            [0.5, 0.5, 0.1], [10, 10, 10], topics=["skin", "skin", "hair"], per_topic_most=1
        )
        assert set(solve(problem).ids) in ({"a", "c"}, {"b", "c"})

    def test_holds_whom_the_brand_ticked(self):
        problem = build_problem([0.9, 0.1, 0.1], [60, 60, 40], included=["b"])
        assert solve(problem).ids == ("b", "c")

    def test_leaves_out_whom_the_brand_unticked(self):
        assert solve(build_problem([0.9, 0.1], [50, 50], excluded=["a"])).ids == ("b",)

    def test_gives_a_newcomer_a_place_that_others_would_take(self):
        problem = build_problem([0.9, 0.8, 0.1], [50, 50, 50], newcomers=("c",), newcomers_least=1)
        assert "c" in solve(problem).ids

    def test_finds_the_newcomer_who_leaves_the_best_a_place_of_their_topic(self):
        problem = build_problem(
            [0.0, 0.0, 0.5],
            [1, 1, 1],
            topics=["skin", "hair", "skin"],
            newcomers=["a", "b"],
            budget=2,
            per_topic_most=1,
            newcomers_least=1,
        )
        assert solve(problem).ids == ("b", "c")
        found = search(problem)
        assert found is not None
        assert found.ids == ("b", "c")

    def test_keeps_the_share_of_the_language(self):
        problem = build_problem(
            [[0.6, 0.0], [0.0, 0.3], [0.0, 0.3]],
            [40, 30, 30],
            in_floor=[False, True],
            floor_share=0.5,
        )
        basket = solve(problem)
        assert set(basket.ids) == {"a", "b", "c"}
        strict = build_problem(
            [[0.6, 0.0], [0.0, 0.3], [0.0, 0.3]],
            [40, 30, 30],
            in_floor=[False, True],
            floor_share=0.6,
        )
        assert set(solve(strict).ids) == {"b", "c"}

    @pytest.mark.parametrize(
        ("limit", "given"),
        [
            ("included", {"included": ["z"]}),
            ("budget", {"included": ["a", "b"], "budget": 99}),
            ("count", {"included": ["a", "b"], "count": 1}),
            ("topic", {"included": ["a", "b"], "per_topic_most": 1}),
            ("newcomers", {"newcomers_least": 1}),
            ("floor", {"included": ["a"], "in_floor": [False], "floor_share": 0.5}),
        ],
    )
    def test_names_the_limit_that_stands_in_the_way(self, limit, given):
        with pytest.raises(NoBasket) as refused:
            solve(build_problem([0.5, 0.5], [50, 50], **given))
        assert refused.value.limit == limit

    def test_needs_exchanges_where_greedy_is_trapped(self):
        # The cheap one has the best ratio, and then the better one no longer fits.
        problem = build_problem([0.1, 0.9], [5, 100])
        assert solve(problem).ids == ("b",)


class TestBrokenLimits:
    def test_names_all_of_them(self):
        problem = build_problem(
            [0.5, 0.5], [80, 80], count=1, per_topic_most=1, newcomers_least=1, included=["z"]
        )
        assert set(broken_limits(problem, [0, 1])) == {"included", "budget", "count", "topic", "newcomers"}
