"""Hard filters: who may be shown for a brief at all, each refusal with a reason code.

This is the reference every engine must agree with, influencer by influencer. What is not known is neutral: a missing
figure never refuses, because a refusal must name a fact. What somebody sells is always known: without a listing they sell
nothing. Filters run in the order of FILTERS; the first failure counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from matching.criteria import SearchCriteria
from matching.documents import ChannelDocument, InfluencerDocument, OfferDocument

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class FilterOutcome:
    """One hard filter on one influencer. `is_checked` is False when nothing was asked or nothing is known."""

    code: str
    is_passed: bool
    is_checked: bool


Verdict = bool | None
"""True: passed. False: refused. None: not asked or not known, which is neutral."""


def relevant_channels(document: InfluencerDocument, criteria: SearchCriteria) -> tuple[ChannelDocument, ...]:
    """Channels on the asked platforms (all when none is asked)."""
    if not criteria.platforms:
        return document.channels
    return tuple(c for c in document.channels if c.platform in criteria.platforms)


def matching_offers(document: InfluencerDocument, criteria: SearchCriteria) -> tuple[OfferDocument, ...]:
    """Offers on the asked platforms that hold every asked deliverable at least as often as asked, or one of the others."""
    offers = document.offers
    if criteria.platforms:
        offers = tuple([o for o in offers if o.platform in criteria.platforms])
    if not criteria.deliverables:
        return offers
    works = (criteria.deliverables, *((other,) for other in criteria.other_deliverables))
    return tuple([o for o in offers if any(_has_deliverables(o, work) for work in works)])


def cheapest_offer(document: InfluencerDocument, criteria: SearchCriteria) -> OfferDocument | None:
    """Return the cheapest matching offer in the asked currency (any currency when none is asked; ties by listing id)."""
    offers = [o for o in matching_offers(document, criteria) if criteria.currency in {None, o.currency}]
    return min(offers, key=lambda o: (o.price_minor, o.listing_id), default=None)


def _has_deliverables(offer: OfferDocument, wanted: Iterable[tuple[str, int]]) -> bool:
    held: dict[str, int] = {}
    for kind, count in offer.deliverables:
        held[kind] = held.get(kind, 0) + count
    return all(held.get(kind, 0) >= count for kind, count in wanted)


def _is_listed(document: InfluencerDocument, _criteria: SearchCriteria) -> Verdict:
    return document.is_listed


def _is_not_excluded(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    return document.id not in criteria.excluded_influencers if criteria.excluded_influencers else None


def _accepts_category(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    return None if criteria.category is None else criteria.category not in document.refused_categories


def _is_on_platform(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    if not criteria.platforms or not document.channels:
        return None
    return bool(relevant_channels(document, criteria))


def _has_proven_channel(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    if not criteria.requires_proven_channel:
        return None
    return any(c.is_proven for c in relevant_channels(document, criteria))


def _is_large_enough(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    """Ask whether the largest channel on an asked platform (proven ones only, if proof is asked for) reaches the minimum."""
    if criteria.followers.is_open:
        return None
    known = [
        c.followers.value
        for c in relevant_channels(document, criteria)
        if c.followers is not None and (c.is_proven or not criteria.requires_proven_channel)
    ]
    return max(known) >= criteria.followers.minimum if known else None


def _is_small_enough(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    """No channel at all is above the maximum: a celebrity elsewhere is not a micro-influencer here."""
    if criteria.followers.is_open:
        return None
    known = [c.followers.value for c in document.channels if c.followers is not None]
    return max(known) <= criteria.followers.maximum if known else None


def _lives_in_country(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    if not criteria.countries or document.country is None:
        return None
    return document.country in criteria.countries


def _lives_in_city(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    if not criteria.cities or document.city is None:
        return None
    return document.city in criteria.cities


def _speaks_language(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    if not criteria.creator_languages or not document.languages:
        return None
    return any(language in criteria.creator_languages for language in document.languages)


def audience_share(shares: dict[str, float], wanted: Iterable[str]) -> float:
    """Sum of the shares of the wanted segments, at most 1."""
    return min(1.0, sum(shares.get(key, 0.0) for key in wanted))


def millionths(share: float) -> int:
    """Return a share as filters compare it: whole millionths add up to the same sum in every engine, floats do not."""
    return round(share * MILLION)


def _holds_share(shares: dict[str, float], wanted: Iterable[str], least: float) -> bool:
    held = sum(millionths(shares.get(key, 0.0)) for key in dict.fromkeys(wanted))
    return min(MILLION, held) >= millionths(least)


def _reaches_countries(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    wanted = criteria.audience.countries
    if not wanted or document.audience is None or not document.audience.countries:
        return None
    return _holds_share(document.audience.countries, wanted, criteria.audience.share)


def _reaches_languages(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    wanted = criteria.audience.languages
    if not wanted or document.audience is None or not document.audience.languages:
        return None
    return _holds_share(document.audience.languages, wanted, criteria.audience.share)


def _offers_deliverables(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    return bool(matching_offers(document, criteria)) if criteria.deliverables else None


def _sells_in_currency(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    offers = matching_offers(document, criteria)
    if criteria.currency is None or not offers:
        return None
    return any(o.currency == criteria.currency for o in offers)


def _is_affordable(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    """With a price fixed by the brief the listed prices do not matter: the influencer decides by applying."""
    if criteria.budget_minor is None or criteria.fixed_price_minor is not None:
        return None
    offer = cheapest_offer(document, criteria)
    return None if offer is None else offer.price_minor <= criteria.budget_minor


def _has_free_slot(document: InfluencerDocument, criteria: SearchCriteria) -> Verdict:
    """Ask for an open slot that opens before the window ends, with no single busy period over the whole window."""
    if document.open_slots < 1:
        return False
    if (
        criteria.ends_on is not None
        and document.free_from is not None
        and document.free_from > criteria.ends_on
    ):
        return False
    if criteria.starts_on is None or criteria.ends_on is None:
        return True
    return not any(first <= criteria.starts_on and criteria.ends_on <= last for first, last in document.busy)


FILTERS: tuple[tuple[str, Callable[[InfluencerDocument, SearchCriteria], Verdict]], ...] = (
    ("not_listed", _is_listed),
    ("excluded", _is_not_excluded),
    ("refused_category", _accepts_category),
    ("platform", _is_on_platform),
    ("channel_unproven", _has_proven_channel),
    ("followers_above", _is_small_enough),
    ("followers_below", _is_large_enough),
    ("country", _lives_in_country),
    ("city", _lives_in_city),
    ("creator_language", _speaks_language),
    ("audience_country", _reaches_countries),
    ("audience_language", _reaches_languages),
    ("no_such_deliverable", _offers_deliverables),
    ("other_currency", _sells_in_currency),
    ("too_expensive", _is_affordable),
    ("no_free_slot", _has_free_slot),
)
REASONS: tuple[str, ...] = tuple(code for code, _ in FILTERS)


def find_refusal(document: InfluencerDocument, criteria: SearchCriteria) -> str | None:
    """Return the reason code of the first hard filter that refuses, or None when all pass."""
    for code, verdict in FILTERS:
        if verdict(document, criteria) is False:
            return code
    return None


def check_filters(document: InfluencerDocument, criteria: SearchCriteria) -> tuple[FilterOutcome, ...]:
    """Run every hard filter, for the receipt (no early end)."""
    return filter_checks(criteria)(document)


def filter_checks(criteria: SearchCriteria) -> Callable[[InfluencerDocument], tuple[FilterOutcome, ...]]:
    """Return `check_filters` for many influencers: what the criteria do not ask is not looked at in each of them."""
    unasked = [_outcome(code, None) for code, _ in FILTERS]
    asked = [
        (place, code, verdict) for place, (code, verdict) in enumerate(FILTERS) if _is_asked(code, criteria)
    ]

    def check(document: InfluencerDocument) -> tuple[FilterOutcome, ...]:
        outcomes = unasked.copy()
        for place, code, verdict in asked:
            outcomes[place] = _outcome(code, verdict(document, criteria))
        return tuple(outcomes)

    return check


def _is_asked(code: str, criteria: SearchCriteria) -> bool:
    """Tell whether a filter can say anything: each says None where the criteria leave open what it is about."""
    about = _ABOUT.get(code)
    return about is None or bool(about(criteria))


_ABOUT: dict[str, Callable[[SearchCriteria], object]] = {
    "excluded": lambda criteria: criteria.excluded_influencers,
    "refused_category": lambda criteria: criteria.category is not None,
    "platform": lambda criteria: criteria.platforms,
    "channel_unproven": lambda criteria: criteria.requires_proven_channel,
    "country": lambda criteria: criteria.countries,
    "city": lambda criteria: criteria.cities,
    "creator_language": lambda criteria: criteria.creator_languages,
    "audience_country": lambda criteria: criteria.audience.countries,
    "audience_language": lambda criteria: criteria.audience.languages,
    "no_such_deliverable": lambda criteria: criteria.deliverables,
    "other_currency": lambda criteria: criteria.currency is not None,
    "too_expensive": lambda criteria: criteria.budget_minor is not None,
}


@cache
def _outcome(code: str, verdict: Verdict) -> FilterOutcome:
    """Return the one outcome that all receipts share: there are three a filter."""
    return FilterOutcome(code=code, is_passed=verdict is not False, is_checked=verdict is not None)
