"""Orders: a brand takes an influencer's listing as it stands; the influencer answers once it is paid."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.deals.consent import check_for_sale
from marketplace.deals.domain import OrderStatus
from marketplace.deals.eligibility import Demand, NotEligible, check_influencer
from marketplace.deals.facts import influencer_facts, require_approved_brand
from marketplace.deals.models import Order
from marketplace.deals.records import move, read_first_words
from marketplace.deals.transitions import OrderAction, next_order_status
from marketplace.errors import NotFound
from marketplace.listings.models import ListingVersion
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.domain import DealPath, QuoteStatus
from marketplace.quotes.models import Quote
from marketplace.quotes.operations import freeze_terms, quote_terms, withdraw_quote
from marketplace.quotes.policy_records import PolicyRecord, policy_at
from marketplace.quotes.pricing import Choices
from marketplace.quotes.sources import get_listing_version, offer_of_order


def place_order(
    session: Session,
    *,
    actor: Actor,
    listing_version_id: str,
    choices: Choices,
    message: str = "",
    now: datetime,
) -> Order:
    """Order a listing with choices: terms and quote are made at once; nothing is owed until the quote is accepted.

    Raises:
        NotFound, Forbidden, BrandNotApproved: see their classes.
        ListingNotForSale, ChoiceNotSold, NotEligible: it cannot be ordered like this.
        Others: what pricing and schedule raise.

    """
    brand_id = actor.brand_id or ""
    require(actor, Permission.ORDER_PLACE, Subject(brand_id=brand_id))
    brand = require_approved_brand(session, brand_id=brand_id)
    listing, version = get_listing_version(session, listing_version_id=listing_version_id)
    check_for_sale(listing, version)
    policy = policy_at(now)
    _check_influencer(session, brand, version, influencer_id=listing.influencer_id, policy=policy, now=now)
    offer = offer_of_order(version, choices, policy=policy, now=now)
    cleaned = read_first_words(message, field="message")
    terms = freeze_terms(
        session,
        offer,
        path=DealPath.ORDER,
        brand_id=brand.id,
        influencer_id=listing.influencer_id,
        now=now,
    )
    quote = quote_terms(session, actor=actor, terms=terms, now=now)
    order = Order(
        listing_id=listing.id,
        listing_version_id=version.id,
        brand_id=brand.id,
        influencer_id=listing.influencer_id,
        ordered_by=actor.user_id,
        terms_id=terms.id,
        quote_id=quote.id,
        status=OrderStatus.QUOTED,
        message=cleaned,
        choices=choices.as_plain(),
        created_at=now,
        updated_at=now,
    )
    session.add(order)
    session.flush()
    move(session, order, status=OrderStatus.QUOTED, event="order.placed", actor=actor, now=now)
    return order


def withdraw_order(session: Session, *, actor: Actor, order_id: str, now: datetime) -> Order:
    """Drop an order whose quote was not accepted.

    Raises:
        NotFound, Forbidden, DealStatusConflict: see their classes.

    """
    order = session.get(Order, order_id, with_for_update=True)
    if order is None:
        raise NotFound
    require(actor, Permission.ORDER_PLACE, Subject(brand_id=order.brand_id))
    status = next_order_status(order.status, OrderAction.WITHDRAW)
    quote = session.get_one(Quote, order.quote_id, with_for_update=True)
    withdraw_quote(session, actor=actor, quote=quote, status=QuoteStatus.WITHDRAWN, now=now)
    move(session, order, status=status, event="order.withdrawn", actor=actor, now=now)
    return order


def _check_influencer(
    session: Session,
    brand: Brand,
    version: ListingVersion,
    *,
    influencer_id: str,
    policy: PolicyRecord,
    now: datetime,
) -> None:
    followers_min, followers_max = policy.micro_followers
    demand = Demand(
        category=brand.category,
        platforms=(version.platform,),
        followers_min=followers_min,
        followers_max=followers_max,
    )
    facts = influencer_facts(session, influencer_id=influencer_id, now=now)
    codes = list(check_influencer(facts, demand))
    if codes:
        raise NotEligible(codes)
