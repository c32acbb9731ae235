"""The hard filters of `matching.eligibility`, over columns instead of documents: a mask and exact counts of refusals.

All filters run here, not in tantivy, because refusals must be counted by the first filter that failed, and because
text, vector and topic search need the same mask. 100,000 rows take 2 to 4 ms (benchmarks/match_100k.py); a tantivy
query for each reason would cost a query each and still not give row numbers to the vector scan. A property test
compares the verdicts with `matching.eligibility` on random documents.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.adapters import tantivy_columns as columns
from matching.adapters.tantivy_columns import Vocabulary
from matching.adapters.tantivy_files import type_array
from matching.criteria import SearchCriteria

type_mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FilterTable:
    """The columns of one commit, the numbers of the words in them, and which rows are alive."""

    columns: Mapping[str, type_array]
    vocabulary: Vocabulary
    alive: type_mask

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


type_verdict = type_mask | None
"""Rows that the filter refuses; None when it was not asked."""


def _not_listed(table: FilterTable, _criteria: SearchCriteria) -> type_verdict:
    return ~table.has_flag(columns.IS_LISTED)


def _excluded(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if not criteria.excluded_influencers:
        return None
    wanted = [columns.identity_of(x) for x in criteria.excluded_influencers]
    return np.isin(table.columns["row.identity"], np.array(wanted, np.uint64))


def _refused_category(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if criteria.category is None:
        return None
    return table.rows_where("refused", table.entries_of("refused.code", [criteria.category]))


def _relevant_channels(table: FilterTable, criteria: SearchCriteria) -> type_mask:
    if not criteria.platforms:
        return np.ones(len(table.columns["channel.row"]), np.bool_)
    return table.entries_of("channel.platform", criteria.platforms)


def _platform(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if not criteria.platforms:
        return None
    there = table.rows_where("channel", _relevant_channels(table, criteria))
    return table.has_flag(columns.HAS_CHANNELS) & ~there


def _channel_unproven(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if not criteria.requires_proven_channel:
        return None
    proven = _relevant_channels(table, criteria) & table.columns["channel.proven"]
    return ~table.rows_where("channel", proven)


def _followers_above(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if criteria.followers.is_open:
        return None
    refused: type_mask = table.columns["row.followers"] > criteria.followers.maximum
    return refused


def _followers_below(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if criteria.followers.is_open:
        return None
    followers = table.columns["channel.followers"]
    known = _relevant_channels(table, criteria) & ~np.isnan(followers)
    if criteria.requires_proven_channel:
        known &= table.columns["channel.proven"]
    enough = known & (followers >= criteria.followers.minimum)
    return table.rows_where("channel", known) & ~table.rows_where("channel", enough)


def _one_of(table: FilterTable, column: str, wanted: tuple[str, ...]) -> type_verdict:
    if not wanted:
        return None
    refused: type_mask = (table.columns[column] != columns.NO_WORD) & ~table.entries_of(column, wanted)
    return refused


def _country(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    return _one_of(table, "row.country", criteria.countries)


def _city(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    return _one_of(table, "row.city", criteria.cities)


def _creator_language(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if not criteria.creator_languages:
        return None
    speaks = table.rows_where("language", table.entries_of("language.code", criteria.creator_languages))
    return table.has_flag(columns.HAS_LANGUAGES) & ~speaks


def _audience(table: FilterTable, name: str, wanted: tuple[str, ...], least: float) -> type_mask:
    """Add shares in the order of the question, as the reference does, so that sums are equal to the last bit."""
    shares = np.zeros(len(table.alive), np.float64)
    for word in wanted:
        chosen = table.entries_of(f"{name}.code", [word])
        shares[table.columns[f"{name}.row"][chosen]] += table.columns[f"{name}.share"][chosen]
    refused: type_mask = ~(np.minimum(shares, 1.0) >= least)
    return refused


def _audience_country(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    target = criteria.audience
    if not target.countries:
        return None
    known = table.has_flag(columns.HAS_AUDIENCE_COUNTRIES)
    return known & _audience(table, "audience_country", target.countries, target.share)


def _audience_language(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    target = criteria.audience
    if not target.languages:
        return None
    known = table.has_flag(columns.HAS_AUDIENCE_LANGUAGES)
    return known & _audience(table, "audience_language", target.languages, target.share)


def _matching_offers(table: FilterTable, criteria: SearchCriteria) -> type_mask:
    count = len(table.columns["offer.row"])
    matching = np.ones(count, np.bool_)
    if criteria.platforms:
        matching = table.entries_of("offer.platform", criteria.platforms)
    for kind, wanted in criteria.deliverables:
        if wanted <= 0:
            continue
        enough = table.entries_of("item.kind", [kind]) & (table.columns["item.count"] >= wanted)
        holding = np.zeros(count, np.bool_)
        holding[table.columns["item.offer"][enough]] = True
        matching &= holding
    return matching


def _no_such_deliverable(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if not criteria.deliverables:
        return None
    there = table.rows_where("offer", _matching_offers(table, criteria))
    return table.has_flag(columns.HAS_OFFERS) & ~there


def _other_currency(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if criteria.currency is None:
        return None
    matching = _matching_offers(table, criteria)
    same = matching & table.entries_of("offer.currency", [criteria.currency])
    return table.rows_where("offer", matching) & ~table.rows_where("offer", same)


def _too_expensive(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    if criteria.budget_minor is None or criteria.fixed_price_minor is not None:
        return None
    matching = _matching_offers(table, criteria)
    if criteria.currency is not None:
        matching &= table.entries_of("offer.currency", [criteria.currency])
    within = matching & (table.columns["offer.price"] <= criteria.budget_minor)
    return table.rows_where("offer", matching) & ~table.rows_where("offer", within)


def _no_free_slot(table: FilterTable, criteria: SearchCriteria) -> type_verdict:
    refused: type_mask = table.columns["row.slots"] < 1
    if criteria.ends_on is not None:
        refused |= table.columns["row.free_from"] > criteria.ends_on.toordinal()
    if criteria.starts_on is not None and criteria.ends_on is not None:
        covered = (table.columns["busy.first"] <= criteria.starts_on.toordinal()) & (
            table.columns["busy.last"] >= criteria.ends_on.toordinal()
        )
        refused |= table.rows_where("busy", covered)
    return refused


FILTERS: tuple[tuple[str, Callable[[FilterTable, SearchCriteria], type_verdict]], ...] = (
    ("not_listed", _not_listed),
    ("excluded", _excluded),
    ("refused_category", _refused_category),
    ("platform", _platform),
    ("channel_unproven", _channel_unproven),
    ("followers_above", _followers_above),
    ("followers_below", _followers_below),
    ("country", _country),
    ("city", _city),
    ("creator_language", _creator_language),
    ("audience_country", _audience_country),
    ("audience_language", _audience_language),
    ("no_such_deliverable", _no_such_deliverable),
    ("other_currency", _other_currency),
    ("too_expensive", _too_expensive),
    ("no_free_slot", _no_free_slot),
)
"""In the order of `matching.eligibility.FILTERS` (a test compares the codes)."""


def filter_rows(table: FilterTable, criteria: SearchCriteria) -> tuple[type_mask, dict[str, int]]:
    """Return the mask of rows that pass everything, and how many each reason refused first (zeros left out)."""
    mask = table.alive.copy()
    refusals: dict[str, int] = {}
    for code, find_refused in FILTERS:
        refused = find_refused(table, criteria)
        if refused is None:
            continue
        count = int(np.count_nonzero(refused & mask))
        if count:
            refusals[code] = count
            mask &= ~refused
    return mask, refusals
