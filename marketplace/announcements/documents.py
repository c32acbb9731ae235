"""Telling a side that a document was issued to it, with the link that opens it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.announcements.operations import path_to, users_of
from marketplace.documents.models import Document
from marketplace.notifications.operations import notify
from marketplace.services import Services


def tell_document(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell all members of the brand, or the influencer."""
    document = session.get_one(Document, payload["document_id"])
    for user in users_of(session, brand_id=document.brand_id, influencer_id=document.influencer_id):
        notify(
            session,
            services,
            user=user,
            kind=f"document.{document.kind}",
            params={
                "number": document.number,
                "title": document.content["booking"]["title"],
                "amount": {"minor": document.total_minor, "currency": document.currency},
            },
            path=path_to("documents.document", document_id=document.id),
            key=f"document:{document.id}",
            now=services.clock(),
        )
