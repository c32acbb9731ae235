import numpy as np
import pytest

from matching.forecasting.bands import (
    Band,
    CostBand,
    Forecast,
    bands_of,
    forecast_packages,
    total_of,
)
from matching.forecasting.draws import ForecastRequest
from matching.forecasting.history import History
from matching.forecasting.model import load_model

MODEL = load_model()
REQUEST = ForecastRequest(
    "a", "tiktok", 20_000.0, (("short_video", 1),), History(both=12, both_views=-1.0, both_engagements=-3.5)
)


class TestBand:
    def test_turns_round_for_costs(self):
        assert Band(1_000, 2_000, 4_000).costs(8_000, 1_000) == CostBand(2_000, 4_000, 8_000)

    def test_holds_its_ends(self):
        band = Band(1, 2, 3)

        assert [band.holds(value) for value in (0.9, 1, 3, 3.1)] == [False, True, True, False]


class TestBandsOf:
    def test_are_the_quantiles_of_each_row(self):
        values = np.random.default_rng(3).random((3, 501), dtype=np.float32)

        found = np.array([[band.low, band.mid, band.high] for band in bands_of(values)])

        assert found == pytest.approx(np.quantile(values, (0.1, 0.5, 0.9), axis=1).T, abs=1e-6)

    def test_have_no_answer_for_nobody(self):
        assert bands_of(np.zeros((0, 5), dtype=np.float32)) == []


class TestForecastPackages:
    def test_say_what_they_stand_on_and_what_it_costs(self):
        (forecast,) = forecast_packages(MODEL, [REQUEST], [(190_000, "SAR")], seed=4)

        assert forecast is not None
        assert forecast.views.low < forecast.views.mid < forecast.views.high
        assert (forecast.posts, forecast.model, forecast.seed, forecast.tier) == (12, "f1", 4, "10000")
        assert forecast.cpm == forecast.views.costs(190_000, 1_000)
        assert forecast.cpe == forecast.engagements.costs(190_000, 1)
        assert forecast.cpc == forecast.clicks.costs(190_000, 1)

    def test_have_no_costs_without_a_price_and_are_thin_below_ten_posts(self):
        few = ForecastRequest(
            "a", "tiktok", 20_000.0, (("short_video", 1),), History(both=9, both_views=-1.0)
        )

        (forecast,) = forecast_packages(MODEL, [few], [None], seed=4)

        assert forecast is not None
        assert (forecast.cpm, forecast.is_thin) == (None, True)

    def test_are_the_same_to_the_last_bit_on_one_core_and_on_two(self, monkeypatch):
        pieces = (("reel", 2), ("story", 1), ("short_video", 1))
        requests = [
            ForecastRequest(f"i{number}", "tiktok", 2_000.0 + 900 * number, pieces[: 1 + number % 3])
            for number in range(21)
        ]
        found = []
        for is_free in (False, True):
            monkeypatch.setattr("matching.forecasting.bands.has_free_core", lambda is_free=is_free: is_free)
            found.append(forecast_packages(MODEL, requests, [None] * len(requests), seed=4))
        assert found[0] == found[1]

    def test_say_nothing_of_files(self):
        file = ForecastRequest("a", "tiktok", 20_000.0, (("content_file", 1),))

        assert forecast_packages(MODEL, [file], [None], seed=4) == [None]

    def test_come_back_as_they_were_stored(self):
        (forecast,) = forecast_packages(MODEL, [REQUEST], [(190_000, "SAR")], seed=4)

        assert forecast is not None
        assert Forecast.from_dict(forecast.to_dict()) == forecast


class TestTotalOf:
    def test_one_package_is_what_was_promised_of_it(self):
        (promised,) = forecast_packages(MODEL, [REQUEST], [None], seed=7)
        assert total_of([promised]) == promised
