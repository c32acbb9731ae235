"""Who is called only distantly related to a brief: by what they say and talk about, by nothing else."""

from types import SimpleNamespace

import pytest

from marketplace.matches.sentences import is_distant


def receipt(**points: float) -> SimpleNamespace:
    """A receipt of which only the parts are read."""
    return SimpleNamespace(parts=[SimpleNamespace(name=name, points=-lost) for name, lost in points.items()])


class TestIsDistant:
    @pytest.mark.parametrize(("relevance", "specialism", "expected"), [(26, 25, True), (10, 12, False)])
    def test_looks_at_the_words_and_at_the_topic(self, relevance, specialism, expected):
        assert is_distant(receipt(relevance=relevance, specialism=specialism)) is expected

    def test_is_not_moved_by_audience_price_or_engagement(self):
        assert not is_distant(receipt(relevance=5, specialism=8, audience=15, price=10, performance=12))
