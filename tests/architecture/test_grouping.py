"""How a run on several workers hands out its tests."""

from dataclasses import dataclass

import pytest

from tests.grouping import slow_first, without_group


@dataclass(frozen=True)
class Item:
    """A test as far as it is asked for its marks."""

    name: str
    group: str
    is_slow: bool = False

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        if name == "xdist_group":
            return pytest.mark.xdist_group(self.group).mark
        return pytest.mark.slow.mark if self.is_slow else None


class TestSlowFirst:
    def test_puts_groups_with_a_slow_test_first_and_the_largest_of_them_before_all(self):
        quick, one = Item("a", "quick"), Item("b", "one", is_slow=True)
        larger = [Item("c", "larger", is_slow=True), Item("d", "larger")]
        last = [Item("e", "many"), Item("f", "many"), Item("g", "many")]
        given = [quick, larger[0], one, *last, larger[1]]
        assert slow_first(given) == [*larger, one, quick, *last]


class TestWithoutGroup:
    @pytest.mark.parametrize(
        ("name", "own"),
        [
            ("a.py::test_b@tests/a.py", "a.py::test_b"),
            ("a.py::test_b[x@y]", "a.py::test_b[x@y]"),
            ("a.py::test_b[x@y]@group", "a.py::test_b[x@y]"),
        ],
    )
    def test_gives_the_tests_own_name(self, name, own):
        assert without_group(name) == own
