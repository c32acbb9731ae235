from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.authenticity import (
    SIGNS,
    Sign,
    SignState,
    authenticity_value,
    comments_per_like,
    describe,
    growth_jump,
    judge,
    percentile,
)
from matching.formulas import load_formula

FORMULA = load_formula()
NEUTRAL = FORMULA.neutral["authenticity"]
PEERS = describe([float(n) for n in range(1_000)])


def look(name, value, peers=PEERS, *, is_explained=False):
    return judge(name, value, peers, FORMULA, is_explained=is_explained)


class TestPercentile:
    def test_is_the_share_below_with_equals_by_half(self):
        assert percentile(500.0, PEERS) == pytest.approx(0.5, abs=0.01)
        assert percentile(5.0, describe([5.0] * 30)) == pytest.approx(0.5)
        assert (percentile(-1.0, PEERS), percentile(2_000.0, PEERS)) == (0.0, 1.0)


class TestJudge:
    def test_weighs_nothing_up_to_the_ninetieth_and_all_from_the_last_half_percent(self):
        assert look("comments", 500.0).weight == 0.0
        assert look("growth", 890.0).state is SignState.USUAL
        assert look("growth", 998.0).weight == pytest.approx(1.0)
        assert 0 < look("growth", 950.0).weight < 1

    def test_looks_at_the_low_tail_of_engagement_and_at_the_high_one_apart(self):
        assert look("engagement_low", 2.0).state is SignState.UNUSUAL
        assert look("engagement_low", 998.0).state is SignState.USUAL
        assert look("engagement_high", 998.0).state is SignState.UNUSUAL

    def test_looks_at_both_tails_of_comments(self):
        assert look("comments", 1.0).weight == pytest.approx(look("comments", 998.0).weight, abs=0.1)
        assert look("comments", 1.0).state is SignState.UNUSUAL

    @pytest.mark.parametrize(("value", "peers"), [(None, PEERS), (5.0, None), (5.0, describe([1.0] * 19))])
    def test_does_not_check_what_is_unknown_or_has_few_peers(self, value, peers):
        assert look("growth", value, peers).state is SignState.NOT_CHECKED

    def test_takes_an_explained_one_as_checked_and_of_no_weight(self):
        sign = look("growth", 998.0, is_explained=True)
        assert (sign.state, sign.weight) == (SignState.EXPLAINED, 0.0)

    def test_judges_a_circle_by_its_share_however_many_others_have_one(self):
        circles = describe([0.6] * 50)
        assert look("pod", 0.6, circles).weight == 1.0
        assert look("pod", 0.1, circles).state is SignState.USUAL

    def test_is_not_done_by_formulas_that_know_nothing_of_it(self):
        sign = judge("growth", 998.0, PEERS, load_formula("v1"), is_explained=False)
        assert sign.state is SignState.NOT_CHECKED


class TestAuthenticityValue:
    def usual(self, name):
        return Sign(name, SignState.USUAL, 1.0, 0.5, 100)

    def test_is_unknown_when_nothing_was_checked(self):
        assert authenticity_value([Sign(n, SignState.NOT_CHECKED) for n in SIGNS], FORMULA) is None

    def test_is_one_only_when_all_was_checked_and_nothing_unusual(self):
        signs = [self.usual(name) for name in SIGNS]
        assert authenticity_value(signs, FORMULA) == pytest.approx(1.0)
        signs[0] = Sign(SIGNS[0], SignState.NOT_CHECKED)
        assert NEUTRAL < authenticity_value(signs, FORMULA) < 1

    def test_never_takes_unchecked_for_clean(self):
        one = [Sign(n, SignState.NOT_CHECKED) for n in SIGNS if n != "following"] + [self.usual("following")]
        assert authenticity_value(one, FORMULA) == pytest.approx(NEUTRAL, abs=0.02)

    def test_falls_by_the_weight_of_each_unusual_sign(self):
        signs = [self.usual(name) for name in SIGNS]
        signs[2] = replace(signs[2], weight=0.5, state=SignState.UNUSUAL)
        expected = 1 - 0.5 * FORMULA.authenticity[SIGNS[2]]
        assert authenticity_value(signs, FORMULA) == pytest.approx(expected)


class TestCommentsPerLike:
    def test_needs_five_measured_posts(self):
        assert comments_per_like([(1, 10)] * 4 + [(None, 10)]) is None
        assert comments_per_like([(9, 99)] * 5) == pytest.approx(-2.348, abs=0.001)


class TestGrowthJump:
    def history(self, days=30, *, jump_on=None, by=3_000.0):
        first, value, found = date(2026, 1, 1), 10_000.0, {}
        for n in range(days):
            value += 10 + n % 3 + (by if n == jump_on else 0)
            found[first + timedelta(days=n)] = value
        return found

    def test_needs_two_weeks(self):
        assert growth_jump(self.history(10), []) is None

    def test_is_small_without_a_jump_and_large_with_one(self):
        assert growth_jump(self.history(), []) < 5 < growth_jump(self.history(jump_on=20), [])

    def test_lets_a_rise_of_views_explain_it(self):
        day = date(2026, 1, 21)
        views = [(date(2025, 6, 1) + timedelta(days=n), 1_000) for n in range(20)] + [(day, 50_000)]
        assert growth_jump(self.history(jump_on=20), views) < 5
