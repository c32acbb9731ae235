"""Pages of listings: an influencer's own with their editor, and the market that brands browse."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.brands.queries import get_own_brand
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.forecasts.queries import forecast_package
from marketplace.influencers.models import Influencer
from marketplace.listings import operations
from marketplace.listings.forms import ExtrasForm, ListingForm, MarketForm, read_listing, typed_listing
from marketplace.listings.market_filter import (
    EVERY_SIZE,
    asked_pairs,
    chips_of,
    facet_groups,
    followers_asked,
    market_url,
    read_filter,
)
from marketplace.listings.models import ListingVersion
from marketplace.listings.operations import mark_of_terms, terms_of
from marketplace.listings.peers import price_among_peers
from marketplace.listings.price_cards import ShownPrice, choices_of, price_of_terms
from marketplace.listings.queries import (
    OwnListing,
    count_market_facets,
    get_market_listing,
    get_own_listing,
    list_market,
    list_own_listings,
)
from marketplace.listings.terms import ListingInvalid, check_terms
from marketplace.listings.transitions import ListingActionRefused
from marketplace.meanwhile import ChangedMeanwhile
from marketplace.policies import Permission
from marketplace.quotes.card_words import extras_text, included_rights, shown_card
from marketplace.quotes.charging import charges_at
from marketplace.quotes.policy_records import policy_at
from marketplace.quotes.pricing import Choices
from marketplace.settlement import currencies_at
from marketplace.taxes.queries import tax_country
from marketplace.taxes.sides import TaxSide
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.field_rows import attach_errors
from marketplace.web.forms import CONFLICT, UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.stored_forms import Meanwhile, meanwhile_of
from matching.forecasting.bands import Forecast

blueprint = Blueprint("listings", __name__)
EXAMPLE_MONTHS, EXAMPLE_DAYS = 1, 7


def own_id() -> str:
    """Return the influencer who is signed in. Raises NotFound."""
    influencer_id = current_actor().influencer_id
    if influencer_id is None:
        raise NotFound
    return influencer_id


@blueprint.get("/listings")
@requires(Permission.LISTING_EDIT)
def own_listings() -> str:
    rows = list_own_listings(db.session, influencer_id=own_id())
    influencer = db.session.get_one(Influencer, own_id())
    return render_template("listings/own_listings.html", rows=rows, influencer=influencer)


@blueprint.get("/listings/new")
@requires(Permission.LISTING_EDIT)
def new_listing() -> str:
    return _editor(ListingForm(), None)


@blueprint.post("/listings/new")
@requires(Permission.LISTING_EDIT)
def create_listing() -> tuple[str, int] | Response:
    return _save(None)


@blueprint.get("/listings/<listing_id>/edit")
@requires(Permission.LISTING_EDIT)
def edit_listing(listing_id: str) -> str:
    own = get_own_listing(db.session, actor=current_actor(), listing_id=listing_id)
    terms = terms_of(own.newest)
    typed = typed_listing(terms) | {"seen": mark_of_terms(terms)}
    return _editor(ListingForm(formdata=None, data=typed), own)


@blueprint.post("/listings/<listing_id>/edit")
@requires(Permission.LISTING_EDIT)
def save_listing(listing_id: str) -> tuple[str, int] | Response:
    return _save(get_own_listing(db.session, actor=current_actor(), listing_id=listing_id))


@blueprint.post("/listings/price")
@requires(Permission.LISTING_EDIT)
def preview_price() -> str:
    """Answer the editor's price card alone; writes nothing."""
    return render_template("listings/price.html", **_prices(ListingForm()))


@blueprint.post("/listings/<listing_id>/<any(submit, take_back, pause, resume):act>")
@requires(Permission.LISTING_EDIT)
def act_on_listing(listing_id: str, act: str) -> Response:
    """Hand in, take back, pause or resume."""
    acts = {
        "submit": (
            operations.submit_listing,
            _("Handed in. An operator looks at it; you are told the answer."),
        ),
        "take_back": (operations.take_back_listing, _("Taken back. Change it and hand it in again.")),
        "pause": (operations.pause_listing, _("Paused. Brands no longer find this listing.")),
        "resume": (operations.resume_listing, _("On sale again.")),
    }
    operation, sentence = acts[act]
    operation(db.session, actor=current_actor(), listing_id=listing_id, now=now())
    flash(sentence, "success")
    return redirect(url_for("listings.own_listings"), 303)


@blueprint.get("/market")
@requires(Permission.MARKET_BROWSE)
def market() -> str:
    form = MarketForm(request.args)
    micro = policy_at(now()).micro_followers
    counts = count_market_facets(db.session, followers=followers_asked(form, micro=micro))
    wanted, problem = read_filter(form, micro=micro, on_sale_in=sorted(counts.countries))
    page = list_market(db.session, wanted=wanted, cursor=address_values.after(), with_terms=False)
    return render_template(
        "listings/market.html",
        form=form,
        page=page,
        problem=problem,
        micro=micro,
        other_sizes=counts.other_sizes,
        every_size_url=market_url([*asked_pairs(), ("size", EVERY_SIZE)]),
        groups=facet_groups(form, counts.platforms, counts.countries),
        applied=chips_of(form),
        next_url=market_url([*asked_pairs(), ("after", page.next_cursor)]) if page.next_cursor else None,
    )


@blueprint.get("/market/<listing_id>")
@requires(Permission.MARKET_BROWSE)
def listing(listing_id: str) -> str:
    row = get_market_listing(db.session, listing_id=listing_id)
    form = ExtrasForm(request.args)
    form.validate()
    choices = choices_of(
        row.version,
        is_rush=bool(form.is_rush.data),
        months=form.amplification_months.data or 0,
        days=form.exclusivity_days.data or 0,
    )
    own_country = _brand_country()
    shown = price_of_terms(
        terms_of(row.version),
        choices,
        country=own_country or _country(row.influencer),
        charges=charges_at(db.session, now(), influencer_id=row.influencer.id),
        now=now(),
    )
    return render_template(
        "listings/listing.html",
        row=row,
        form=form,
        choices=choices,
        shown=shown,
        lines=shown_card(shown.card) if shown.card else None,
        rights=included_rights(policy_at(now())),
        assumed_country=None if own_country else row.influencer.country,
        forecast=_forecast(row.version, row.influencer),
        peers=price_among_peers(db.session, influencer_id=row.influencer.id, version=row.version),
    )


def _forecast(version: ListingVersion, influencer: Influencer) -> Forecast | None:
    """Return what the package is expected to bring, with costs at the listed price."""
    return forecast_package(
        db.session,
        influencer_id=influencer.id,
        platform=version.platform,
        pieces=terms_of(version).deliverables,
        cost=(version.base_minor, version.currency),
    )


def _save(own: OwnListing | None) -> tuple[str, int] | Response:
    """Store the draft and, when asked for, hand it in; what is wrong comes back beside its field."""
    form = ListingForm()
    try:
        version = operations.save_draft_version(
            db.session,
            actor=current_actor(),
            terms=read_listing(form.data),
            listing_id=own.listing.id if own else None,
            seen=form.begun_from() if own else None,
            now=now(),
        )
    except ListingInvalid as error:
        in_rows = attach_errors(form, error.fields)
        return _editor(form, own, in_rows=in_rows), UNPROCESSABLE
    except ChangedMeanwhile as error:
        found = meanwhile_of(form, mark=error.mark, names=error.names, look_url=request.path)
        return _editor(form, own, meanwhile=found), CONFLICT
    except ListingActionRefused as error:  # handed in meanwhile: what was typed stays on the page
        form.form_errors.append(str(error.message))
        return _editor(form, own), CONFLICT
    if "submit" not in request.form:
        flash(_("Saved as a draft. Hand it in when it is ready."), "success")
        return redirect(url_for("listings.edit_listing", listing_id=version.listing_id), 303)
    return act_on_listing(version.listing_id, "submit")


def _editor(
    form: ListingForm,
    own: OwnListing | None,
    *,
    in_rows: list[dict[str, str]] | None = None,
    meanwhile: Meanwhile | None = None,
) -> str:
    return render_template(
        "listings/edit_listing.html",
        form=form,
        own=own,
        in_rows=in_rows or [],
        rights=included_rights(policy_at(now())),
        meanwhile=meanwhile,
        **_prices(form),
    )


def _prices(form: ListingForm) -> dict[str, Any]:
    """Return the cards of what is typed: the base price, and with one of every extra that is sold."""
    try:
        terms = read_listing(form.data)
        check_terms(terms, settled=currencies_at(db.session, now()))
    except ListingInvalid:
        return {"plain": None, "full": None}
    full = Choices(
        is_rush=terms.rush_minor is not None,
        amplification_months=EXAMPLE_MONTHS if terms.amplification_month_minor else 0,
        exclusivity_days=EXAMPLE_DAYS if terms.exclusivity_day_minor else 0,
    )
    country = _country(db.session.get_one(Influencer, own_id()))
    charges = charges_at(db.session, now(), influencer_id=own_id())
    plain = price_of_terms(terms, Choices(), country=country, charges=charges, now=now())
    extra = None
    if full != Choices():
        extra = price_of_terms(terms, full, country=country, charges=charges, now=now())
    return {
        "plain": _lines(plain),
        "full": _lines(extra),
        "extras": extras_text(full),
        "problem": plain.problem,
    }


def _lines(shown: ShownPrice | None) -> dict[str, Any] | None:
    return shown_card(shown.card) if shown is not None and shown.card is not None else None


def _brand_country() -> str:
    """Return the country whose tax a reading brand pays on the fee; empty for everybody else."""
    brand_id = current_actor().brand_id
    if brand_id is None:
        return ""
    known = get_own_brand(db.session, actor=current_actor()).country
    return tax_country(db.session, side=TaxSide.BRAND, subject_id=brand_id, otherwise=known)


def _country(influencer: Influencer) -> str:
    """Return the country whose tax an example shows where no brand reads: the influencer's."""
    return influencer.country or ""
