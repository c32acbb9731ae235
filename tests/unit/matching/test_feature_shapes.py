"""Features come back from their rows as they went in, whatever their fields."""

import json

import pytest

from matching.adapters.feature_shapes import restore_features, shape_features

POST = {"id": "p", "url": "u", "published_at": "2026-01-01", "topics": ["skin"], "ln_rate": None}
PERFORMANCE = {
    "platform": "x",
    "z": 0.1,
    "n": 3,
    "mean_ln_rate": -3.0,
    "expected_ln_rate": -3.1,
    "variance": 0.2,
}
HISTORY = {
    "both": 1,
    "only_views": 0,
    "only_engagements": 0,
    "both_views": -0.9,
    "both_engagements": -3.5,
    "only_views_mean": 0.0,
    "only_engagements_mean": 0.0,
    "scatter_views": 0.0,
    "scatter_engagements": 1.1,
    "newest": None,
}


class TestShapes:
    @pytest.mark.parametrize(
        "features",
        [
            {},
            {"posts": [], "performance": None, "history": {}},
            {
                "focus": 0.5,
                "posts": [POST, POST],
                "performance": PERFORMANCE,
                "history": {"x": HISTORY, "y": HISTORY},
            },
            {"posts": [{"id": "p1"}], "performance": {"z": 1.0}, "history": {"x": {**HISTORY, "more": 1}}},
            {"posts": [{**POST, "more": 1}, POST], "performance": "none", "history": None},
        ],
    )
    def test_bring_back_what_they_were_given(self, features):
        stored = json.loads(json.dumps(shape_features(features)))
        assert restore_features(stored) == features

    def test_leave_the_given_features_alone(self):
        features = {"posts": [POST], "performance": PERFORMANCE}
        shape_features(features)
        assert features == {"posts": [POST], "performance": PERFORMANCE}

    def test_keep_no_name_of_a_field_that_is_always_there(self):
        shaped = shape_features({"posts": [POST], "performance": PERFORMANCE, "history": {"x": HISTORY}})
        assert "published_at" not in json.dumps(shaped)
        assert "variance" not in json.dumps(shaped)
        assert "scatter_views" not in json.dumps(shaped)
