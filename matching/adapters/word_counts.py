"""In how many live documents words occur, carried from commit to commit: asking tantivy means reading each word's whole list.

Rows are only added and die in a known order, so what was counted at one commit holds at a later one with the words of the rows
that came since more and those of the rows that died since less.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.adapters.tantivy_files import Array
from matching.adapters.terms import count_rows

_WORDS_REMEMBERED = 100_000
_MOST_CHANGED = 20_000
"""After so many changed rows a word is counted anew: looking through them would take longer."""
Words = dict[str, int]


@dataclass(frozen=True, slots=True)
class CommittedRows:
    """How many rows there are, and which of them died, in that order; `columns` hold their words."""

    columns: Mapping[str, Array]
    rows: int
    dead: Array


@dataclass(frozen=True, slots=True)
class _Counted:
    count: int
    rows: int
    dead: int


class WordCounts:
    """Belongs to one generation of one process; safe to share between threads and between commits."""

    def __init__(self) -> None:
        self._counted: dict[str, _Counted] = {}
        self._lock = threading.Lock()

    def holding(
        self, words: Iterable[str], commit: CommittedRows, count: Callable[[Sequence[str]], Words | None]
    ) -> Words | None:
        """Return in how many live rows of a commit each word occurs; `count` is asked for those that are not remembered.

        None when `count` could not tell.
        """
        asked = list(words)
        held, missing = self._remembered(asked, commit)
        if missing:
            fresh = count(missing)
            if fresh is None:
                return None
            held |= fresh
        self._remember(held, commit)
        return {word: held[word] for word in asked}

    def _remembered(self, asked: Sequence[str], commit: CommittedRows) -> tuple[Words, list[str]]:
        """Return what can be told from earlier commits, and the words of which nothing can."""
        held: Words = {}
        missing: list[str] = []
        since: defaultdict[tuple[int, int], Words] = defaultdict(dict)
        with self._lock:
            known = [(word, self._counted.get(word)) for word in asked]
        for word, one in known:
            if one is None or one.rows > commit.rows or one.dead > len(commit.dead):
                missing.append(word)
            elif (one.rows, one.dead) == (commit.rows, len(commit.dead)):
                held[word] = one.count
            elif commit.rows - one.rows + len(commit.dead) - one.dead > _MOST_CHANGED:
                missing.append(word)
            else:
                since[one.rows, one.dead][word] = one.count
        for (rows, dead), counts in since.items():
            held |= _brought_forward(counts, commit, rows, dead)
        return held, missing

    def _remember(self, held: Words, commit: CommittedRows) -> None:
        dead = len(commit.dead)
        with self._lock:
            if len(self._counted) > _WORDS_REMEMBERED:
                self._counted.clear()
            self._counted |= {word: _Counted(count, commit.rows, dead) for word, count in held.items()}


def _brought_forward(counts: Words, commit: CommittedRows, rows: int, dead: int) -> Words:
    """Return what was counted when there were so many rows and so many of them dead, for a later commit."""
    added = count_rows(commit.columns, np.arange(rows, commit.rows), counts)
    died = count_rows(commit.columns, commit.dead[dead:].astype(np.int64), counts)
    return {word: count + added[word] - died[word] for word, count in counts.items()}
