"""What a receipt shows adds up to the score it shows."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matches.shown_points import shown_points
from tests.unit.matches.test_told_reasons import receipt as build_receipt


def receipt_of(lost, added=(), score=None):
    made = build_receipt()
    part = made.parts[0]
    parts = tuple(replace(part, name=f"part{n}", points=points) for n, points in enumerate(lost))
    adjustments = tuple(SimpleNamespace(name=f"line{n}", points=points) for n, points in enumerate(added))
    exact = 100 - sum(lost) + sum(added)
    return replace(made, parts=parts, adjustments=adjustments, score=exact if score is None else score)


class TestShownPoints:
    @given(
        st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=9),
        st.lists(st.floats(-3, 3, allow_nan=False), max_size=2),
    )
    def test_make_the_shown_score_and_stay_within_a_tenth(self, lost, added):
        receipt = receipt_of(lost, added)
        shown = shown_points(receipt)
        assert round(100 + sum(shown.values()), 1) == round(receipt.score, 1)
        for name, exact in zip(shown, [*(-each for each in lost), *added], strict=True):
            assert abs(shown[name] - exact) <= 0.1 + 1e-6

    def test_give_the_tenth_left_over_to_the_largest_remainder(self):
        assert list(shown_points(receipt_of([1.14, 1.14, 1.14])).values()) == [-1.1, -1.1, -1.2]

    @pytest.mark.parametrize("score", [50.0, 99.9])
    def test_are_rounded_line_by_line_where_the_receipt_itself_does_not_add_up(self, score):
        assert list(shown_points(receipt_of([1.14, 1.26], score=score)).values()) == [-1.1, -1.3]
