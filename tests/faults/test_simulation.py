"""The simulation replays exactly, and a few days of it hold."""

import pytest

from tests.faults.simulation import play


@pytest.mark.slow
class TestPlay:
    def test_holds_and_is_the_same_again_from_the_same_seed(self):
        first, second = play(11, days=6), play(11, days=6)
        assert first[1] == second[1]
        assert first[0].done == second[0].done

    def test_differs_with_the_seed(self):
        assert play(12, days=3)[1] != play(13, days=3)[1]
