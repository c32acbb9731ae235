import pytest

from matching.exposure.audit import gini, group_shares
from matching.exposure.shadow_prices import POINTS_MOST, next_price


class TestGini:
    @pytest.mark.parametrize(
        ("amounts", "expected"), [([1, 1, 1], 0.0), ([0, 0, 0, 8], 0.75), ([], 0.0), ([0], 0.0)]
    )
    def test_is_nothing_when_all_have_the_same(self, amounts, expected):
        assert gini(amounts) == pytest.approx(expected)


class TestGroupShares:
    def test_divide_each_kind_of_chance_by_its_own_sum(self):
        rows = group_shares({"a": "x", "b": "y", "c": "y"}, {"a": 6, "b": 2, "?": 9}, {"b": 1}, {})

        assert [(row.group, row.people, row.shown, row.invited, row.booked) for row in rows] == [
            ("x", 1, 0.75, 0, 0),
            ("y", 2, 0.25, 1, 0),
        ]


class TestNextPrice:
    def test_rises_while_more_is_asked_than_there_is_time_and_falls_back(self):
        up = next_price(1.0, expected_demand=6, slots=2)

        assert up == 3.0
        assert next_price(up, expected_demand=0, slots=2) == 2.0
        assert next_price(0.5, expected_demand=0, slots=2) == 0.0

    def test_is_bounded_and_waits_without_a_slot(self):
        assert next_price(24.0, expected_demand=500, slots=1) == POINTS_MOST
        assert next_price(4.0, expected_demand=9, slots=0) == 4.0
