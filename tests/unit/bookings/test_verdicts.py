"""From verdicts to a share: weights, largest remainder, the floor of a cancellation."""

import pytest

from marketplace.bookings.verdicts import criteria_of_post, judged_criteria, share_of_verdicts

CRITERIA = [{"id": "a", "weight": 40}, {"id": "b", "weight": 60}]


class TestShareOfVerdicts:
    @pytest.mark.parametrize(
        ("verdicts", "share"),
        [
            ({}, 10_000),
            ({"a": "met", "b": "met"}, 10_000),
            ({"a": "not_met"}, 6_000),
            ({"b": "not_met"}, 4_000),
            ({"a": "not_met", "b": "not_met"}, 0),
        ],
    )
    def test_is_the_weight_of_what_is_met(self, verdicts, share):
        assert share_of_verdicts(CRITERIA, verdicts) == share

    def test_divides_thirds_by_largest_remainder(self):
        thirds = [{"id": each, "weight": 1} for each in "abc"]
        assert share_of_verdicts(thirds, {"a": "not_met"}) == 6_667
        assert share_of_verdicts(thirds, {"a": "not_met", "b": "not_met"}) == 3_333

    def test_weighs_criteria_without_weights_alike(self):
        assert share_of_verdicts([{"id": "a"}, {"id": "b"}], {"a": "not_met"}) == 5_000

    def test_is_never_less_than_a_cancellation_gave(self):
        assert share_of_verdicts(CRITERIA, {"a": "not_met", "b": "not_met"}, floor_bps=5_000) == 5_000
        assert share_of_verdicts(CRITERIA, {"a": "not_met"}, floor_bps=5_000) == 6_000


class TestJudgedCriteria:
    def test_are_those_named_or_all_of_a_cancelled_work(self):
        assert judged_criteria(CRITERIA, named=["b"], previous_status="submitted") == ["b"]
        assert judged_criteria(CRITERIA, named=["b"], previous_status="cancelled") == ["a", "b"]


class TestCriteriaOfPost:
    def test_are_the_agreed_ones_of_live_days(self):
        agreed = [{"id": "label", "kind": "label"}, {"id": "up", "kind": "live_days", "weight": 10}]
        assert criteria_of_post(agreed, days=30) == (["up"], [])

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (1, "يوم واحد"),
            (2, "يومين"),
            (3, "3 أيام"),
            (10, "10 أيام"),
            (11, "11 يومًا"),
            (30, "30 يومًا"),
            (100, "100 يوم"),
            (103, "103 أيام"),
        ],
    )
    def test_counts_days_as_arabic_does(self, days, words):
        ((added,),) = (criteria_of_post([], days=days)[1],)
        assert added["text_ar"].endswith(f" مدة {words}")

    def test_are_those_of_the_policy_where_none_was_agreed(self):
        agreed = [{"id": "a", "kind": "other", "weight": 70}, {"id": "b", "kind": "other", "weight": 30}]
        named, (added,) = criteria_of_post(agreed, days=30)
        assert named == [added["id"]] == ["kept_live"]
        assert (added["kind"], added["weight"]) == ("live_days", 50)
        assert "30" in added["text"]
        assert "30" in added["text_ar"]
        assert (
            criteria_of_post([{"id": "a"}], days=30)[1][0]["weight"] == 0
        )  # it weighs as much as the others
