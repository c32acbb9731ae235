import numpy as np
import pytest

from matching.formulas import load_formula
from matching.scoring import Formula
from matching.training import WEIGHT_LEAST, LabelledPlace, examined, train

#: fixed, so that a later formula does not change what this generated market can tell
FORMULA = load_formula("v1")
NAMES = list(FORMULA.weights)
BRIEFS = 160


def world(true_weights, *, seed=1, shown=12, noise=0.4, briefs=BRIEFS):
    """Briefs shown in the present order; a place is taken up when it is looked at and truly good."""
    rng = np.random.default_rng(seed)
    places = []
    for brief in range(briefs):
        values = rng.uniform(0.05, 1.0, (shown, len(NAMES)))
        now = np.log(values) @ [FORMULA.weights[name] for name in NAMES]
        good = np.log(values) @ [true_weights[name] for name in NAMES] + noise * rng.normal(size=shown)
        order = np.argsort(-now)
        best = np.argsort(-good)[:3]
        for position, row in enumerate(order, start=1):
            is_seen = rng.random() < examined(position, 1.0)
            label = 2 if row in best and is_seen else 0
            own = dict(zip(NAMES, values[row], strict=True))
            places.append(LabelledPlace(f"b{brief}", f"i{row}", own, label, position))
    return places


def weights(**changes):
    return FORMULA.weights | changes


class TestTrain:
    def test_finds_what_people_take_up_and_offers_it_when_it_is_surely_better(self):
        report = train(world(weights(price=1.6, relevance=0.2)), FORMULA, briefs_least=BRIEFS // 2)

        assert report.reason == "better"
        assert report.p < 0.05
        assert report.ndcg_fitted > report.ndcg_now
        assert report.weights["price"] > FORMULA.weights["price"]
        assert report.weights["relevance"] < FORMULA.weights["relevance"]

    def test_offers_nothing_when_the_present_weights_are_right(self):
        report = train(world(FORMULA.weights, seed=4), FORMULA, briefs_least=BRIEFS // 2)

        assert report.weights is None
        assert report.reason == "not_better"

    def test_offers_nothing_from_labels_that_mean_nothing(self):
        report = train(world(FORMULA.weights, noise=1e6), FORMULA, briefs_least=BRIEFS // 2)

        assert report.weights is None

    def test_keeps_bounds_signs_and_the_total(self):
        upside_down = weights(price=0.0)
        report = train(world(upside_down | {"performance": 0.0}), FORMULA, briefs_least=BRIEFS // 2)

        assert min(report.fitted.values()) >= WEIGHT_LEAST
        assert sum(report.fitted.values()) == pytest.approx(sum(FORMULA.weights.values()), rel=0.02)

    def test_fits_nothing_before_there_are_enough_briefs(self):
        report = train(world(FORMULA.weights, briefs=20), FORMULA)

        assert (report.reason, report.weights, report.briefs) == ("too_few_briefs", None, 20)

    def test_repeats_itself_whatever_the_order(self):
        places = world(weights(price=1.6))

        first, second = (train(rows, FORMULA, briefs_least=80) for rows in (places, places[::-1]))

        assert first.fitted == pytest.approx(second.fitted)

    def test_gives_weights_that_a_formula_takes(self):
        report = train(world(weights(price=1.6)), FORMULA, briefs_least=80)

        assert set(report.fitted) == set(FORMULA.weights)
        assert isinstance(FORMULA, Formula)


class TestExamined:
    def test_falls_with_the_place_and_never_to_nothing(self):
        assert examined(1, 1.0) == 1.0
        assert examined(1, 1.0) > examined(5, 1.0) > examined(20, 1.0)
        assert examined(20, 0.0) == 0.05
