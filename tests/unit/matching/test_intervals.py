import math

import pytest

from matching.intervals import beta_cdf, beta_quantile


class TestBetaCdf:
    def test_is_the_share_itself_for_the_even_distribution(self):
        assert beta_cdf(0.3, 1, 1) == pytest.approx(0.3)

    def test_is_known_for_whole_parameters(self):
        # I_x(2, 3) = P(at least 2 of 4 trials succeed)
        x = 0.35
        expected = 1 - (1 - x) ** 4 - 4 * x * (1 - x) ** 3
        assert beta_cdf(x, 2, 3) == pytest.approx(expected, abs=1e-12)

    def test_is_the_arcsine_law_at_one_half(self):
        assert beta_cdf(0.2, 0.5, 0.5) == pytest.approx(2 / math.pi * math.asin(math.sqrt(0.2)))

    def test_ends_at_nothing_and_everything(self):
        assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3)) == (0, 1)


class TestBetaQuantile:
    @pytest.mark.parametrize(("a", "b"), [(0.16, 7.84), (3.2, 40.8), (60.16, 7.84), (500, 2)])
    def test_undoes_the_distribution(self, a, b):
        for p in (0.05, 0.2, 0.9):
            assert beta_cdf(beta_quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-6)

    def test_gives_few_posts_a_lower_bound_than_many(self):
        assert beta_quantile(0.2, 3, 1) < beta_quantile(0.2, 30, 10) < 0.75
