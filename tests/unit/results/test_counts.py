"""Counts that cannot be are named by their field."""

import pytest

from marketplace.results.domain import COUNT_MAX, wrong_counts


class TestWrongCounts:
    @pytest.mark.parametrize(
        ("counts", "wrong"),
        [
            ({"views": 10, "likes": None}, {}),
            ({"views": 0}, {}),
            ({"views": COUNT_MAX}, {}),
            ({"views": COUNT_MAX + 1, "likes": -1}, {"views": "out_of_range", "likes": "out_of_range"}),
            ({"views": None, "likes": None}, {"views": "nothing"}),
            ({"reach": 10, "impressions": 10}, {}),
            ({"reach": 11, "impressions": 10}, {"reach": "above_impressions"}),
            ({"reach": 11, "impressions": None}, {}),
        ],
    )
    def test_says_what_is_wrong_with_which(self, counts, wrong):
        assert wrong_counts(counts) == wrong
