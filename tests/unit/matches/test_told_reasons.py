"""Reasons never say what the place itself denies: no nearness of somebody distant, no engagement that lost more than most."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from marketplace.matches.told_reasons import told_reasons
from matching.formulas import load_formula
from matching.receipts import Reason, Receipt
from matching.scoring import PartState, Signal, weigh

FORMULA = load_formula()
NEAR = Reason("near_meaning", {"cosine": 0.4})
ENGAGED = Reason("above_tier", {"z": 0.7, "n": 12})


pytestmark = pytest.mark.usefixtures("english")


def receipt(*reasons: Reason, mean: float | None = None, **values: float) -> Receipt:
    signals = [Signal(name, values.get(name, 1.0), PartState.KNOWN) for name in FORMULA.weights]
    parts = weigh(signals, FORMULA, {} if mean is None else {"performance": mean})
    return Receipt(
        "i",
        "r",
        1,
        60.0,
        0.1,
        parts,
        (),
        (),
        reasons,
        1,
        "f",
        "g",
        "t",
        "e",
        datetime(2026, 1, 1, tzinfo=UTC),
    )


class TestDistant:
    def test_is_said_first_and_nearness_is_not_said(self):
        told = told_reasons(receipt(NEAR, ENGAGED, relevance=0.05, specialism=0.05))
        assert told[0] == "only distantly related to the brief"
        assert told[1:] == ["more engagement than others of that size (from 12 posts)"]

    def test_others_are_told_to_be_near(self):
        assert told_reasons(receipt(NEAR)) == ["what they write is close in meaning to your brief"]


class TestEngagement:
    def test_that_lost_more_than_the_mean_is_no_reason(self):
        lost = receipt(ENGAGED, performance=0.7)
        points = next(part.points for part in lost.parts if part.name == "performance")
        assert told_reasons(replace(lost, parts=receipt(mean=points - 0.2, performance=0.7).parts)) == []
        assert told_reasons(replace(lost, parts=receipt(mean=points + 0.2, performance=0.7).parts)) != []
