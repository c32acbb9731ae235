"""The offers of one commit, and which of them hold what a brief asks: remembered like verdicts, since they never change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_columns import NO_WORD, TABLES, Vocabulary
from matching.adapters.tantivy_files import type_array

type_mask = npt.NDArray[np.bool_]
type_work = tuple[tuple[str, int], ...]
type_asked = tuple[tuple[str, ...], type_work, type_work]


@dataclass(frozen=True, slots=True)
class OfferTable:
    """The columns of offers and of their items, and the numbers of the words in them."""

    columns: Mapping[str, type_array]
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.columns["offer.platform"])

    def since(self, first: int) -> "OfferTable":
        """Return the offers from `first` on as a table of their own."""
        own = {"offer.platform": self.columns["offer.platform"][first:]}
        return OfferTable(own | cut(self.columns, "item", "item.offer", first), self.vocabulary)

    def holding(self, asked: type_asked) -> type_mask:
        """Mark the offers on the asked platforms (any when none is asked) with every deliverable at least as often as asked.

        Of the other deliverables that are asked for, one is enough.
        """
        platforms, deliverables, others = asked
        matching = np.ones(len(self), np.bool_)
        for piece in deliverables:
            matching &= self._holding_piece(*piece)
        for piece in others if deliverables else ():
            matching |= self._holding_piece(*piece)
        if platforms:
            matching &= entries_of(self.columns["offer.platform"], self.vocabulary, platforms)
        return matching

    def _holding_piece(self, kind: str, wanted: int) -> type_mask:
        if wanted <= 0:
            return np.ones(len(self), np.bool_)
        enough = entries_of(self.columns["item.kind"], self.vocabulary, [kind])
        enough &= self.columns["item.count"] >= wanted
        holding = np.zeros(len(self), np.bool_)
        holding[self.columns["item.offer"].take(np.flatnonzero(enough))] = True
        return holding


def entries_of(values: type_array, vocabulary: Vocabulary, wanted: Iterable[str]) -> type_mask:
    """Mark the values of a column that are one of the wanted words."""
    chosen = np.zeros(len(values), np.bool_)
    for word in set(wanted):
        code = vocabulary.find(word)
        if code != NO_WORD:
            chosen |= values == code
    return chosen


def cut(columns: Mapping[str, type_array], table: str, owner: str, first: int) -> dict[str, type_array]:
    """Return the entries of a long table whose owners are `first` or later, numbered from there; they are sorted by owner."""
    owners = columns[owner]
    start = int(np.searchsorted(owners, owners.dtype.type(first)))
    own = {name: columns[name][start:] for name in TABLES[table]}
    own[owner] = owners[start:] - owners.dtype.type(first)
    return own
