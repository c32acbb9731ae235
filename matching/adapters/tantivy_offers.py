"""The offers of one commit, and which of them hold what a brief asks: remembered like verdicts, since they never change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_columns import NO_WORD, TABLES, Vocabulary
from matching.adapters.tantivy_files import Array

Mask = npt.NDArray[np.bool_]
Work = tuple[tuple[str, int], ...]
Asked = tuple[tuple[str, ...], Work, Work]


@dataclass(frozen=True, slots=True)
class OfferTable:
    """The columns of offers and of their items, and the numbers of the words in them."""

    columns: Mapping[str, Array]
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.columns["offer.platform"])

    def since(self, first: int) -> "OfferTable":
        """Return the offers from `first` on as a table of their own."""
        own = {"offer.platform": self.columns["offer.platform"][first:]}
        return OfferTable(own | cut(self.columns, "item", "item.offer", first), self.vocabulary)

    def holding(self, asked: Asked) -> Mask:
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

    def _holding_piece(self, kind: str, wanted: int) -> Mask:
        if wanted <= 0:
            return np.ones(len(self), np.bool_)
        enough = entries_of(self.columns["item.kind"], self.vocabulary, [kind])
        enough &= self.columns["item.count"] >= wanted
        holding = np.zeros(len(self), np.bool_)
        holding[self.columns["item.offer"].take(np.flatnonzero(enough))] = True
        return holding


def entries_of(values: Array, vocabulary: Vocabulary, wanted: Iterable[str]) -> Mask:
    """Mark the values of a column that are one of the wanted words."""
    chosen = np.zeros(len(values), np.bool_)
    for word in set(wanted):
        code = vocabulary.find(word)
        if code != NO_WORD:
            chosen |= values == code
    return chosen


def cut(columns: Mapping[str, Array], table: str, owner: str, first: int) -> dict[str, Array]:
    """Return the entries of a long table whose owners are `first` or later, numbered from there; they are sorted by owner."""
    owners = columns[owner]
    start = int(np.searchsorted(owners, owners.dtype.type(first)))
    own = {name: columns[name][start:] for name in TABLES[table]}
    own[owner] = owners[start:] - owners.dtype.type(first)
    return own
