"""A price as an example: made with the numbers in force, for public pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.listings.domain import DeliverableKind
from marketplace.quotes.breakdown import break_down
from marketplace.quotes.cards import PriceCard, preview_card
from marketplace.quotes.charges import Charges
from marketplace.quotes.pricing import Choices, ListingOffer, price_listing
from marketplace.quotes.schedule import plan_schedule
from marketplace.quotes.sources import Offer

TURNAROUND_DAYS = 7


@dataclass(frozen=True, slots=True)
class ExamplePrice:
    """What the example costs in a currency, in minor units, and the country of the brand that buys it."""

    country: str
    base_minor: int
    amplification_month_minor: int


#: the first one in which the site can make a price is shown
EXAMPLES: Mapping[str, ExamplePrice] = {
    "SAR": ExamplePrice("SA", 190_000, 30_000),
    "AED": ExamplePrice("AE", 190_000, 30_000),
    "USD": ExamplePrice("US", 50_000, 8_000),
    "EUR": ExamplePrice("DE", 45_000, 7_000),
    "KWD": ExamplePrice("KW", 155_000, 25_000),
    "JPY": ExamplePrice("JP", 75_000, 12_000),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A card, and the country of the two who agreed on it."""

    card: PriceCard
    country: str


def example_at(charges: Charges, *, now: datetime) -> Example | None:
    """Return a first order of one reel with a month of paid amplification; None where no price can be made."""
    currency = next((each for each in EXAMPLES if each in charges.currencies), None)
    if currency is None:
        return None
    example, choices = EXAMPLES[currency], Choices(amplification_months=1)
    price = price_listing(_offer(currency, example), choices)
    schedule = plan_schedule(charges.policy, now=now, turnaround_days=TURNAROUND_DAYS, posting=None)
    offer = Offer(
        title="",
        price=price,
        schedule=schedule,
        criteria=(),
        rights=charges.policy.plain["rights_included"] | {"amplification_months": 1},
        exclusivity={"category": "", "days": 0},
        requires_disclosure=True,
    )
    breakdown = break_down(price, country=example.country, completed_count=0, charges=charges)
    return Example(preview_card(offer, breakdown, charges=charges), example.country)


def _offer(currency: str, example: ExamplePrice) -> ListingOffer:
    return ListingOffer(
        platform="instagram",
        title="",
        deliverables=((DeliverableKind.REEL, 1),),
        currency=currency,
        base_minor=example.base_minor,
        amplification_month_minor=example.amplification_month_minor,
        exclusivity_day_minor=None,
        rush_minor=None,
        rush_days=None,
        turnaround_days=TURNAROUND_DAYS,
    )
