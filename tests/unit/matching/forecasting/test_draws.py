from dataclasses import replace

import numpy as np
import pytest

from matching.forecasting.draws import PIECES_MOST, ForecastRequest, draw_outcomes, request_for
from matching.forecasting.history import History
from matching.forecasting.model import Calibration, load_model
from tests.builders.matching.documents import build_channel, build_influencer

MODEL = load_model()
MANY = 40_000
LONG = History(both=30, both_views=-1.0, both_engagements=-3.5, scatter_views=14.0, scatter_engagements=18.0)


def request(name="a", *, platform="tiktok", pieces=(("short_video", 1),), week="2026-W48", history=LONG):
    return ForecastRequest(name, platform, 20_000.0, pieces, history, week)


def log_correlation(first, second):
    return float(np.corrcoef(np.log(first), np.log(second))[0, 1])


class TestDrawOutcomes:
    def test_repeats_itself_for_the_same_seed_only(self):
        once, again, other = (draw_outcomes(MODEL, [request()], seed=seed).views for seed in (1, 1, 2))

        assert np.array_equal(once, again)
        assert not np.array_equal(once, other)

    def test_gives_an_influencer_the_same_future_in_every_list(self):
        requests = [request(name) for name in "abc"]

        alone = draw_outcomes(MODEL, requests[1:2], seed=1)
        together = draw_outcomes(MODEL, requests[::-1], seed=1)

        for part in ("views", "engagements", "clicks", "reached"):
            assert np.array_equal(getattr(alone, part)[0], getattr(together, part)[1])

    def test_shares_three_tenths_of_a_pieces_spread_on_one_platform_in_one_week(self):
        sure = replace(
            MODEL, between=replace(MODEL.between, views=1e-6, engagements=1e-6), kinds={"default": (0, 0)}
        )
        pairs = {
            "together": (request("a"), request("b")),
            "other week": (request("a"), request("b", week="2026-W49")),
            "other platform": (request("a"), request("b", platform="x")),
        }

        found = {
            name: log_correlation(*draw_outcomes(sure, pair, seed=5, draws=MANY).views)
            for name, pair in pairs.items()
        }

        assert found == pytest.approx({"together": 0.3, "other week": 0, "other platform": 0}, abs=0.02)

    def test_makes_a_basket_wider_than_independent_pieces_and_narrower_than_summed_ends(self):
        drawn = draw_outcomes(MODEL, [request(name) for name in "abcdefgh"], seed=5, draws=MANY).views

        low, high = np.quantile(drawn, (0.1, 0.9), axis=1).sum(axis=1)
        shuffled = np.stack([np.roll(row, 17 * place) for place, row in enumerate(drawn)])
        summed, independent = (np.quantile(part.sum(axis=0), (0.1, 0.9)) for part in (drawn, shuffled))

        assert low < summed[0] < independent[0]
        assert independent[1] < summed[1] < high

    def test_sums_the_pieces_of_a_package(self):
        one, three = (
            draw_outcomes(MODEL, [request(pieces=(("reel", count),))], seed=1, draws=MANY).views.mean()
            for count in (1, 3)
        )

        assert three == pytest.approx(3 * one, rel=0.03)

    def test_counts_long_series_in_full(self):
        short, long = (
            draw_outcomes(MODEL, [request(pieces=(("reel", count),))], seed=1, draws=MANY).views.mean()
            for count in (PIECES_MOST, 5 * PIECES_MOST)
        )

        assert long == pytest.approx(5 * short, rel=0.02)

    def test_draws_nothing_for_what_is_not_published(self):
        drawn = draw_outcomes(MODEL, [request(pieces=(("content_file", 2),)), request("b")], seed=1)

        assert not drawn.views[0].any()
        assert drawn.views[1].all()

    def test_knows_no_more_of_a_newcomer_than_of_the_tier(self):
        known, new = draw_outcomes(
            MODEL, [request("a"), request("b", history=History())], seed=1, draws=MANY
        ).views

        ratios = [np.quantile(row, 0.9) / np.quantile(row, 0.1) for row in (known, new)]
        assert ratios[1] > 1.5 * ratios[0]

    def test_widens_by_the_calibration_of_the_tier(self):
        wide = replace(MODEL, calibration={"10000": Calibration(width=1.5, n=80)})

        spreads = [
            np.log(draw_outcomes(model, [request()], seed=1).views).std(dtype=float)
            for model in (MODEL, wide)
        ]

        assert spreads[1] == pytest.approx(1.5 * spreads[0], rel=1e-3)

    def test_reaches_fewer_persons_than_there_are_views_and_never_more_than_the_pool(self):
        drawn = draw_outcomes(MODEL, [request(pieces=(("reel", 8),))], seed=1)

        assert (drawn.reached < drawn.views).all()
        pool = np.maximum(2 * 20_000, drawn.views / MODEL.views_per_person)
        assert (drawn.reached <= pool).all()

    def test_has_the_same_bands_when_each_package_is_looked_at_alone(self):
        requests = [request("a"), request("b", pieces=(("reel", 1), ("story_set", 2)))]

        joint, alone = (
            draw_outcomes(MODEL, requests, seed=1, draws=MANY, are_joint=flag).views for flag in (True, False)
        )

        assert np.quantile(alone, (0.1, 0.5, 0.9), axis=1) == pytest.approx(
            np.quantile(joint, (0.1, 0.5, 0.9), axis=1), rel=0.03
        )

    def test_answers_an_empty_list(self):
        assert draw_outcomes(MODEL, [], seed=1).views.shape == (0, 2_000)


class TestRequestFor:
    def test_reads_size_and_stored_history(self):
        document = build_influencer("i1", channels=(build_channel("tiktok", followers=5_000),))

        made = request_for(
            document,
            {"history": {"tiktok": LONG.to_dict()}},
            platform="tiktok",
            pieces=(("reel", 1),),
            week="w",
        )

        assert made == ForecastRequest("i1", "tiktok", 5_000, (("reel", 1),), LONG, "w", "reviewed")
        assert made is not None
        assert made.tier == "1000"

    def test_has_no_answer_where_the_size_is_unknown(self):
        assert request_for(build_influencer(channels=()), {}, platform="x", pieces=()) is None
