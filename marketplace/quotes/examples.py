"""A price as an example: made with the numbers in force, for public pages."""

from datetime import datetime

from marketplace.listings.domain import DeliverableKind
from marketplace.quotes.breakdown import break_down
from marketplace.quotes.cards import PriceCard, preview_card
from marketplace.quotes.charges import Charges
from marketplace.quotes.pricing import Choices, ListingOffer, price_listing
from marketplace.quotes.schedule import plan_schedule
from marketplace.quotes.sources import Offer

EXAMPLE = ListingOffer(
    platform="instagram",
    title="",
    deliverables=((DeliverableKind.REEL, 1),),
    currency="SAR",
    base_minor=190_000,
    amplification_month_minor=30_000,
    exclusivity_day_minor=None,
    rush_minor=None,
    rush_days=None,
    turnaround_days=7,
)


def example_card(charges: Charges, *, now: datetime, country: str = "SA") -> PriceCard:
    """Return the card of a first order of one reel at 1,900 SAR with a month of paid amplification."""
    choices = Choices(amplification_months=1)
    price = price_listing(EXAMPLE, choices)
    schedule = plan_schedule(charges.policy, now=now, turnaround_days=EXAMPLE.turnaround_days, posting=None)
    offer = Offer(
        title="",
        price=price,
        schedule=schedule,
        criteria=(),
        rights=charges.policy.plain["rights_included"] | {"amplification_months": 1},
        exclusivity={"category": "", "days": 0},
        requires_disclosure=True,
    )
    return preview_card(
        offer, break_down(price, country=country, completed_count=0, charges=charges), charges=charges
    )
