"""Reading quotes and previewing prices before anything is stored."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.db import find_row
from marketplace.errors import NotFound
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.breakdown import break_down
from marketplace.quotes.cards import PriceCard, card_of_quote, preview_card
from marketplace.quotes.charges import Charges
from marketplace.quotes.charging import charges_at
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.pricing import Choices
from marketplace.quotes.sources import (
    Offer,
    get_brief_version,
    get_listing_version,
    offer_of_brief,
    offer_of_order,
)
from marketplace.taxes.models import TaxProfile
from marketplace.taxes.sides import TaxSide

_FULFILLED = (
    select(func.count())
    .select_from(Quote)
    .where(
        Quote.brand_id == bindparam("brand_id"),
        Quote.influencer_id == bindparam("influencer_id"),
        Quote.fulfilled_at.is_not(None),
    )
)
_COUNTRY_AND_FULFILLED = select(
    select(TaxProfile.country)
    .where(TaxProfile.side == TaxSide.BRAND, TaxProfile.subject_id == bindparam("brand_id"))
    .scalar_subquery(),
    _FULFILLED.scalar_subquery(),
)


def count_fulfilled(session: Session, *, brand_id: str, influencer_id: str) -> int:
    """Return how many bookings of the pair were completed, which the loyalty taper counts."""
    return session.scalar(_FULFILLED, {"brand_id": brand_id, "influencer_id": influencer_id}) or 0


def get_quote(session: Session, *, actor: Actor, quote_id: str) -> Quote:
    """Return a quote of one of the actor's sides.

    Raises:
        NotFound: no such quote, or others'.

    """
    quote = find_row(session, Quote, quote_id)
    if quote is None:
        raise NotFound
    require(actor, Permission.QUOTE_VIEW, Subject(quote.brand_id, quote.influencer_id))
    return quote


def price_card(session: Session, *, actor: Actor, quote_id: str) -> PriceCard:
    """Return the card of a quote, the same for both sides.

    Raises:
        NotFound: no such quote, or others'.

    """
    quote = get_quote(session, actor=actor, quote_id=quote_id)
    return card_of_quote(quote, session.get_one(TermsSnapshot, quote.terms_id))


def preview_listing_price(
    session: Session, *, brand_id: str | None, listing_version_id: str, choices: Choices, now: datetime
) -> PriceCard:
    """Return what an order would cost this brand (None: a first booking from a country without tax on the fee).

    Raises:
        NotFound: no such listing version.
        Others: what pricing and schedule raise, with the field at fault.

    """
    listing, version = get_listing_version(session, listing_version_id=listing_version_id)
    charges = charges_at(session, now, influencer_id=listing.influencer_id)
    offer = offer_of_order(version, choices, policy=charges.policy, now=now)
    return _preview(session, offer, brand_id=brand_id, influencer_id=listing.influencer_id, charges=charges)


def preview_brief_price(
    session: Session,
    *,
    brief_version_id: str,
    influencer_id: str | None,
    listing_version_id: str | None = None,
    now: datetime,
) -> PriceCard:
    """Return the card of a brief for one influencer (None: anyone new), before they apply or are invited.

    Raises:
        NotFound: no such version.
        Others: what pricing and schedule raise.

    """
    brief, version = get_brief_version(session, brief_version_id=brief_version_id)
    listing = None
    if listing_version_id is not None:
        listing = get_listing_version(session, listing_version_id=listing_version_id)[1]
    charges = charges_at(session, now, influencer_id=influencer_id)
    platform = str(version.platforms[0]) if version.platforms else ""
    offer = offer_of_brief(version, listing, platform=platform, policy=charges.policy, now=now)
    return _preview(session, offer, brand_id=brief.brand_id, influencer_id=influencer_id, charges=charges)


def _preview(
    session: Session, offer: Offer, *, brand_id: str | None, influencer_id: str | None, charges: Charges
) -> PriceCard:
    brand = find_row(session, Brand, brand_id)
    completed_count, country = 0, ""
    if brand is not None:
        pair = {"brand_id": brand.id, "influencer_id": influencer_id}
        stated, completed_count = session.execute(_COUNTRY_AND_FULFILLED, pair).one()
        country = stated or brand.country or ""
    breakdown = break_down(
        offer.price,
        country=country,
        completed_count=completed_count,
        charges=charges,
    )
    return preview_card(offer, breakdown, charges=charges)
