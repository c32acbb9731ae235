"""Documents over the API: one's own invoices, credit notes and statements."""

from typing import Any

from marketplace.db import db
from marketplace.documents import queries
from marketplace.documents.models import Document
from marketplace.documents.schemas import DocumentPageSchema, WholeDocumentSchema
from marketplace.errors import NotFound
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor
from marketplace.web.cursors import TimePageQuery

blueprint = ApiBlueprint("documents", description="Invoices, credit notes and self-billed statements.")


@blueprint.read("/documents", answer=DocumentPageSchema, query=TimePageQuery)
@requires(Permission.MONEY_VIEW)
def list_documents(query: dict[str, Any]) -> dict[str, Any]:
    """List what was issued to you, newest first."""
    actor = current_actor()
    if actor.brand_id is None and actor.influencer_id is None and actor.kind != "operator":
        raise NotFound
    page = queries.list_documents(
        db.session, brand_id=actor.brand_id, influencer_id=actor.influencer_id, **query
    )
    return {"items": [_body(row) for row in page.rows], "next_cursor": page.next_cursor}


@blueprint.read("/documents/<id:document_id>", answer=WholeDocumentSchema)
@requires(Permission.MONEY_VIEW)
def show_document(document_id: str) -> dict[str, Any]:
    """Show a document with everything on it."""
    document = queries.get_intact(db.session, actor=current_actor(), document_id=document_id)
    return _body(document) | {"content": document.content}


def _body(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "kind": document.kind,
        "number": document.number,
        "booking_id": document.booking_id,
        "total": {"amount_minor": document.total_minor, "currency": document.currency},
        "issued_at": document.issued_at,
        "content_hash": document.content_hash,
    }
