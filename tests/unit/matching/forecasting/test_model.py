import math

import numpy as np
import pytest

from matching.forecasting.history import History
from matching.forecasting.model import infer, load_model

MODEL = load_model()
SIZE = 20_000.0


def known(n, views=-2.0, engagements=-5.0, spread=0.7):
    return History(
        both=n,
        both_views=views,
        both_engagements=engagements,
        scatter_views=(n - 1) * spread**2,
        scatter_engagements=(n - 1) * spread**2,
    )


def infer_one(history, platform="tiktok", followers=SIZE):
    posterior = infer(MODEL, [history], [platform], [followers])
    return posterior.mean[0], posterior.covariance[0], posterior.within[0]


class TestInfer:
    def test_is_the_prior_of_platform_and_size_without_posts(self):
        mean, covariance, _ = infer_one(History())

        assert mean == pytest.approx(MODEL.expected("tiktok", SIZE))
        assert covariance[0, 0] == pytest.approx(MODEL.between.views**2)
        assert covariance[0, 1] == pytest.approx(
            MODEL.between.views * MODEL.between.engagements * MODEL.between.correlation
        )

    def test_moves_from_the_tier_to_the_own_posts_as_they_grow(self):
        expected = MODEL.expected("tiktok", SIZE)[0]

        means = [infer_one(known(n))[0][0] for n in (1, 5, 30)]

        assert expected > means[0] > means[1] > means[2] > -2.0
        assert means[2] == pytest.approx(-2.0, abs=0.05)

    def test_is_the_conjugate_posterior_of_likes_alone(self):
        history = History(only_engagements=4, only_engagements_mean=-4.0)

        mean, covariance, _ = infer_one(history)

        tau, sigma = MODEL.between.engagements, MODEL.within.engagements
        freedom = MODEL.scale_posts + 3
        own = sigma**2 * MODEL.scale_posts / freedom  # the four posts do not scatter at all
        trust = tau**2 / (tau**2 + own / 4)
        expected = MODEL.expected("tiktok", SIZE)
        assert mean[1] == pytest.approx(trust * -4.0 + (1 - trust) * expected[1])
        assert covariance[1, 1] == pytest.approx(trust * own / 4)
        lift = MODEL.between.correlation * MODEL.between.views / tau
        assert mean[0] == pytest.approx(expected[0] + lift * (mean[1] - expected[1]))

    def test_widens_with_an_erratic_account_and_narrows_with_a_steady_one(self):
        usual = infer_one(History())[2][0]

        steady, erratic = (infer_one(known(30, spread=s))[2][0] for s in (0.2, 1.5))

        assert steady < usual < erratic

    def test_gives_a_normal_band_the_width_of_students(self):
        within = infer_one(History())[2]

        z = 1.2815515655446004
        assert within[0] / MODEL.within.views == pytest.approx(1 + (z**2 + 1) / (4 * MODEL.scale_posts))

    def test_answers_nobody_with_empty_arrays(self):
        posterior = infer(MODEL, [], [], [])

        assert posterior.mean.shape == (0, 2)
        assert posterior.covariance.shape == (0, 2, 2)


class TestForecastModel:
    def test_expects_less_of_larger_accounts_and_knows_unknown_platforms(self):
        assert MODEL.expected("instagram", 1_000) > MODEL.expected("instagram", 100_000)
        assert all(math.isfinite(value) for value in MODEL.expected("newcomer", 0))

    def test_has_every_covariance_positive(self):
        for spread in (MODEL.between, MODEL.within):
            off = spread.views * spread.engagements * spread.correlation
            matrix = np.array([[spread.views**2, off], [off, spread.engagements**2]])
            assert np.linalg.eigvalsh(matrix).min() > 0
