"""The whole price of a listing before anybody orders: the very card that a quote would show, for terms not stored yet.

This module looks upwards to `quotes` on purpose (pyproject.toml says so): pages show what a thing would become.
"""

from dataclasses import dataclass
from datetime import datetime

from marketplace.errors import MarketplaceError
from marketplace.listings.models import ListingVersion
from marketplace.listings.terms import ListingTerms
from marketplace.quotes.breakdown import break_down
from marketplace.quotes.cards import PriceCard, preview_card
from marketplace.quotes.charges import Charges
from marketplace.quotes.pricing import Choices, ListingOffer, price_listing
from marketplace.quotes.schedule import plan_schedule
from marketplace.quotes.sources import ORDER_CRITERIA, Offer


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """A card, or why there is none (a sentence for the reader)."""

    card: PriceCard | None
    problem: object = ""


def price_of_terms(
    terms: ListingTerms, choices: Choices, *, country: str, charges: Charges, now: datetime
) -> ShownPrice:
    """Return the card for a first booking by a brand of the country."""
    policy = charges.policy
    try:
        price = price_listing(_offer(terms), choices)
        schedule = plan_schedule(policy, now=now, turnaround_days=price.turnaround_days, posting=None)
        breakdown = break_down(price, country=country, completed_count=0, charges=charges)
    except MarketplaceError as error:
        return ShownPrice(None, error.message)
    offer = Offer(
        title=terms.title,
        price=price,
        schedule=schedule,
        criteria=ORDER_CRITERIA,
        rights=policy.plain["rights_included"] | {"amplification_months": choices.amplification_months},
        exclusivity={"category": choices.exclusivity_category, "days": choices.exclusivity_days},
        requires_disclosure=True,
    )
    return ShownPrice(preview_card(offer, breakdown, charges=charges))


def _offer(terms: ListingTerms) -> ListingOffer:
    return ListingOffer(
        platform=terms.platform,
        title=terms.title,
        deliverables=terms.deliverables,
        currency=terms.currency,
        base_minor=terms.base_minor,
        amplification_month_minor=terms.amplification_month_minor,
        exclusivity_day_minor=terms.exclusivity_day_minor,
        rush_minor=terms.rush_minor,
        rush_days=terms.rush_days,
        turnaround_days=terms.turnaround_days,
    )


def choices_of(version: ListingVersion, *, is_rush: bool, months: int, days: int) -> Choices:
    """Return the extras that somebody chose on a listing's page, as far as the listing sells them."""
    return Choices(
        is_rush=is_rush and version.rush_minor is not None,
        amplification_months=months if version.amplification_month_minor else 0,
        exclusivity_days=days if version.exclusivity_day_minor else 0,
    )
