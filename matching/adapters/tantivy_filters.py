"""The hard filters of `matching.eligibility`, over columns instead of documents: a mask and exact counts of refusals.

All filters run here, not in tantivy, because refusals must be counted by the first filter that failed, and because
text, vector and topic search need the same mask. 100,000 rows take 4 to 5 ms (docs/performance.md); a tantivy
query for each reason would cost a query each and still not give row numbers to the vector scan. A property test
compares the verdicts with `matching.eligibility` on random documents.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.adapters import tantivy_columns as columns
from matching.adapters.tantivy_columns import Vocabulary
from matching.adapters.tantivy_files import type_array
from matching.criteria import SearchCriteria
from matching.eligibility import MILLION, REASONS, millionths

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


@dataclass(frozen=True)
class Screening:
    """One question to one table; what several filters need is computed once."""

    table: FilterTable
    criteria: SearchCriteria

    @cached_property
    def matching_offers(self) -> type_mask:
        """Offers on the asked platforms that hold every asked deliverable at least as often as asked."""
        table, criteria = self.table, self.criteria
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


type_verdict = type_mask | None
"""Rows that the filter refuses; None when it was not asked."""


def _not_listed(asked: Screening) -> type_verdict:
    return ~asked.table.has_flag(columns.IS_LISTED)


def _excluded(asked: Screening) -> type_verdict:
    if not asked.criteria.excluded_influencers:
        return None
    wanted = [columns.identity_of(x) for x in asked.criteria.excluded_influencers]
    return np.isin(asked.table.columns["row.identity"], np.array(wanted, np.uint64))


def _refused_category(asked: Screening) -> type_verdict:
    if asked.criteria.category is None:
        return None
    return asked.table.rows_where(
        "refused", asked.table.entries_of("refused.code", [asked.criteria.category])
    )


def _relevant_channels(asked: Screening) -> type_mask:
    if not asked.criteria.platforms:
        return np.ones(len(asked.table.columns["channel.row"]), np.bool_)
    return asked.table.entries_of("channel.platform", asked.criteria.platforms)


def _platform(asked: Screening) -> type_verdict:
    if not asked.criteria.platforms:
        return None
    there = asked.table.rows_where("channel", _relevant_channels(asked))
    return asked.table.has_flag(columns.HAS_CHANNELS) & ~there


def _channel_unproven(asked: Screening) -> type_verdict:
    if not asked.criteria.requires_proven_channel:
        return None
    proven = _relevant_channels(asked) & asked.table.columns["channel.proven"]
    return ~asked.table.rows_where("channel", proven)


def _followers_above(asked: Screening) -> type_verdict:
    if asked.criteria.followers.is_open:
        return None
    refused: type_mask = asked.table.columns["row.followers"] > asked.criteria.followers.maximum
    return refused


def _followers_below(asked: Screening) -> type_verdict:
    if asked.criteria.followers.is_open:
        return None
    followers = asked.table.columns["channel.followers"]
    known = _relevant_channels(asked) & ~np.isnan(followers)
    if asked.criteria.requires_proven_channel:
        known &= asked.table.columns["channel.proven"]
    enough = known & (followers >= asked.criteria.followers.minimum)
    return asked.table.rows_where("channel", known) & ~asked.table.rows_where("channel", enough)


def _one_of(asked: Screening, column: str, wanted: tuple[str, ...]) -> type_verdict:
    if not wanted:
        return None
    refused: type_mask = (asked.table.columns[column] != columns.NO_WORD) & ~asked.table.entries_of(
        column, wanted
    )
    return refused


def _country(asked: Screening) -> type_verdict:
    return _one_of(asked, "row.country", asked.criteria.countries)


def _city(asked: Screening) -> type_verdict:
    return _one_of(asked, "row.city", asked.criteria.cities)


def _creator_language(asked: Screening) -> type_verdict:
    if not asked.criteria.creator_languages:
        return None
    speaks = asked.table.rows_where(
        "language", asked.table.entries_of("language.code", asked.criteria.creator_languages)
    )
    return asked.table.has_flag(columns.HAS_LANGUAGES) & ~speaks


def _audience(asked: Screening, name: str, wanted: tuple[str, ...], least: float) -> type_mask:
    """Add whole millionths, as the reference does."""
    held = np.zeros(len(asked.table.alive), np.int64)
    for word in dict.fromkeys(wanted):
        chosen = asked.table.entries_of(f"{name}.code", [word])
        shares = asked.table.columns[f"{name}.share"][chosen]
        held[asked.table.columns[f"{name}.row"][chosen]] += np.rint(shares * MILLION).astype(np.int64)
    refused: type_mask = np.minimum(held, MILLION) < millionths(least)
    return refused


def _audience_country(asked: Screening) -> type_verdict:
    target = asked.criteria.audience
    if not target.countries:
        return None
    known = asked.table.has_flag(columns.HAS_AUDIENCE_COUNTRIES)
    return known & _audience(asked, "audience_country", target.countries, target.share)


def _audience_language(asked: Screening) -> type_verdict:
    target = asked.criteria.audience
    if not target.languages:
        return None
    known = asked.table.has_flag(columns.HAS_AUDIENCE_LANGUAGES)
    return known & _audience(asked, "audience_language", target.languages, target.share)


def _no_such_deliverable(asked: Screening) -> type_verdict:
    if not asked.criteria.deliverables:
        return None
    there = asked.table.rows_where("offer", asked.matching_offers)
    return asked.table.has_flag(columns.HAS_OFFERS) & ~there


def _other_currency(asked: Screening) -> type_verdict:
    if asked.criteria.currency is None:
        return None
    matching = asked.matching_offers
    same = matching & asked.table.entries_of("offer.currency", [asked.criteria.currency])
    return asked.table.rows_where("offer", matching) & ~asked.table.rows_where("offer", same)


def _too_expensive(asked: Screening) -> type_verdict:
    if asked.criteria.budget_minor is None or asked.criteria.fixed_price_minor is not None:
        return None
    matching = asked.matching_offers
    if asked.criteria.currency is not None:
        matching = matching & asked.table.entries_of("offer.currency", [asked.criteria.currency])
    within = matching & (asked.table.columns["offer.price"] <= asked.criteria.budget_minor)
    return asked.table.rows_where("offer", matching) & ~asked.table.rows_where("offer", within)


def _no_free_slot(asked: Screening) -> type_verdict:
    refused: type_mask = asked.table.columns["row.slots"] < 1
    if asked.criteria.ends_on is not None:
        refused |= asked.table.columns["row.free_from"] > asked.criteria.ends_on.toordinal()
    if asked.criteria.starts_on is not None and asked.criteria.ends_on is not None:
        covered = (asked.table.columns["busy.first"] <= asked.criteria.starts_on.toordinal()) & (
            asked.table.columns["busy.last"] >= asked.criteria.ends_on.toordinal()
        )
        refused |= asked.table.rows_where("busy", covered)
    return refused


VERDICTS: dict[str, Callable[[Screening], type_verdict]] = {
    "not_listed": _not_listed,
    "excluded": _excluded,
    "refused_category": _refused_category,
    "platform": _platform,
    "channel_unproven": _channel_unproven,
    "followers_above": _followers_above,
    "followers_below": _followers_below,
    "country": _country,
    "city": _city,
    "creator_language": _creator_language,
    "audience_country": _audience_country,
    "audience_language": _audience_language,
    "no_such_deliverable": _no_such_deliverable,
    "other_currency": _other_currency,
    "too_expensive": _too_expensive,
    "no_free_slot": _no_free_slot,
}
"""How each rule of `matching.eligibility` is looked at; that list alone says in which order."""


def filter_rows(table: FilterTable, criteria: SearchCriteria) -> tuple[type_mask, dict[str, int]]:
    """Return the mask of rows that pass everything, and how many each reason refused first (zeros left out)."""
    mask = table.alive.copy()
    asked = Screening(table, criteria)
    refusals: dict[str, int] = {}
    for code in REASONS:
        refused = VERDICTS[code](asked)
        if refused is None:
            continue
        count = int(np.count_nonzero(refused & mask))
        if count:
            refusals[code] = count
            mask &= ~refused
    return mask, refusals
