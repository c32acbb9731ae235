import math

import pytest

from matching.measures import bootstrap_interval, correlation, measure, sign_flip_p, spearman


class TestMeasure:
    def test_is_one_for_a_perfect_ranking(self):
        quality = measure(["a", "b", "c"], {"a": 1, "b": 1})
        assert (quality.ndcg_10, quality.recall_50, quality.reciprocal_rank, quality.precision_5) == (
            1.0,
            1.0,
            1.0,
            0.4,
        )

    def test_is_known_for_a_worked_case(self):
        quality = measure(["x", "a", "y", "b"], {"a": 1, "b": 1, "c": 1})
        ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
        assert quality.ndcg_10 == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
        assert quality.recall_50 == pytest.approx(2 / 3)
        assert quality.reciprocal_rank == 0.5
        assert quality.precision_5 == pytest.approx(0.4)

    def test_counts_repeated_ids_once(self):
        assert measure(["a", "a", "b"], {"a": 1, "b": 1}).ndcg_10 == 1.0

    def test_is_zero_when_nothing_is_found_or_labelled(self):
        assert measure(["x"], {"a": 1}).reciprocal_rank == 0.0
        assert measure(["x"], {}).ndcg_10 == 0.0
        assert measure(["x"], {}).recall_50 == 0.0


class TestBootstrapInterval:
    def test_holds_the_mean_and_is_the_same_every_time(self):
        values = [0.1, 0.5, 0.9, 0.7, 0.3]
        low, high = bootstrap_interval(values)
        assert low < 0.5 < high
        assert bootstrap_interval(values) == (low, high)

    def test_is_empty_without_values(self):
        assert bootstrap_interval([]) == (0.0, 0.0)


class TestSignFlip:
    def test_is_small_for_a_steady_difference(self):
        assert sign_flip_p([0.1] * 12) < 0.01

    def test_is_large_for_noise(self):
        assert sign_flip_p([0.1, -0.1, 0.05, -0.06]) > 0.3

    def test_is_one_without_any_difference(self):
        assert sign_flip_p([0.0, 0.0]) == 1.0


class TestCorrelation:
    def test_is_one_on_a_line_and_minus_one_on_a_falling_one(self):
        assert correlation([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
        assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)

    def test_is_nothing_where_there_is_nothing_to_correlate(self):
        assert correlation([1], [2]) == correlation([1, 1], [2, 3]) == 0


class TestSpearman:
    def test_sees_the_order_alone(self):
        assert spearman([1, 2, 3, 4], [1, 10, 100, 1_000]) == pytest.approx(1)

    def test_gives_ties_their_mean_rank(self):
        # ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: r = 4.5 / sqrt(4.5 * 5)
        assert spearman([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
