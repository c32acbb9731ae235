"""What a new version of the formula may not hold, and how it differs from the old one."""

from dataclasses import replace

from marketplace.formulas.domain import WEIGHT_LEAST, WEIGHT_MOST, changes, faults
from matching.formulas import load_formula
from matching.scoring import Formula

FORMULA = load_formula()


def weights_of(formula: Formula, **other: float) -> dict[str, float]:
    return {**formula.weights, **other}


class TestFaults:
    def test_are_none_for_the_formula_itself(self):
        assert faults(FORMULA.weights, FORMULA.neutral, FORMULA) == {}

    def test_name_weights_out_of_bounds_and_missing_ones(self):
        one, other, *_rest = FORMULA.weights
        assert faults(weights_of(FORMULA, **{one: WEIGHT_MOST + 0.01}), FORMULA.neutral, FORMULA) == {
            f"weight_{one}": "weight"
        }
        kept = {name: value for name, value in FORMULA.weights.items() if name != other}
        assert faults(kept, FORMULA.neutral, FORMULA) == {f"weight_{other}": "weight"}
        assert faults(weights_of(FORMULA, **{one: WEIGHT_LEAST}), FORMULA.neutral, FORMULA) == {}

    def test_name_neutral_values_below_the_floor_and_above_one(self):
        name = next(iter(FORMULA.weights))
        for value in (FORMULA.floor / 2, 1.01):
            assert faults(FORMULA.weights, {**FORMULA.neutral, name: value}, FORMULA) == {
                f"neutral_{name}": "neutral"
            }


class TestChanges:
    def test_are_every_number_that_differs_with_both_values(self):
        name = next(iter(FORMULA.weights))
        new = replace(FORMULA, weights={**FORMULA.weights, name: 4.5, "invented": 1.0})
        assert changes(FORMULA, new) == [
            ("weights", name, FORMULA.weights[name], 4.5),
            ("weights", "invented", None, 1.0),
        ]
        assert changes(FORMULA, FORMULA) == []
