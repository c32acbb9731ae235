"""Listings over the API: an influencer's own, and the market that brands browse."""

from typing import Any

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.listings import operations, queries
from marketplace.listings.market_filter import EVERY_SIZE
from marketplace.listings.queries import MarketFilter, MarketListing, OwnListing
from marketplace.listings.schemas import (
    AMOUNTS,
    ListingDraftSchema,
    ListingPageSchema,
    ListingSchema,
    MarketListingSchema,
    MarketPageSchema,
    MarketQuery,
    OwnListingQuery,
    other_currencies,
    terms_of_body,
)
from marketplace.listings.terms import ListingInvalid, ListingTerms
from marketplace.policies import Permission
from marketplace.quotes.policy_records import policy_at
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.cursors import place_page
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain
from marketplace.web.strict_input import InputInvalid

blueprint = ApiBlueprint("listings", description="What influencers sell, at fixed prices.")


def _shown(own: OwnListing) -> dict[str, Any]:
    live = own.live if own.is_on_sale else None
    return {**plain(own.newest), **plain(own.listing), "newest": plain(own.newest), "live": plain(live)}


def _own(listing_id: str) -> dict[str, Any]:
    return _shown(queries.get_own_listing(db.session, actor=current_actor(), listing_id=listing_id))


def _sold(row: MarketListing) -> dict[str, Any]:
    return {"id": row.listing.id, **plain(row)}


def _terms(body: dict[str, Any]) -> ListingTerms:
    wrong = {path: _("Use the currency of the base price.") for path in other_currencies(body)}
    if wrong:
        raise InputInvalid(_("A listing has one currency."), fields=dict(wrong))
    return terms_of_body(body)


def _save(body: dict[str, Any], listing_id: str | None) -> dict[str, Any]:
    try:
        version = operations.save_draft_version(
            db.session, actor=current_actor(), terms=_terms(body), listing_id=listing_id, now=now()
        )
    except ListingInvalid as error:
        named = {AMOUNTS.get(name, name): what for name, what in error.fields.items()}
        raise ListingInvalid(error.message, fields=named) from error
    return _own(version.listing_id)


@blueprint.read("/listings", answer=ListingPageSchema, query=OwnListingQuery)
@requires(Permission.LISTING_EDIT)
def list_own_listings(query: dict[str, Any]) -> dict[str, Any]:
    """List your listings, newest first."""
    influencer_id = current_actor().influencer_id
    if influencer_id is None:
        raise NotFound
    rows = queries.list_own_listings(db.session, influencer_id=influencer_id)
    place, limit = query["cursor"], query["limit"]
    page = place_page(rows[place : place + limit + 1], place=place, limit=limit)
    return {**page, "items": [_shown(row) for row in page["items"]]}


@blueprint.write(
    "/listings", answer=ListingSchema, body=ListingDraftSchema, status=201, found_at="/listings/{id}"
)
@requires(Permission.LISTING_EDIT)
def create_listing(body: dict[str, Any]) -> dict[str, Any]:
    """Save a new listing as a draft."""
    return _save(body, None)


@blueprint.read("/listings/<id:listing_id>", answer=ListingSchema)
@requires(Permission.LISTING_EDIT)
def show_own_listing(listing_id: str) -> dict[str, Any]:
    """Show one of your listings."""
    return _own(listing_id)


@blueprint.write("/listings/<id:listing_id>", answer=ListingSchema, body=ListingDraftSchema, method="PUT")
@requires(Permission.LISTING_EDIT)
def save_listing(body: dict[str, Any], listing_id: str) -> dict[str, Any]:
    """Save the whole draft anew.

    A version that was handed in never changes: saving begins the next one, and the approved one goes on selling.
    """
    return _save(body, listing_id)


@blueprint.write("/listings/<id:listing_id>/submit", answer=ListingSchema)
@requires(Permission.LISTING_EDIT)
def submit_listing(listing_id: str) -> dict[str, Any]:
    """Hand the draft in for review."""
    operations.submit_listing(db.session, actor=current_actor(), listing_id=listing_id, now=now())
    return _own(listing_id)


@blueprint.write("/listings/<id:listing_id>/take-back", answer=ListingSchema)
@requires(Permission.LISTING_EDIT)
def take_back_listing(listing_id: str) -> dict[str, Any]:
    """Take a listing out of review to change it."""
    operations.take_back_listing(db.session, actor=current_actor(), listing_id=listing_id, now=now())
    return _own(listing_id)


@blueprint.write("/listings/<id:listing_id>/pause", answer=ListingSchema)
@requires(Permission.LISTING_EDIT)
def pause_listing(listing_id: str) -> dict[str, Any]:
    """Stop selling."""
    operations.pause_listing(db.session, actor=current_actor(), listing_id=listing_id, now=now())
    return _own(listing_id)


@blueprint.write("/listings/<id:listing_id>/resume", answer=ListingSchema)
@requires(Permission.LISTING_EDIT)
def resume_listing(listing_id: str) -> dict[str, Any]:
    """Sell again what was paused."""
    operations.resume_listing(db.session, actor=current_actor(), listing_id=listing_id, now=now())
    return _own(listing_id)


@blueprint.read("/market/listings", answer=MarketPageSchema, query=MarketQuery)
@requires(Permission.MARKET_BROWSE)
def list_market(query: dict[str, Any]) -> dict[str, Any]:
    """List what is on sale, newest first.

    `price_max_minor` needs `currency`, since amounts are never converted. Only accounts within the follower gate are
    listed, unless `size` is `every`; larger ones are booked by a brief that says why, not ordered.
    """
    if "price_max_minor" in query and "currency" not in query:
        text = _("Say in which currency the highest price is.")
        raise InputInvalid(text, fields={"currency": text})
    wanted = MarketFilter(
        text=query["text"],
        platforms=_chosen(query, "platform"),
        countries=_chosen(query, "country"),
        topics=_chosen(query, "topic"),
        currency=query.get("currency", ""),
        price_max_minor=query.get("price_max_minor"),
        followers=None if query["size"] == EVERY_SIZE else policy_at(now()).micro_followers,
    )
    page = queries.list_market(db.session, wanted=wanted, cursor=query["cursor"], limit=query["limit"])
    return {"items": [_sold(row) for row in page.rows], "next_cursor": page.next_cursor}


def _chosen(query: dict[str, Any], name: str) -> tuple[str, ...]:
    return (query[name],) if name in query else ()


@blueprint.read("/market/listings/<id:listing_id>", answer=MarketListingSchema)
@requires(Permission.MARKET_BROWSE)
def show_market_listing(listing_id: str) -> dict[str, Any]:
    """Show a listing that is on sale."""
    return _sold(queries.get_market_listing(db.session, listing_id=listing_id))
