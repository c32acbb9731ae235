"""The whole price of a listing before anybody orders: the very card that a quote would show, for terms not stored yet.

This module looks upwards to `quotes` on purpose (pyproject.toml says so): pages show what a thing would become.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.errors import MarketplaceError
from marketplace.listings.models import ListingVersion
from marketplace.listings.terms import ListingTerms
from marketplace.quotes.breakdown import break_down
from marketplace.quotes.cards import PriceCard, preview_card
from marketplace.quotes.policy_records import policy_at
from marketplace.quotes.pricing import Choices, ListingOffer, price_listing
from marketplace.quotes.schedule import plan_schedule
from marketplace.quotes.sources import ORDER_CRITERIA, Offer
from marketplace.web.countries import country_name
from marketplace.web.language import gettext as _
from marketplace.web.language import ngettext


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """A card, or why there is none (a sentence for the reader)."""

    card: PriceCard | None
    problem: object = ""


def price_of_terms(terms: ListingTerms, choices: Choices, *, country: str, now: datetime) -> ShownPrice:
    """Return the card for a first booking by a brand of the country."""
    policy = policy_at(now)
    try:
        price = price_listing(_offer(terms), choices)
        schedule = plan_schedule(policy, now=now, turnaround_days=price.turnaround_days, posting=None)
        breakdown = break_down(price, country=country, completed_count=0, policy=policy)
    except MarketplaceError as error:
        return ShownPrice(None, error.message)
    offer = Offer(
        title=terms.title,
        price=price,
        schedule=schedule,
        criteria=ORDER_CRITERIA,
        rights=dict(policy.plain["rights_included"]),
        exclusivity={"category": choices.exclusivity_category, "days": choices.exclusivity_days},
        requires_disclosure=True,
    )
    return ShownPrice(preview_card(offer, breakdown, policy=policy))


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


def card_lines(card: PriceCard) -> dict[str, Any]:
    """Return what the part `price_card` shows, in the reader's language."""
    exclusivity_days = int(card.exclusivity.get("days") or 0)
    return {
        "currency": card.currency,
        "base_minor": card.base_minor,
        "rights_minor": card.rights_minor,
        "exclusivity_minor": card.exclusivity_minor,
        "exclusivity_label": ngettext("%(num)d day", "%(num)d days", exclusivity_days)
        if exclusivity_days
        else "",
        "rush_minor": card.rush_minor,
        "receives_minor": card.receives_minor,
        "fee_minor": card.fee_minor,
        "fee_label": _("%(share)s %% of the listed price, or the least fee", share=card.fee_bps // 100),
        "tax_minor": card.tax_minor,
        "tax_label": _(
            "%(share)s %% for %(country)s", share=card.tax_bps // 100, country=country_name(card.tax_country)
        )
        if card.tax_country
        else "",
        "total_minor": card.total_minor,
        "cancellation": [
            {"stage": _stage(str(value.stage)), "receives_minor": value.influencer_minor}
            for value in card.cancellation
        ],
    }


def _stage(code: str) -> str:
    words = {
        "before_acceptance": _("Before acceptance"),
        "accepted": _("Accepted, nothing handed in"),
        "submitted": _("Work handed in"),
        "approved": _("Work approved"),
    }
    return words.get(code, code)


def choices_of(version: ListingVersion, typed: dict[str, str]) -> Choices:
    """Return the extras that somebody ticked on a listing's page, as far as the listing sells them."""
    months = _whole(typed.get("amplification_months")) if version.amplification_month_minor else 0
    days = _whole(typed.get("exclusivity_days")) if version.exclusivity_day_minor else 0
    return Choices(
        is_rush=bool(typed.get("is_rush")) and version.rush_minor is not None,
        amplification_months=min(months, 24),
        exclusivity_days=min(days, 180),
    )


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 0
