"""Ordering a listing: choices with the price beside them; the quote that follows is what is accepted and paid."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.brands.models import Brand
from marketplace.db import db
from marketplace.deals import operations, queries
from marketplace.deals.consent_pages import tell_refusal
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.forms import OrderForm
from marketplace.deals.pages_blueprint import blueprint
from marketplace.deals.sentences import eligibility_sentence
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.listings.queries import MarketListing, get_market_listing
from marketplace.policies import Permission
from marketplace.quotes.card_words import agreed_rows, cancellation_rows, shown_card
from marketplace.quotes.cards import PriceCard
from marketplace.quotes.pricing import Choices
from marketplace.quotes.queries import preview_listing_price
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _


@blueprint.get("/market/<listing_id>/order")
@requires(Permission.ORDER_PLACE)
def order(listing_id: str) -> str:
    found = get_market_listing(db.session, listing_id=listing_id)
    form = OrderForm(formdata=None, listing_version_id=found.version.id)
    return _order_page(found, form, [])


@blueprint.post("/market/<listing_id>/order/price")
@requires(Permission.ORDER_PLACE)
def order_price(listing_id: str) -> str:
    """Show the price of the choices, keeping what was typed; nothing is ordered."""
    found = get_market_listing(db.session, listing_id=listing_id)
    form = OrderForm()
    form.validate()
    return _order_page(found, form, [])


def _order_page(found: MarketListing, form: OrderForm, barriers: list[str]) -> str:
    card = _price(found, form)
    version = found.version
    brand = db.session.get(Brand, current_actor().brand_id)
    return render_template(
        "deals/order.html",
        listing=found.listing,
        version=version,
        influencer=found.influencer,
        form=form,
        barriers=barriers,
        brand_status=brand.status if brand is not None else None,
        price_url=url_for("deals.order_price", listing_id=found.listing.id),
        shown=shown_card(card) if card is not None else None,
        agreed=agreed_rows(card) if card is not None else [],
        cancellation=cancellation_rows(card) if card is not None else [],
        currency=version.currency,
    )


def _price(found: MarketListing, form: OrderForm) -> PriceCard | None:
    """Return the card of the choices; a choice that is not sold is said beside its field."""
    if form.amplification_months.errors or form.exclusivity_days.errors:
        return None
    try:
        return preview_listing_price(
            db.session,
            brand_id=current_actor().brand_id,
            listing_version_id=found.version.id,
            choices=_choices(form),
            now=now(),
        )
    except Invalid as error:
        tell_refusal(form, error)
        return None


def _choices(form: OrderForm) -> Choices:
    days = form.exclusivity_days.data or 0
    brand = db.session.get(Brand, current_actor().brand_id) if days else None
    return Choices(
        is_rush=bool(form.is_rush.data),
        amplification_months=form.amplification_months.data or 0,
        exclusivity_days=days,
        exclusivity_category=brand.category if brand is not None else "",
    )


@blueprint.post("/market/<listing_id>/order")
@requires(Permission.ORDER_PLACE)
def place_order(listing_id: str) -> Response | tuple[str, int]:
    """Order the listing as it was shown; nothing is owed until the quote is accepted."""
    found = get_market_listing(db.session, listing_id=listing_id)
    form = OrderForm()
    barriers: list[str] = []
    if form.validate():
        try:
            placed = operations.place_order(
                db.session,
                actor=current_actor(),
                listing_version_id=form.listing_version_id.data or found.version.id,
                choices=_choices(form),
                message=form.message.data or "",
                now=now(),
            )
        except NotEligible as error:
            barriers = [str(eligibility_sentence(code)) for code in error.codes]
        except (Invalid, Conflict) as error:
            tell_refusal(form, error)
        else:
            return redirect(url_for("quotes.quote", quote_id=placed.quote_id), 303)
    return _order_page(found, form, barriers), UNPROCESSABLE


@blueprint.post("/quotes/<quote_id>/drop")
@requires(Permission.ORDER_PLACE)
def drop_order(quote_id: str) -> Response:
    """Drop an order whose quote nobody accepted."""
    rows = queries.list_orders(db.session, actor=current_actor(), statuses=["quoted"], limit=200)
    found = next((row for row in rows if row.quote.id == quote_id), None)
    if found is None:
        raise NotFound(_("There is no such order, or it is booked already."))
    operations.withdraw_order(db.session, actor=current_actor(), order_id=found.id, now=now())
    flash(_("Dropped. Nothing was charged."), "success")
    return redirect(url_for("listings.listing", listing_id=found.listing_id), 303)
