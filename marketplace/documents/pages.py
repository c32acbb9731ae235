"""Invoices, credit notes and statements as pages and as PDF, a side's own; operators look any of them up."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.db import db
from marketplace.documents import queries
from marketplace.documents.answers import asked_language, pdf_answer
from marketplace.documents.words import kind_title, sheet_of
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor
from marketplace.web.language import LANGUAGES, force_locale

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
        cursor=request.args.get("after"),
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
@requires(Permission.MONEY_VIEW)
def document_pdf(document_id: str) -> Response:
    """Draw the document from what was stored, in the language asked for."""
    found = queries.get_document(db.session, actor=current_actor(), document_id=document_id)
    language = asked_language()
    with force_locale(language):
        return pdf_answer(sheet_of(found), made_at=found.issued_at, name=f"{found.number}-{language}")


@blueprint.get("/operate/documents")
@requires(Permission.LEDGER_VIEW)
def operate_documents() -> str:
    """Find a document by its number, the beginning of one, or the booking it is about."""
    text = request.args.get("q", "")
    return render_template(
        "documents/operate_documents.html",
        rows=queries.search_documents(db.session, text=text),
        kind_title=kind_title,
        asked=text,
    )
