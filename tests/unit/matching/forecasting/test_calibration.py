import numpy as np
import pytest

from matching.forecasting.bands import Band
from matching.forecasting.calibration import (
    MEASURED_LEAST,
    Measured,
    calibrate,
    conformal_width,
    coverage_table,
)
from matching.forecasting.model import Z_80


def measured(value, *, tier="1000", platform="tiktok", spread=1.0, width=1.0):
    ends = np.exp(np.array([-1, 0, 1]) * spread * width) * 1_000
    return Measured(tier, platform, Band(*ends), width, value)


class TestConformalWidth:
    def test_is_the_rank_that_covers_the_next_one(self):
        assert conformal_width([float(n) for n in range(1, 20)]) == 16  # ceil(20 * 0.8)

    def test_promises_nothing_from_too_few(self):
        assert conformal_width([1.0, 2.0, 3.0]) is None


class TestCalibrate:
    def test_finds_the_width_that_was_wrong_whatever_was_applied_before(self):
        rng = np.random.default_rng(4)
        values = 1_000 * np.exp(rng.normal(0, 1.5 / Z_80, 4_000))  # truly 1.5 times wider than the bands

        for applied in (1.0, 2.0):
            found = calibrate([measured(value, width=applied) for value in values])
            assert found["1000"].width == pytest.approx(1.5, rel=0.05)
            assert found["1000"].n == 4_000

    def test_leaves_a_tier_alone_that_was_hardly_measured(self):
        assert calibrate([measured(900.0)] * (MEASURED_LEAST - 1)) == {}


class TestCoverageTable:
    def test_counts_misses_by_platform_and_size(self):
        rows = coverage_table(
            [
                measured(1_000.0),
                measured(90_000.0),
                measured(1_100.0, tier="50000"),
                measured(1.0, platform="x"),
            ]
        )

        found = [(row.platform, row.tier, row.n, row.inside) for row in rows]
        assert found == [("tiktok", "1000", 2, 1), ("tiktok", "50000", 1, 1), ("x", "1000", 1, 0)]
