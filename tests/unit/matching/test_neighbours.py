import numpy as np
import pytest

from matching.neighbours import lend_from_neighbours

RAW = np.asarray([9.0, 1.0, 4.0, 0.5])
VECTORS = np.asarray([[1, 0], [1, 0], [0, 1], [0.8, 0.6]], np.float32)
ORDER = np.asarray([0, 2, 1, 3])


def lend(raw=RAW, vectors=VECTORS, order=ORDER, **changes):
    return lend_from_neighbours(raw, vectors, order, **({"weight": 0.5, "count": 1, "among": 3} | changes))


class TestLendFromNeighbours:
    def test_draws_those_who_write_alike_together(self):
        drawn = lend()
        assert drawn[:2] == pytest.approx([5.0, 5.0])

    def test_leaves_alone_who_is_unlike_the_others(self):
        assert lend()[2] == 4.0

    def test_weighs_several_neighbours_by_likeness(self):
        drawn = lend(order=np.asarray([0, 2, 1, 3]), count=2, among=4)
        assert drawn[3] == pytest.approx(0.5 * 0.5 + 0.5 * (0.8 * 9 + 0.8 * 1) / 1.6)

    def test_touches_only_the_first(self):
        assert lend()[3] == RAW[3]

    def test_lets_nobody_fall_behind_the_rest(self):
        drawn = lend(raw=np.asarray([3.0, 2.5, 2.0, 1.9]), among=3)
        assert drawn[:3].min() >= 2.0

    @pytest.mark.parametrize("changes", [{"weight": 0.0}, {"among": 1}])
    def test_changes_nothing_without_weight_or_company(self, changes):
        assert lend(**changes).tolist() == RAW.tolist()

    def test_of_equally_near_ones_the_first_lend(self):
        """What is equal to a millionth is decided by the place, so that all engines draw alike."""
        raw, order = np.asarray([1.0, 2.0, 8.0, 3.0]), np.arange(4)
        vectors = np.asarray([[1, 0], [0.8, 0.6], [0.8, -0.6], [0.8, 0.6000001]], np.float32)
        assert lend(raw=raw, vectors=vectors, order=order, among=4)[0] == pytest.approx(0.5 * 1 + 0.5 * 2)
