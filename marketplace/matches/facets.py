"""Facets of a stored list: by what its places can be narrowed, with how many each choice would leave.

A place is in a group when one of its codes is chosen there; groups narrow each other. The counts of a group look at what
all other groups leave, so that a second choice within a group adds people.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.documents import InfluencerDocument, OfferDocument
from matching.market import follower_band
from matching.reading.places import city_key
from payments.money import CURRENCIES

GROUPS = ("platform", "country", "city", "language", "topic", "band", "price", "newcomer")
YES, NO = "yes", "no"
PRICE_STEPS = 3
CODES_MOST = 40

_STEP = re.compile(r"([A-Z]{3})-(\d{1,15})-(\d{0,15})")

Codes = Mapping[str, tuple[str, ...]]
"""Group -> codes: of a place, or what is chosen."""


def facets_of(
    document: InfluencerDocument, offer: OfferDocument | None, *, topics: Sequence[str]
) -> dict[str, Any]:
    """Return what is kept of a place to narrow by, JSON values; `topics` are those shared with the brief."""
    return {
        "platforms": sorted({channel.platform for channel in document.channels}),
        "country": document.country,
        "city": city_key(document.city) if document.city else None,
        "languages": list(document.languages),
        "topics": list(dict.fromkeys((*topics, *document.claimed_topics))),
        "band": follower_band(document),
        "price_minor": offer.price_minor if offer else None,
        "currency": offer.currency if offer else None,
    }


@dataclass(frozen=True, slots=True)
class PriceStep:
    """Prices above `above_minor` up to `most_minor` (None: no end) in one currency."""

    currency: str
    above_minor: int
    most_minor: int | None

    @property
    def code(self) -> str:
        return f"{self.currency}-{self.above_minor}-{self.most_minor or ''}"

    def holds(self, price_minor: int) -> bool:
        return self.above_minor < price_minor and (self.most_minor is None or price_minor <= self.most_minor)


def read_step(code: str) -> PriceStep | None:
    """Return the step that a code names, as one of an older list may; None for a code that names none."""
    found = _STEP.fullmatch(code)
    if found is None or found[1] not in CURRENCIES:
        return None
    return PriceStep(found[1], int(found[2]), int(found[3]) if found[3] else None)


def price_steps(stored: Iterable[Mapping[str, Any]]) -> tuple[PriceStep, ...]:
    """Cut the prices of a list into thirds at round amounts, for each currency."""
    prices: dict[str, list[int]] = {}
    for one in stored:
        if one.get("price_minor") is not None:
            prices.setdefault(one["currency"], []).append(one["price_minor"])
    return tuple(step for currency in sorted(prices) for step in _steps(currency, sorted(prices[currency])))


def _steps(currency: str, ordered: list[int]) -> list[PriceStep]:
    cuts = [_rounded(ordered[len(ordered) * third // PRICE_STEPS]) for third in range(1, PRICE_STEPS)]
    ends = sorted({cut for cut in cuts if ordered[0] <= cut < ordered[-1]})
    return [PriceStep(currency, above, most) for above, most in zip([0, *ends], [*ends, None], strict=True)]


def _rounded(price_minor: int) -> int:
    """Return a price with two digits that say something."""
    unit: int = 10 ** max(0, len(str(price_minor)) - 2)
    return max(unit, (price_minor + unit // 2) // unit * unit)


def codes_of(stored: Mapping[str, Any], steps: Sequence[PriceStep], *, is_newcomer: bool) -> Codes:
    """Return the codes of a place by group; what is not known has none."""
    price = stored.get("price_minor")
    band = stored.get("band")
    return {
        "platform": tuple(stored.get("platforms", ())),
        "country": (stored["country"],) if stored.get("country") else (),
        "city": (stored["city"],) if stored.get("city") else (),
        "language": tuple(stored.get("languages", ())),
        "topic": tuple(stored.get("topics", ())),
        "band": () if band is None else (str(band),),
        "price": tuple(
            step.code
            for step in steps
            if price is not None and step.currency == stored["currency"] and step.holds(price)
        ),
        "newcomer": (YES if is_newcomer else NO,),
    }


def passes(codes: Codes, chosen: Codes, *, without: str | None = None) -> bool:
    """Return whether a place fits every group in which something is chosen, but the group `without`."""
    return all(
        not wanted or group == without or not set(wanted).isdisjoint(codes[group])
        for group, wanted in chosen.items()
    )


def count_codes(places: Sequence[Codes], chosen: Codes) -> dict[str, Counter[str]]:
    """Return how many places each code would leave, by group, beside what the other groups ask."""
    counted: dict[str, Counter[str]] = {}
    for group in GROUPS:
        left = [codes for codes in places if passes(codes, chosen, without=group)]
        counted[group] = Counter(code for codes in left for code in codes[group])
    return counted


def read_choice(values: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return what is chosen, by group, from the fields of an address; other fields are left alone."""
    return {
        group: tuple(dict.fromkeys(code for code in values.get(group, ()) if code))[:CODES_MOST]
        for group in GROUPS
    }
