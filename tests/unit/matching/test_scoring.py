import math
from dataclasses import replace

import pytest

from matching.formulas import CURRENT, load_formula
from matching.scoring import Formula, PartState, Signal, points_lost, shown_score, weigh

FORMULA = load_formula()


def weigh_values(**values):
    return {
        part.name: part for part in weigh([Signal(name, value) for name, value in values.items()], FORMULA)
    }


class TestFormula:
    def test_gives_followers_no_weight(self):
        assert not [name for name in FORMULA.weights if "follow" in name or "tier" in name]

    def test_has_a_neutral_value_for_every_weight(self):
        assert FORMULA.weights.keys() == FORMULA.neutral.keys()
        assert all(FORMULA.floor < value <= 1 for value in FORMULA.neutral.values())

    def test_is_dated_and_versioned(self):
        assert FORMULA.version == CURRENT
        assert FORMULA.date

    def test_unknown_version_is_not_found(self):
        with pytest.raises(FileNotFoundError):
            load_formula("v999")

    def test_reads_a_group_that_is_not_a_mapping_as_empty(self):
        record = dict.fromkeys(
            ("weights", "neutral", "fusion", "reference", "specialism", "audience", "price"), None
        )
        assert Formula.from_dict({"version": 1, "date": "x", "floor": 0.05, **record}).weights == {}


class TestWeigh:
    def test_takes_nothing_for_perfect_values(self):
        parts = weigh([Signal(name, 1.0) for name in FORMULA.weights], FORMULA)
        assert shown_score(parts) == 100.0

    def test_takes_everything_at_the_floor(self):
        parts = weigh([Signal(name, 0.0) for name in FORMULA.weights], FORMULA)
        assert shown_score(parts) == pytest.approx(0.0, abs=1e-9)

    def test_is_log_linear(self):
        parts = weigh([Signal("relevance", 0.3), Signal("performance", 0.8)], FORMULA)
        product = math.prod(part.value**part.weight for part in parts)
        most = sum(FORMULA.weights.values()) * math.log(FORMULA.floor)
        assert shown_score(parts) == pytest.approx(100 - 100 * math.log(product) / most, abs=1e-9)

    def test_gives_missing_parts_the_neutral_value_and_says_so(self):
        part = weigh_values(relevance=0.9)["performance"]
        assert part.state is PartState.MISSING
        assert part.value == FORMULA.neutral["performance"]

    def test_calls_a_signal_without_value_missing(self):
        (part,) = [p for p in weigh([Signal("price", None)], FORMULA) if p.name == "price"]
        assert part.state is PartState.MISSING

    def test_takes_nothing_for_what_was_not_asked(self):
        (part,) = [
            p for p in weigh([Signal("audience", None, PartState.NOT_ASKED)], FORMULA) if p.name == "audience"
        ]
        assert (part.value, part.points, part.state) == (1.0, 0.0, PartState.NOT_ASKED)

    def test_keeps_values_between_the_floor_and_one(self):
        parts = weigh_values(relevance=7.0, performance=-3.0)
        assert parts["relevance"].value == 1.0
        assert parts["performance"].value == FORMULA.floor

    def test_keeps_the_evidence(self):
        (part, *_) = weigh([Signal("relevance", 0.5, evidence={"cosine": 0.4})], FORMULA)
        assert part.evidence == {"cosine": 0.4}


class TestPointsLost:
    def test_grow_as_the_value_falls(self):
        assert points_lost("relevance", 0.2, FORMULA) > points_lost("relevance", 0.4, FORMULA) > 0

    def test_follow_the_weight(self):
        double = replace(FORMULA, weights={**FORMULA.weights, "price": 0.4})
        ratio = points_lost("price", 0.5, double) / points_lost("relevance", 0.5, double)
        assert ratio == pytest.approx(0.4)
