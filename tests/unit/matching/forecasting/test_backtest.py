import numpy as np
import pytest

from benchmarks.generated_accounts import generated_accounts
from matching.forecasting.backtest import backtest, crps
from matching.forecasting.model import load_model

PER_TIER = 1_600

#: one worker builds what the file shares
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("backtest")]


@pytest.fixture(scope="module")
def found():
    return backtest(load_model(), generated_accounts(PER_TIER), seed=3)


class TestBacktest:
    def test_judges_every_tier(self, found):
        assert [row.tier for row in found] == ["1000", "10000", "50000", "100000", "500000"]

    def test_covers_what_it_promises_in_every_tier(self, found):
        for row in found:
            # 800 accounts a tier: two standard errors are three points; `benchmarks.forecasts` judges 1,200
            assert row.covered == pytest.approx(0.8, abs=0.03), row

    def test_knows_much_more_than_the_tier_does(self, found):
        for row in found:
            assert row.improvement >= 0.4, row

    def test_repeats_itself(self, found):
        assert backtest(load_model(), generated_accounts(PER_TIER)[::-1], seed=3) == found

    def test_leaves_out_tiers_with_hardly_anybody(self):
        assert backtest(load_model(), generated_accounts(10), seed=3) == []


class TestCrps:
    def test_is_that_of_the_normal_distribution(self):
        sample = np.random.default_rng(1).standard_normal(200_000)

        assert crps(sample, 0.0) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), abs=0.003)

    def test_is_the_distance_of_a_certain_forecast(self):
        assert crps([5.0] * 10, 3.0) == pytest.approx(2.0)
