"""Prices over the API: what a quote says, and what an order would cost."""

from typing import Any

from marketplace.db import db
from marketplace.listings.queries import get_market_listing
from marketplace.policies import Permission
from marketplace.quotes import queries
from marketplace.quotes.card_bodies import card_body
from marketplace.quotes.pricing import Choices
from marketplace.quotes.schemas import ChoicesSchema, PriceCardSchema
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now

blueprint = ApiBlueprint("quotes", description="Complete prices, the same for both sides.")


@blueprint.read("/quotes/<id:quote_id>", answer=PriceCardSchema)
@requires(Permission.QUOTE_VIEW)
def show_quote(quote_id: str) -> dict[str, Any]:
    """Show the price card of a quote."""
    return card_body(queries.price_card(db.session, actor=current_actor(), quote_id=quote_id))


@blueprint.write(
    "/market/listings/<id:listing_id>/price",
    answer=PriceCardSchema,
    body=ChoicesSchema,
    is_body_optional=True,
)
@requires(Permission.MARKET_BROWSE)
def preview_price(body: dict[str, Any], listing_id: str) -> dict[str, Any]:
    """Tell what an order with these choices would cost you; nothing is stored."""
    row = get_market_listing(db.session, listing_id=listing_id)
    card = queries.preview_listing_price(
        db.session,
        brand_id=current_actor().brand_id,
        listing_version_id=row.version.id,
        choices=Choices(**body),
        now=now(),
    )
    return card_body(card)
