"""Rows are found by id over commits: the live one, never a dead or a later one, whoever shares a hash."""

import numpy as np

from matching.adapters import identities
from matching.adapters.identities import IdentityIndex


def find(index, names, alive, wanted, *, rows=None):
    count = len(names) if rows is None else rows
    column = np.array([identities.identity_of(name) for name in names[:count]], np.uint64)
    return index.find(column, np.array(alive[:count], np.bool_), wanted, lambda r: [names[row] for row in r])


class TestIdentities:
    def test_give_the_live_row_of_those_who_have_one(self):
        names = ["a", "b", "a", "c", "a"]
        alive = [False, True, True, False, False]
        assert find(IdentityIndex(), names, alive, ["a", "b", "c", "d"]) == {"a": 2, "b": 1}
        assert find(IdentityIndex(), [], [], ["a"]) == {}
        assert find(IdentityIndex(), names, alive, []) == {}

    def test_of_one_generation_serve_every_commit(self):
        index, names = IdentityIndex(), [f"i{number}" for number in range(100)] + ["i7", "new"]
        alive = [True] * 102
        alive[7] = False
        assert find(index, names, alive, ["i7", "new"]) == {"i7": 100, "new": 101}
        before = [True] * 100
        assert find(index, names, before, ["i7", "new"], rows=100) == {"i7": 7}

    def test_sort_only_what_is_new(self, monkeypatch):
        index, names, sorted_parts = IdentityIndex(), [f"i{number}" for number in range(100)], []
        real = identities._sort
        monkeypatch.setattr(
            identities,
            "_sort",
            lambda c, first, last: sorted_parts.append((first, last)) or real(c, first, last),
        )
        for rows in (90, 95, 95, 99, 100):
            assert find(index, names, [True] * 100, [f"i{rows - 1}"], rows=rows) == {f"i{rows - 1}": rows - 1}
        assert sorted_parts == [(0, 90), (90, 95), (90, 99), (0, 100)]

    def test_tell_apart_who_shares_a_hash(self, monkeypatch):
        monkeypatch.setattr(identities, "identity_of", lambda name: 1)
        assert find(IdentityIndex(), ["a", "b", "c"], [True, True, False], ["b", "a", "c"]) == {
            "a": 0,
            "b": 1,
        }
