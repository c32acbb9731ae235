"""Counts everybody who passes the filters by what the page can choose, over columns.

Who has a platform, a language, a country, a city or a size is remembered as bits, like verdicts: the rows of a generation never
change. Prices, and the cities and countries of a market with very many, are counted in the columns, for those who pass alone.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from matching.adapters import tantivy_columns as columns
from matching.adapters.tantivy_filter_table import FilterTable, Mask
from matching.adapters.tantivy_found import Passing
from matching.adapters.verdict_memory import Bits, VerdictMemory, count_bits
from matching.criteria import SearchCriteria
from matching.market import BANDS
from matching.pool_facets import PoolFacets, most_frequent

Prices = npt.NDArray[np.int64]
Codes = dict[str, dict[str, int]]
Numbers = npt.NDArray[np.int64]
_HELD = {"platform": "channel.platform", "language": "language.code"}
_COLUMNS = {"country": "row.country", "city": "row.city"}
_HELD_MOST = 64
"""Where more countries or cities occur than this their bits are not worth the room, and they are counted in the column."""
_BITS_A_ROW = 128
"""So many bits are counted while one row is looked up in a column: few rows are counted there."""


class HeldCodes:
    """The platforms and the languages that anybody has or had, and countries and cities where they are few.

    Belongs to one generation of one process: of a later commit only what was added is looked through.
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, Numbers]] = {}

    def of(self, table: FilterTable) -> Codes:
        """Return each word that occurs in a table and its number, by group."""
        held = {group: self._codes_in(table, column) for group, column in _HELD.items()}
        single = {group: self._codes_in(table, column) for group, column in _COLUMNS.items()}
        return held | {group: codes for group, codes in single.items() if len(codes) <= _HELD_MOST}

    def _codes_in(self, table: FilterTable, column: str) -> dict[str, int]:
        values = table.columns[column]
        known, found = self._found.get(column, (0, np.zeros(0, np.int64)))
        if known > len(values):
            known, found = 0, found[:0]  # of an older commit than the last one that asked
        fresh = np.flatnonzero(np.bincount(values[known:], minlength=1))
        found = np.union1d(found, fresh[fresh != columns.NO_WORD])
        self._found[column] = len(values), found
        return {table.vocabulary.word(code): code for code in found.tolist()}


def count_rows(
    table: FilterTable,
    passing: Passing,
    criteria: SearchCriteria,
    ceilings: Sequence[int],
    *,
    codes: Codes,
    memory: VerdictMemory,
) -> PoolFacets:
    """Count who passes; `codes` are the `HeldCodes` of the table."""
    counts = {
        group: most_frequent({word: _holding(table, memory, passing.bits, group, word) for word in known})
        for group, known in codes.items()
        if group in _HELD or len(known) * passing.size < _BITS_A_ROW * len(passing)
    }
    for group in _COLUMNS.keys() - counts.keys():
        found = np.bincount(table.columns[_COLUMNS[group]].take(passing.rows), minlength=1)
        words = {table.vocabulary.word(at): int(found[at]) for at in np.flatnonzero(found).tolist() if at}
        counts[group] = most_frequent(words)
    counts["band"] = most_frequent(_bands(table, memory, passing.bits))
    prices = (
        _cheapest(table, passing.mask, criteria) if criteria.currency is not None else np.zeros(0, np.int64)
    )
    return PoolFacets(
        size=len(passing),
        counts=counts,
        priced=len(prices),
        within={most: int(np.count_nonzero(prices <= most)) for most in ceilings} if len(prices) else {},
    )


def _holding(table: FilterTable, memory: VerdictMemory, passing: Bits, group: str, word: str) -> int:
    return _count(table, memory, passing, (group, word), partial(_has_word, group, word))


def _has_word(group: str, word: str, table: FilterTable) -> Mask:
    if group in _COLUMNS:
        return table.entries_of(_COLUMNS[group], [word])
    column = _HELD[group]
    return table.rows_where(column.partition(".")[0], table.entries_of(column, [word]))


def _bands(table: FilterTable, memory: VerdictMemory, passing: Bits) -> dict[str, int]:
    least = (0, *BANDS)
    above = [
        _count(table, memory, passing, ("followers", size), partial(_has_followers, size)) for size in least
    ]
    ends = [*above[1:], 0]
    return {str(band): count - end for band, (count, end) in enumerate(zip(above, ends, strict=True))}


def _has_followers(least: int, table: FilterTable) -> Mask:
    result: Mask = table.columns["row.followers"] >= least
    return result


def _count(
    table: FilterTable,
    memory: VerdictMemory,
    passing: Bits,
    asked: tuple[str, str | int],
    look: Callable[[FilterTable], Mask],
) -> int:
    bits = memory.bits(asked, table, look)
    return 0 if bits is None else count_bits(bits & passing)


def _cheapest(table: FilterTable, mask: Mask, criteria: SearchCriteria) -> Prices:
    """Return the price of each row's cheapest matching offer in the asked currency; offers lie in the order of their rows."""
    offers = table.columns
    chosen = table.matching_offers(criteria)
    is_passing = mask.take(offers["offer.row"].take(chosen))
    places = table.priced_in(chosen.take(np.flatnonzero(is_passing)), str(criteria.currency))
    owners = offers["offer.row"].take(places)
    if not len(places):
        return np.zeros(0, np.int64)
    firsts = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))
    cheapest: Prices = np.minimum.reduceat(offers["offer.price"].take(places), firsts)
    return cheapest
