import math
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
import pytest

from matching.exposure.plan import POSTS_KNOWN, seed_of
from matching.exposure.thompson import Known, draw_chances
from matching.formulas import load_formula
from matching.scoring import points_lost

FORMULA = load_formula()
TAU = 1.0


class Chance(NamedTuple):
    points: float
    value: float
    propensity: float


AVERAGE_POINTS = points_lost("performance", 0.5, FORMULA)


def one(*, n=4, z=0.0, variance=0.16, relevance=0.9, authenticity=math.nan):
    """What is known of one influencer, in the order of `Known`."""
    return (relevance, authenticity, *((z, variance) if n else (math.nan, math.nan)), n)


def draw(own, *, seed=1, ids=None, scores=None, points=AVERAGE_POINTS, formula=FORMULA):
    """The chances of each, as (points, value, propensity) of one row."""
    columns = [np.array(column, float) for column in zip(*own, strict=True)] or [np.zeros(0)] * 5
    known = Known(*columns[:4], columns[4].astype(int))
    ids = ids or [f"i{row}" for row in range(len(own))]
    scores = np.array(scores or [70.0] * len(own))
    drawn = draw_chances(ids, scores, known, np.full(len(own), points), formula, tau=TAU, seed=seed)
    rows = zip(drawn.points.tolist(), drawn.values.tolist(), drawn.propensities.tolist(), strict=True)
    return [Chance(*row) for row in rows]


class TestDrawChances:
    def test_say_in_points_what_the_drawn_value_changes(self):
        (chance,) = draw([one()])

        assert not math.isnan(chance.value)
        expected = points_lost("performance", 0.5, FORMULA) - points_lost(
            "performance", chance.value, FORMULA
        )
        assert chance.points == pytest.approx(expected)

    def test_repeat_themselves_for_a_brief_and_day(self):
        monday, again, tuesday = (
            draw([one()], seed=seed_of("brief", date(2026, 11, day)))[0] for day in (23, 23, 24)
        )

        assert monday == again
        assert monday.points != tuesday.points
        assert seed_of("other", date(2026, 11, 23)) != seed_of("brief", date(2026, 11, 23))

    def test_depend_on_nobody_else_in_the_pool(self):
        alone = draw([one()], ids=["b"])[0]
        among = draw([one(n=2), one(), one(n=9)], ids=["a", "b", "c"])[1]

        assert alone.points == among.points

    @pytest.mark.parametrize(
        "own",
        [
            one(n=POSTS_KNOWN),
            one(relevance=0.49),
            one(authenticity=0.79),
            one(n=0, relevance=0.3),
        ],
    )
    def test_leave_alone_who_is_known_does_not_fit_or_is_under_a_flag(self, own):
        assert math.isnan(draw([own])[0].value)
        assert draw([own])[0].points == 0

    def test_spread_more_the_less_is_known(self):
        def spread(own):
            return np.std([draw([own], seed=seed)[0].value for seed in range(300)])

        assert spread(one(n=0)) > spread(one(n=2, variance=0.24)) > spread(one(n=15, variance=0.04))

    def test_tell_how_often_somebody_reaches_the_first_page(self):
        known = [one(n=30) for _ in range(30)]
        scores = [90.0] * 19 + [69.0] * 11 + [70.0]

        chances = draw([*known, one(n=0)], scores=scores)

        assert [chance.propensity for chance in chances[:19]] == [1.0] * 19
        assert 0.2 < chances[-1].propensity < 1.0
        assert chances[-1].propensity + sum(c.propensity for c in chances[:-1]) == pytest.approx(20)

    def test_answer_an_empty_pool(self):
        assert draw([]) == []

    def test_never_leave_the_range_of_the_part(self):
        for seed in range(200):
            (chance,) = draw([one(n=0)], seed=seed)
            assert FORMULA.floor <= chance.value <= 1
            assert chance.points <= AVERAGE_POINTS + 1e-9


def test_scores_of_a_formula_without_weight_on_performance_do_not_move():
    formula = replace(FORMULA, weights={**FORMULA.weights, "performance": 0.0})

    assert draw([one()], points=0.0, formula=formula)[0].points == 0
