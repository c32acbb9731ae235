"""The columns that hard filters read, of one commit or of its newest rows alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_columns import Vocabulary
from matching.adapters.tantivy_files import Array
from matching.adapters.tantivy_offers import Asked, OfferTable, cut, entries_of
from matching.adapters.verdict_memory import VerdictMemory, unpack_bits
from matching.criteria import SearchCriteria

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

_READ = (
    "row.flags",
    "row.identity",
    "row.country",
    "row.city",
    "row.followers",
    "row.slots",
    "row.free_from",
)
_LONG = ("channel", "language", "refused", "audience_country", "audience_language", "offer", "busy")


@dataclass(frozen=True, slots=True)
class FilterTable:
    """The columns, the numbers of the words in them, and which rows are alive; `known_offers` is the memory of the offers."""

    columns: Mapping[str, Array]
    vocabulary: Vocabulary
    alive: Mask
    known_offers: VerdictMemory = field(default_factory=VerdictMemory)
    _offers: dict[Asked, Places] = field(default_factory=dict)
    _later: dict[int, "FilterTable"] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.alive)

    def rows_where(self, table: str, chosen: Mask) -> Mask:
        """Mark the rows that have at least one chosen entry in a long table."""
        return self.rows_at(table, np.flatnonzero(chosen))

    def rows_at(self, table: str, places: Places) -> Mask:
        """Mark the rows to which the entries at some places of a long table belong."""
        marked = np.zeros(len(self.alive), np.bool_)
        marked[self.columns[f"{table}.row"].take(places)] = True
        return marked

    def has_flag(self, flag: int) -> Mask:
        result: Mask = (self.columns["row.flags"] & flag) != 0
        return result

    def entries_of(self, column: str, wanted: Iterable[str]) -> Mask:
        """Mark the entries of a column that are one of the wanted words."""
        return entries_of(self.columns[column], self.vocabulary, wanted)

    def matching_offers(self, criteria: SearchCriteria) -> Places:
        """Return the places of the offers on the asked platforms that hold every asked deliverable as often as asked.

        Three filters and the prices ask the same, so the last answer is kept; of earlier ones their bits are.
        """
        asked = (criteria.platforms, criteria.deliverables, criteria.other_deliverables)
        found = self._offers.get(asked)
        if found is None:
            offers = OfferTable(self.columns, self.vocabulary)
            bits = self.known_offers.bits(asked, offers, partial(OfferTable.holding, asked=asked))
            found = np.flatnonzero([] if bits is None else unpack_bits(bits, len(offers)))
            self._offers.clear()
            self._offers[asked] = found
        return found

    def priced_in(self, places: Places, currency: str | None) -> Places:
        """Return those of the offers at some places that are sold in a currency (all when none is asked)."""
        if currency is None:
            return places
        own = self.columns["offer.currency"].take(places)
        return places.take(np.flatnonzero(entries_of(own, self.vocabulary, [currency])))

    def since(self, first: int) -> "FilterTable":
        """Return the rows from `first` on as a table of their own, made once: all that is remembered begins at few rows."""
        later = self._later.get(first)
        if later is None:
            later = self._later[first] = self._cut(first)
        return later

    def _cut(self, first: int) -> "FilterTable":
        """Every long table is in the order of its rows."""
        own = {name: self.columns[name][first:] for name in _READ}
        for table in _LONG:
            own |= cut(self.columns, table, f"{table}.row", first)
        offers = len(self.columns["offer.row"]) - len(own["offer.row"])
        own |= cut(self.columns, "item", "item.offer", offers)
        return FilterTable(own, self.vocabulary, self.alive[first:])
