"""Laws of comparing two sorted streams of sums: the same as comparing two dictionaries."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from payments.comparison import differences

KEYS = st.tuples(st.sampled_from(["a", "b", "b1", "é"]), st.sampled_from(["SAR", "USD"]))
SUMS = st.lists(st.tuples(KEYS, st.integers(-3, 3)), max_size=12).map(sorted)


def added(sums):
    totals = Counter()
    for key, amount in sums:
        totals[key] += amount
    return totals


class TestDifferences:
    @given(SUMS, SUMS)
    def test_are_those_of_the_added_sums(self, expected, found):
        want, have = added(expected), added(found)
        keys = sorted(want.keys() | have.keys())
        assert list(differences(expected, found)) == [
            (key, want[key], have[key]) for key in keys if want[key] != have[key]
        ]
