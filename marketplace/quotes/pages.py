"""The page of a quote: the whole price, the same for both sides, before the brand accepts it."""

from flask import Blueprint, render_template

from marketplace.brands.models import Brand
from marketplace.db import db
from marketplace.influencers.models import Influencer
from marketplace.policies import Permission, Subject, may
from marketplace.quotes import card_words, queries
from marketplace.quotes.cards import card_of_quote
from marketplace.quotes.domain import DealPath, QuoteStatus
from marketplace.quotes.forecasting import forecast_terms
from marketplace.quotes.models import TermsSnapshot
from marketplace.quotes.policy_records import PolicyRecord, payable_until, policy_at, policy_named
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now

blueprint = Blueprint("quotes", __name__)


@blueprint.app_template_global()
def deal_policy(version: str | None = None) -> PolicyRecord:
    """Return the numbers a deal was made with, or those in force now, for the sentences of templates."""
    return policy_at(now()) if version is None else policy_named(version)


@blueprint.get("/quotes/<quote_id>")
@requires(Permission.QUOTE_VIEW)
def quote(quote_id: str) -> str:
    actor = current_actor()
    found = queries.get_quote(db.session, actor=actor, quote_id=quote_id)
    terms = db.session.get_one(TermsSnapshot, found.terms_id)
    card = card_of_quote(found, terms)
    is_open = found.status == QuoteStatus.OPEN and now() <= payable_until(
        found.expires_at, found.policy["record"]
    )
    subject = Subject(found.brand_id, found.influencer_id)
    is_brand = actor.brand_id is not None and actor.brand_id == found.brand_id
    return render_template(
        "quotes/quote.html",
        quote=found,
        status="expired" if found.status == QuoteStatus.OPEN and not is_open else found.status,
        is_open=is_open,
        is_order=found.path == DealPath.ORDER,
        is_influencer=actor.influencer_id is not None,
        is_brand=is_brand,
        may_accept=is_brand and may(actor, Permission.QUOTE_ACCEPT, subject),
        card=card,
        shown=card_words.shown_card(card),
        agreed=card_words.agreed_rows(card),
        cancellation=card_words.cancellation_rows(card),
        criteria=terms.criteria,
        brand=db.session.get_one(Brand, found.brand_id),
        influencer=db.session.get_one(Influencer, found.influencer_id),
        forecast=forecast_terms(db.session, terms, cost=(found.total_minor, found.currency)),
    )
