"""One text query over one commit: statistics of its words, scores of any rows, and the best rows that pass the filters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import tantivy

from matching import bm25
from matching.adapters import tantivy_text as text
from matching.adapters.tantivy_files import Array
from matching.adapters.tantivy_found import Passing
from matching.adapters.tantivy_layout import Manifest
from matching.adapters.terms import count_rows, score_rows
from matching.adapters.vectors import Rows, best_rows
from matching.adapters.word_counts import CommittedRows, WordCounts
from matching.criteria import SearchCriteria
from matching.side_work import beside

_ENTRIES_SCORED = 2.5
"""Words of passing rows, for each row there is: up to so many are scored directly, 15 ms for a million. Tantivy, which does
not know the mask, needs 60 ms to find the few passing rows among a million, and 1 ms when most rows pass."""
_SCORED_BESIDE = 0.6
_GATED = 0.3
"""Of what the mask keeps out, about two thirds are kept out by the filters that tantivy knows."""


@dataclass(frozen=True)
class WordSearch:
    """Holds weighted words of one brief; `query` may be empty, then nothing is found and every score is 0.

    `counts` remembers between briefs in how many live documents a word occurs; `is_ahead` tells whether the searcher is of
    the commit after this one.
    """

    columns: Mapping[str, Array]
    manifest: Manifest
    searcher: tantivy.Searcher
    query: dict[str, float]
    counts: WordCounts
    is_ahead: Callable[[], bool]

    @cached_property
    def _holding(self) -> dict[str, int]:
        """In how many live documents each word occurs; where tantivy is one commit ahead, in how many of its own."""
        commit = CommittedRows(self.columns, self.manifest.rows, self.columns["dead.row"])
        held = self.counts.holding(self.query, commit, self._count)
        return text.count_holding(self.searcher, self.query) if held is None else held

    @cached_property
    def _held(self) -> dict[str, float]:
        """The words that anybody has: the others need not be looked for."""
        if self.is_ahead():
            return self.query
        return {word: weight for word, weight in self.query.items() if self._holding[word]}

    @cached_property
    def _rarities(self) -> dict[str, float]:
        live = self.manifest.live
        return {word: bm25.rarity(documents=live, holding=count) for word, count in self._holding.items()}

    def _count(self, words: Sequence[str]) -> dict[str, int] | None:
        """Count by tantivy, without the dead rows that it still has: those of the last commit."""
        if self.is_ahead():
            return None
        holding = text.count_holding(self.searcher, words)
        buried = self.columns["dead.row"][self.manifest.swept :].astype(np.int64)
        if len(buried):
            for word, count in count_rows(self.columns, buried, words).items():
                holding[word] -= count
        return holding

    def score(self, rows: Rows) -> npt.NDArray[np.float64]:
        """Return the text score of `matching.bm25` for every row."""
        live = self.manifest.live
        mean_length = self.manifest.total_length / live if live else 0.0
        return score_rows(self.columns, rows, self._held, self._rarities, mean_length)

    def _mean_entries(self) -> float:
        """Return how many words a row holds on average."""
        ends = self.columns["term.end"]
        return float(ends[-1]) / len(ends) if len(ends) else 0.0

    def find(self, passing: Passing, criteria: SearchCriteria, limit: int) -> Callable[[], Rows]:
        """Begin to look for up to `limit` passing rows with a word, and return how to get them.

        Few rows are found by the exact score, most of them beside what the caller does meanwhile; else tantivy finds them.
        """
        if not self.query:
            return lambda: passing.rows[:0]
        if self._mean_entries() * len(passing) > _ENTRIES_SCORED * passing.size:
            return beside(lambda: self._search(passing, criteria, limit))
        rows = passing.rows
        cut = int(len(rows) * _SCORED_BESIDE)
        first = beside(lambda: self.score(rows[:cut]))

        def finish() -> Rows:
            later = self.score(rows[cut:])
            scores = np.concatenate([first(), later])
            return best_rows(rows[scores > 0], scores[scores > 0], limit)

        return finish

    def _search(self, passing: Passing, criteria: SearchCriteria, limit: int) -> Rows:
        surplus = _GATED * passing.size / len(passing)
        query = text.build_query(self.query, criteria)
        return text.find_rows(self.searcher, query, passing.mask, limit, surplus=surplus)
