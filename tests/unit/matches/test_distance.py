"""Who is called only distantly related to a brief: by what they say and talk about, by nothing else."""

from types import SimpleNamespace

import pytest

from marketplace.matches.distance import is_distant
from matching.formulas import load_formula
from matching.scoring import PartState, Signal, weigh

FORMULA = load_formula()


def receipt(**values: float) -> SimpleNamespace:
    """Return a receipt of which only the parts are read: the engine's own, so that points stand as it writes them."""
    signals = [Signal(name, values.get(name, 1.0), PartState.KNOWN) for name in FORMULA.weights]
    return SimpleNamespace(parts=weigh(signals, FORMULA))


class TestIsDistant:
    @pytest.mark.parametrize(
        ("relevance", "specialism", "expected"), [(0.05, 0.05, True), (0.5, 0.05, False), (0.9, 0.4, False)]
    )
    def test_looks_at_the_words_and_at_the_topic(self, relevance, specialism, expected):
        assert is_distant(receipt(relevance=relevance, specialism=specialism)) is expected

    def test_is_not_moved_by_audience_price_or_engagement(self):
        assert not is_distant(
            receipt(relevance=0.8, specialism=0.6, audience=0.05, price=0.05, performance=0.05)
        )
