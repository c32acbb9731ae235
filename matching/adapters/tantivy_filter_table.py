"""The columns that hard filters read, of one commit or of its newest rows alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matching.adapters import tantivy_columns as columns
from matching.adapters.tantivy_columns import TABLES, Vocabulary
from matching.adapters.tantivy_files import type_array
from matching.criteria import SearchCriteria

type_mask = npt.NDArray[np.bool_]
type_offers_asked = tuple[tuple[str, ...], tuple[tuple[str, int], ...]]

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
    """The columns, the numbers of the words in them, and which rows are alive."""

    columns: Mapping[str, type_array]
    vocabulary: Vocabulary
    alive: type_mask
    _offers: dict[type_offers_asked, type_mask] = field(default_factory=dict)

    def rows_where(self, table: str, chosen: type_mask) -> type_mask:
        """Mark the rows that have at least one chosen entry in a long table."""
        marked = np.zeros(len(self.alive), np.bool_)
        marked[self.columns[f"{table}.row"][chosen]] = True
        return marked

    def has_flag(self, flag: int) -> type_mask:
        result: type_mask = (self.columns["row.flags"] & flag) != 0
        return result

    def entries_of(self, column: str, wanted: Iterable[str]) -> type_mask:
        """Mark the entries of a column that are one of the wanted words."""
        values = self.columns[column]
        chosen = np.zeros(len(values), np.bool_)
        for word in set(wanted):
            code = self.vocabulary.find(word)
            if code != columns.NO_WORD:
                chosen |= values == code
        return chosen

    def matching_offers(self, criteria: SearchCriteria) -> type_mask:
        """Mark the offers on the asked platforms that hold every asked deliverable at least as often as asked.

        Three filters in a row ask the same, so the last answer is kept.
        """
        asked = (criteria.platforms, criteria.deliverables)
        found = self._offers.get(asked)
        if found is None:
            found = self._find_offers(criteria)
            self._offers.clear()
            self._offers[asked] = found
        return found

    def _find_offers(self, criteria: SearchCriteria) -> type_mask:
        count = len(self.columns["offer.row"])
        matching = np.ones(count, np.bool_)
        if criteria.platforms:
            matching = self.entries_of("offer.platform", criteria.platforms)
        for kind, wanted in criteria.deliverables:
            if wanted <= 0:
                continue
            enough = self.entries_of("item.kind", [kind]) & (self.columns["item.count"] >= wanted)
            holding = np.zeros(count, np.bool_)
            holding[self.columns["item.offer"][enough]] = True
            matching &= holding
        return matching

    def since(self, first: int) -> "FilterTable":
        """Return the rows from `first` on as a table of their own: every long table is in the order of its rows."""
        own = {name: self.columns[name][first:] for name in _READ}
        for table in _LONG:
            self._cut(own, table, f"{table}.row", first)
        offers = len(self.columns["offer.row"]) - len(own["offer.row"])
        self._cut(own, "item", "item.offer", offers)
        return FilterTable(own, self.vocabulary, self.alive[first:])

    def _cut(self, own: dict[str, type_array], table: str, owner: str, first: int) -> None:
        owners = self.columns[owner]
        start = int(np.searchsorted(owners, owners.dtype.type(first)))
        own.update({name: self.columns[name][start:] for name in TABLES[table]})
        own[owner] = owners[start:] - owners.dtype.type(first)
