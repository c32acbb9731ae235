from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.exposure.plan import POSTS_KNOWN, seed_of
from matching.exposure.thompson import draw_chances
from matching.formulas import load_formula
from matching.scoring import Part, PartState, points_lost

FORMULA = load_formula()
TAU = 1.0


def part(name, value, state=PartState.KNOWN, **evidence):
    return Part(name, value, FORMULA.weights[name], points_lost(name, value, FORMULA), state, evidence)


def parts(*, n=4, z=0.0, variance=0.16, relevance=0.9, authenticity=None):
    performance = part("performance", 0.5, n=n, z=z, variance=variance)
    if n == 0:
        performance = part("performance", 0.5, PartState.MISSING)
    return {
        "performance": performance,
        "relevance": part("relevance", relevance),
        "authenticity": part("authenticity", 0.8, PartState.MISSING)
        if authenticity is None
        else part("authenticity", authenticity),
    }


def draw(own, *, seed=1, ids=None, scores=None):
    ids = ids or [f"i{row}" for row in range(len(own))]
    return draw_chances(ids, scores or [70.0] * len(own), own, FORMULA, tau=TAU, seed=seed)


class TestDrawChances:
    def test_say_in_points_what_the_drawn_value_changes(self):
        (chance,) = draw([parts()])

        assert chance.value is not None
        expected = points_lost("performance", 0.5, FORMULA) - points_lost(
            "performance", chance.value, FORMULA
        )
        assert chance.points == pytest.approx(expected)

    def test_repeat_themselves_for_a_brief_and_day(self):
        monday, again, tuesday = (
            draw([parts()], seed=seed_of("brief", date(2026, 11, day)))[0] for day in (23, 23, 24)
        )

        assert monday == again
        assert monday.points != tuesday.points
        assert seed_of("other", date(2026, 11, 23)) != seed_of("brief", date(2026, 11, 23))

    def test_depend_on_nobody_else_in_the_pool(self):
        alone = draw([parts()], ids=["b"])[0]
        among = draw([parts(n=2), parts(), parts(n=9)], ids=["a", "b", "c"])[1]

        assert alone.points == among.points

    @pytest.mark.parametrize(
        "own",
        [
            parts(n=POSTS_KNOWN),
            parts(relevance=0.49),
            parts(authenticity=0.79),
            parts(n=0, relevance=0.3),
        ],
    )
    def test_leave_alone_who_is_known_does_not_fit_or_is_under_a_flag(self, own):
        assert draw([own])[0].value is None
        assert draw([own])[0].points == 0

    def test_spread_more_the_less_is_known(self):
        def spread(own):
            return np.std([draw([own], seed=seed)[0].value for seed in range(300)])

        assert spread(parts(n=0)) > spread(parts(n=2, variance=0.24)) > spread(parts(n=15, variance=0.04))

    def test_tell_how_often_somebody_reaches_the_first_page(self):
        known = [parts(n=30) for _ in range(30)]
        scores = [90.0] * 19 + [69.0] * 11 + [70.0]

        chances = draw([*known, parts(n=0)], scores=scores)

        assert [chance.propensity for chance in chances[:19]] == [1.0] * 19
        assert 0.2 < chances[-1].propensity < 1.0
        assert chances[-1].propensity + sum(c.propensity for c in chances[:-1]) == pytest.approx(20)

    def test_answer_an_empty_pool(self):
        assert draw([]) == []

    def test_never_leave_the_range_of_the_part(self):
        for seed in range(200):
            (chance,) = draw([parts(n=0)], seed=seed)
            assert FORMULA.floor <= chance.value <= 1
            assert chance.points <= parts(n=0)["performance"].points + 1e-9


def test_scores_of_a_formula_without_weight_on_performance_do_not_move():
    formula = replace(FORMULA, weights={**FORMULA.weights, "performance": 0.0})
    own = {name: replace(one, points=0.0) if name == "performance" else one for name, one in parts().items()}

    assert draw_chances(["a"], [70.0], [own], formula, tau=TAU, seed=1)[0].points == 0
