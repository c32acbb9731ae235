from datetime import date

import numpy as np
import pytest

from matching.documents import AudienceDocument, Source
from matching.forecasting.segments import Segment, audience_shares, reach_probabilities

SAUDI = AudienceDocument({"SA": 0.6, "AE": 0.2}, {"ar": 0.8, "en": 0.2}, Source.API, date(2026, 10, 1))
SEGMENTS = (Segment("SA", "ar"), Segment("AE", "en"), Segment("SA", None), Segment("EG", "ar"))


class TestAudienceShares:
    def test_cross_country_and_language(self):
        assert audience_shares([SAUDI], SEGMENTS) == pytest.approx(np.array([[0.48, 0.04, 0.6, 0.0]]))

    def test_promise_nobody_without_a_split(self):
        assert audience_shares([None], SEGMENTS).tolist() == [[0, 0, 0, 0]]


class TestReachProbabilities:
    def test_divide_the_persons_reached_by_the_size_of_the_segment(self):
        shares = np.array([[0.5, 0.1], [0.0, 0.4]])

        found = reach_probabilities(np.array([1_000.0, 5_000.0]), shares, np.array([2_000.0, 10_000.0]))

        assert found == pytest.approx(np.array([[0.25, 0.01], [0.0, 0.2]]))

    def test_keep_the_draws_on_the_last_axis(self):
        found = reach_probabilities(
            np.array([[100.0, 900.0, 9_000.0]]), np.array([[0.5]]), np.array([1_000.0])
        )

        assert found.tolist() == [[[0.05, 0.45, 1.0]]]

    def test_are_zero_in_an_empty_segment(self):
        assert reach_probabilities(np.array([5.0]), np.array([[0.5]]), np.array([0.0])).tolist() == [[0.0]]
