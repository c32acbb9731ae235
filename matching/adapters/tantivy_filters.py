"""The hard filters of `matching.eligibility`, over columns instead of documents: a mask and exact counts of refusals.

All filters run here, not in tantivy, because refusals must be counted by the first filter that failed, and because
text, vector and topic search need the same mask; a tantivy query for each reason would cost a query each and still not
give row numbers to the vector scan. A property test compares the verdicts with `matching.eligibility` on random documents.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.adapters import tantivy_columns as columns
from matching.adapters.tantivy_filter_table import FilterTable, Places
from matching.adapters.tantivy_found import Passing
from matching.adapters.verdict_memory import VerdictMemory, count_bits, pack_bits
from matching.criteria import SearchCriteria
from matching.eligibility import MILLION, REASONS, millionths

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Screening:
    """One question to one table."""

    table: FilterTable
    criteria: SearchCriteria

    @property
    def matching_offers(self) -> Places:
        return self.table.matching_offers(self.criteria)

    @property
    def priced_offers(self) -> Places:
        return self.table.priced_in(self.matching_offers, self.criteria.currency)


Verdict = Mask | None
"""Rows that the filter refuses; None when it was not asked."""


def _not_listed(asked: Screening) -> Verdict:
    return ~asked.table.has_flag(columns.IS_LISTED)


def _excluded(asked: Screening) -> Verdict:
    if not asked.criteria.excluded_influencers:
        return None
    wanted = [columns.identity_of(x) for x in asked.criteria.excluded_influencers]
    return np.isin(asked.table.columns["row.identity"], np.array(wanted, np.uint64))


def _refused_category(asked: Screening) -> Verdict:
    if asked.criteria.category is None:
        return None
    return asked.table.rows_where(
        "refused", asked.table.entries_of("refused.code", [asked.criteria.category])
    )


def _relevant_channels(asked: Screening) -> Mask:
    if not asked.criteria.platforms:
        return np.ones(len(asked.table.columns["channel.row"]), np.bool_)
    return asked.table.entries_of("channel.platform", asked.criteria.platforms)


def _platform(asked: Screening) -> Verdict:
    if not asked.criteria.platforms:
        return None
    there = asked.table.rows_where("channel", _relevant_channels(asked))
    return asked.table.has_flag(columns.HAS_CHANNELS) & ~there


def _channel_unproven(asked: Screening) -> Verdict:
    if not asked.criteria.requires_proven_channel:
        return None
    proven = _relevant_channels(asked) & asked.table.columns["channel.proven"]
    return ~asked.table.rows_where("channel", proven)


def _followers_above(asked: Screening) -> Verdict:
    if asked.criteria.followers.is_open:
        return None
    refused: Mask = asked.table.columns["row.followers"] > asked.criteria.followers.maximum
    return refused


def _followers_below(asked: Screening) -> Verdict:
    if asked.criteria.followers.is_open:
        return None
    followers = asked.table.columns["channel.followers"]
    known = _relevant_channels(asked) & ~np.isnan(followers)
    if asked.criteria.requires_proven_channel:
        known &= asked.table.columns["channel.proven"]
    places = np.flatnonzero(known)
    enough = places.take(np.flatnonzero(followers.take(places) >= asked.criteria.followers.minimum))
    return asked.table.rows_at("channel", places) & ~asked.table.rows_at("channel", enough)


def _one_of(asked: Screening, column: str, wanted: tuple[str, ...]) -> Verdict:
    if not wanted:
        return None
    refused: Mask = (asked.table.columns[column] != columns.NO_WORD) & ~asked.table.entries_of(column, wanted)
    return refused


def _country(asked: Screening) -> Verdict:
    return _one_of(asked, "row.country", asked.criteria.countries)


def _city(asked: Screening) -> Verdict:
    return _one_of(asked, "row.city", asked.criteria.cities)


def _creator_language(asked: Screening) -> Verdict:
    if not asked.criteria.creator_languages:
        return None
    speaks = asked.table.rows_where(
        "language", asked.table.entries_of("language.code", asked.criteria.creator_languages)
    )
    return asked.table.has_flag(columns.HAS_LANGUAGES) & ~speaks


def _audience(asked: Screening, name: str, wanted: tuple[str, ...], least: float) -> Mask:
    """Add whole millionths, as the reference does."""
    held = np.zeros(len(asked.table.alive), np.int64)
    for word in dict.fromkeys(wanted):
        places = np.flatnonzero(asked.table.entries_of(f"{name}.code", [word]))
        shares = asked.table.columns[f"{name}.share"].take(places)
        owners = asked.table.columns[f"{name}.row"].take(places)
        held[owners] += np.rint(shares * MILLION).astype(np.int64)
    refused: Mask = np.minimum(held, MILLION) < millionths(least)
    return refused


def _audience_country(asked: Screening) -> Verdict:
    target = asked.criteria.audience
    if not target.countries:
        return None
    known = asked.table.has_flag(columns.HAS_AUDIENCE_COUNTRIES)
    return known & _audience(asked, "audience_country", target.countries, target.share)


def _audience_language(asked: Screening) -> Verdict:
    target = asked.criteria.audience
    if not target.languages:
        return None
    known = asked.table.has_flag(columns.HAS_AUDIENCE_LANGUAGES)
    return known & _audience(asked, "audience_language", target.languages, target.share)


def _no_such_deliverable(asked: Screening) -> Verdict:
    if not asked.criteria.deliverables:
        return None
    return ~asked.table.rows_at("offer", asked.matching_offers)


def _other_currency(asked: Screening) -> Verdict:
    if asked.criteria.currency is None:
        return None
    any_currency, same = asked.matching_offers, asked.priced_offers
    return asked.table.rows_at("offer", any_currency) & ~asked.table.rows_at("offer", same)


def _too_expensive(asked: Screening) -> Verdict:
    if asked.criteria.budget_minor is None or asked.criteria.fixed_price_minor is not None:
        return None
    priced = asked.priced_offers
    prices = asked.table.columns["offer.price"].take(priced)
    within = priced.take(np.flatnonzero(prices <= asked.criteria.budget_minor))
    return asked.table.rows_at("offer", priced) & ~asked.table.rows_at("offer", within)


def _no_free_slot(asked: Screening) -> Verdict:
    refused: Mask = asked.table.columns["row.slots"] < 1
    if asked.criteria.ends_on is not None:
        refused |= asked.table.columns["row.free_from"] > asked.criteria.ends_on.toordinal()
    if asked.criteria.starts_on is not None and asked.criteria.ends_on is not None:
        covered = (asked.table.columns["busy.first"] <= asked.criteria.starts_on.toordinal()) & (
            asked.table.columns["busy.last"] >= asked.criteria.ends_on.toordinal()
        )
        refused |= asked.table.rows_where("busy", covered)
    return refused


Rule = tuple[Callable[[Screening], Verdict], tuple[str, ...]]

_WORK = ("platforms", "deliverables", "other_deliverables")
_PRICED = (*_WORK, "currency")

VERDICTS: dict[str, Rule] = {
    "not_listed": (_not_listed, ()),
    "excluded": (_excluded, ("excluded_influencers",)),
    "refused_category": (_refused_category, ("category",)),
    "platform": (_platform, ("platforms",)),
    "channel_unproven": (_channel_unproven, ("platforms", "requires_proven_channel")),
    "followers_above": (_followers_above, ("followers",)),
    "followers_below": (_followers_below, ("followers", "platforms", "requires_proven_channel")),
    "country": (_country, ("countries",)),
    "city": (_city, ("cities",)),
    "creator_language": (_creator_language, ("creator_languages",)),
    "audience_country": (_audience_country, ("audience",)),
    "audience_language": (_audience_language, ("audience",)),
    "no_such_deliverable": (_no_such_deliverable, _WORK),
    "other_currency": (_other_currency, _PRICED),
    "too_expensive": (_too_expensive, (*_PRICED, "budget_minor", "fixed_price_minor")),
    "no_free_slot": (_no_free_slot, ("starts_on", "ends_on")),
}
"""How each rule of `matching.eligibility` is looked at, and all that it may read of the criteria; that list alone says in
which order."""


def filter_rows(table: FilterTable, criteria: SearchCriteria, memory: VerdictMemory | None = None) -> Passing:
    """Return who passes everything."""
    memory = VerdictMemory() if memory is None else memory
    passing = pack_bits(table.alive)
    refusals: dict[str, int] = {}
    for code in REASONS:
        look, reads = VERDICTS[code]
        asked = {name: getattr(criteria, name) for name in reads}
        refused = memory.bits((code, *asked.values()), table, partial(_look, look, asked))
        if refused is None:
            continue
        count = count_bits(refused & passing)
        if count:
            refusals[code] = count
            passing &= ~refused
    return Passing(criteria, passing, len(table.alive), refusals)


def _look(look: Callable[[Screening], Verdict], asked: Mapping[str, Any], table: FilterTable) -> Verdict:
    """Look with nothing of the criteria but what the rule may read: what is remembered depends on nothing else."""
    return look(Screening(table, SearchCriteria(text="", **asked)))
