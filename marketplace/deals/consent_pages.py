"""What the pages of consent share: the whole price before anybody agrees, and why somebody cannot take part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wtforms import RadioField, SelectChoice

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.db import db
from marketplace.deals.applications import check_eligible
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.offers import offer_card, seen_mark, sold_listings
from marketplace.errors import MarketplaceError
from marketplace.influencers.labels import kind_label
from marketplace.listings.models import Listing, ListingVersion
from marketplace.quotes.card_words import agreed_rows, cancellation_rows, shown_card
from marketplace.quotes.cards import PriceCard
from marketplace.web.context import now
from marketplace.web.formats import money
from marketplace.web.forms import Form
from marketplace.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Offer:
    """The price to consent to; `problem` says why there is none, `lacks_listing` that only a listing is missing.

    `together_minor`: what two listings cost, in `currency`, that hold the work only together.
    """

    card: PriceCard | None
    listing_id: str | None
    listings: list[tuple[Listing, ListingVersion]]
    problem: str | None
    lacks_listing: bool = False
    together_minor: int | None = None
    currency: str = ""

    @property
    def seen(self) -> str:
        return seen_mark(self.card, self.listing_id) if self.card is not None else ""

    def values(self) -> dict[str, Any]:
        """Return what the template shows."""
        card = self.card
        return {
            "offer": self,
            "shown": shown_card(card) if card is not None else None,
            "agreed": agreed_rows(card) if card is not None else [],
            "cancellation": cancellation_rows(card) if card is not None else [],
        }


def read_offer(version: BriefVersion, *, influencer_id: str, chosen_id: str | None) -> Offer:
    """Return what the influencer would agree to for a brief, at its price or at that of one of their listings."""
    sold = sold_listings(db.session, version=version, influencer_id=influencer_id)
    listings = sold.fitting
    try:
        card, listing_id = offer_card(
            db.session,
            version=version,
            influencer_id=influencer_id,
            listings=listings,
            chosen_id=chosen_id,
            now=now(),
        )
    except MarketplaceError as error:
        return Offer(None, None, listings, str(error.message))
    if card is None:
        return Offer(
            None,
            None,
            listings,
            _(
                "This brief pays listed prices, and no approved listing fits it: the same platform, currency and "
                "everything the brief asks for."
            ),
            lacks_listing=True,
            together_minor=sold.together_minor,
            currency=version.currency,
        )
    return Offer(card, listing_id, listings, None)


def set_listing_choices(field: RadioField, offer: Offer) -> None:
    """Offer the fitting listings with their base price; the shown one is chosen."""
    field.choices = [
        SelectChoice(each.id, f"{each.title} · {_pieces(each)} · {money(each.base_minor, each.currency)}")
        for _listing, each in offer.listings
    ]
    field.data = offer.listing_id


def tell_refusal(form: Form, error: MarketplaceError) -> None:
    """Say a refusal on the form, beside its field where it has one, so that what was typed is kept."""
    if error.fields:
        form.add_errors(error.fields)
    else:
        form.form_errors.append(str(error.message))


def barriers(
    brief: Brief, version: BriefVersion, *, influencer_id: str, sentence: Callable[[str], object]
) -> list[str]:
    """Return every condition that keeps the influencer out of the brief, as `sentence` puts it to who reads it."""
    try:
        check_eligible(db.session, brief, version, influencer_id=influencer_id, now=now())
    except NotEligible as error:
        return [str(sentence(code)) for code in error.codes]
    return []


def _pieces(version: ListingVersion) -> str:
    return _(", ").join(f"{row['count']} × {kind_label(row['kind'])}" for row in version.deliverables)
