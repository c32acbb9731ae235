"""Invoices, credit notes and statements as pages and as PDF, a side's own; operators look any of them up."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.brands.models import Brand
from marketplace.briefs.models import BriefVersion
from marketplace.db import db
from marketplace.documents import queries
from marketplace.documents.answers import asked_language, pdf_answer
from marketplace.documents.card_sheets import sheet_of_card
from marketplace.documents.match_sheets import sheet_of_match
from marketplace.documents.words import kind_title, sheet_of
from marketplace.influencers.models import Influencer
from marketplace.matches.queries import get_result, get_run
from marketplace.policies import Permission
from marketplace.quotes.cards import card_of_quote
from marketplace.quotes.models import TermsSnapshot
from marketplace.quotes.queries import get_quote
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor
from marketplace.web.language import LANGUAGES, current_language, force_locale
from marketplace.web.limits import PDF, limiter
from matching.receipts import Receipt

blueprint = Blueprint("documents", __name__)


@blueprint.get("/money/documents")
@requires(Permission.MONEY_VIEW)
def own_documents() -> str | BaseResponse:
    """List what was issued to one's side, newest first."""
    actor = current_actor()
    if actor.brand_id is None and actor.influencer_id is None:
        return redirect(url_for("documents.operate_documents"), 303)
    page = queries.list_documents(
        db.session,
        brand_id=actor.brand_id,
        influencer_id=actor.influencer_id,
        cursor=address_values.after(),
    )
    return render_template(
        "documents/own_documents.html",
        rows=page.rows,
        kind_title=kind_title,
        is_brand=actor.brand_id is not None,
        next_url=url_for("documents.own_documents", after=page.next_cursor) if page.next_cursor else None,
        languages=LANGUAGES,
    )


@blueprint.get("/documents/<document_id>")
@requires(Permission.MONEY_VIEW)
def document(document_id: str) -> str:
    found = queries.get_document(db.session, actor=current_actor(), document_id=document_id)
    return render_template(
        "documents/document.html",
        document=found,
        sheet=sheet_of(found),
        is_intact=queries.is_intact(found),
        languages=LANGUAGES,
    )


@blueprint.get("/documents/<document_id>/pdf")
@limiter.limit(PDF)
@requires(Permission.MONEY_VIEW)
def document_pdf(document_id: str) -> Response:
    """Draw the document from what was stored, in the language asked for."""
    found = queries.get_intact(db.session, actor=current_actor(), document_id=document_id)
    language = asked_language()
    with force_locale(language):
        return pdf_answer(sheet_of(found), made_at=found.issued_at, name=f"{found.number}-{language}")


@blueprint.get("/quotes/<quote_id>/pdf")
@limiter.limit(PDF)
@requires(Permission.QUOTE_VIEW)
def price_card_pdf(quote_id: str) -> Response:
    """Draw a quote's price card; it is immutable, so the file is the same each time."""
    found = get_quote(db.session, actor=current_actor(), quote_id=quote_id)
    card = card_of_quote(found, db.session.get_one(TermsSnapshot, found.terms_id))
    brand = db.session.get_one(Brand, found.brand_id)
    influencer = db.session.get_one(Influencer, found.influencer_id)
    language = asked_language()
    with force_locale(language):
        sheet = sheet_of_card(card, brand=_name(brand), influencer=_name(influencer))
        return pdf_answer(sheet, made_at=found.created_at, name=f"price-{found.hash[:12]}-{language}")


@blueprint.get("/matches/<run_id>/<influencer_id>/pdf")
@limiter.limit(PDF)
@requires(Permission.MATCH_RUN)
def match_pdf(run_id: str, influencer_id: str) -> Response:
    """Draw the receipt of a place from what was stored."""
    run = get_run(db.session, actor=current_actor(), run_id=run_id)
    receipt = Receipt.from_dict(get_result(db.session, run_id=run_id, influencer_id=influencer_id).receipt)
    influencer = db.session.get_one(Influencer, influencer_id)
    brief = db.session.get_one(BriefVersion, run.brief_version_id)
    language = asked_language()
    with force_locale(language):
        sheet = sheet_of_match(receipt, run=run, brief=brief.title, influencer=_name(influencer))
        name = f"match-{influencer.handle}-{receipt.rank}-{language}"
        return pdf_answer(sheet, made_at=receipt.computed_at, name=name)


def _name(side: Brand | Influencer) -> str:
    return side.name_ar if current_language() == "ar" and side.name_ar else side.name


@blueprint.get("/operate/documents")
@requires(Permission.LEDGER_VIEW)
def operate_documents() -> str:
    """Find a document by its number, the beginning of one, or the booking it is about."""
    text = request.args.get("q", "")
    page = queries.search_documents(db.session, text=text, cursor=address_values.after())
    next_cursor = page.next_cursor
    return render_template(
        "documents/operate_documents.html",
        rows=page.rows,
        next_url=url_for("documents.operate_documents", q=text, after=next_cursor) if next_cursor else None,
        kind_title=kind_title,
        asked=text,
    )
