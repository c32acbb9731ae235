"""Reading documents: a side's own, one of them, and operators' look-up."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.cursors import Cursor
from marketplace.documents.domain import digest
from marketplace.documents.models import Document
from marketplace.errors import Conflict, NotFound
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext as _

PAGE = 30


class DocumentAltered(Conflict):
    """What is stored is not what was issued: its hash is another."""

    code: ClassVar[str] = "document_altered"


@dataclass(frozen=True, slots=True)
class DocumentPage:
    rows: tuple[Document, ...]
    next_cursor: str | None


def list_documents(
    session: Session,
    *,
    brand_id: str | None = None,
    influencer_id: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> DocumentPage:
    """Return a side's documents, newest first, in one statement."""
    statement = select(Document)
    if brand_id is not None:
        statement = statement.where(Document.brand_id == brand_id)
    if influencer_id is not None:
        statement = statement.where(Document.influencer_id == influencer_id)
    return _page(session, statement, cursor=cursor, limit=limit)


def search_documents(
    session: Session, *, text: str, cursor: str | None = None, limit: int = PAGE
) -> DocumentPage:
    """Return documents by number (or the beginning of one) or booking, newest first, for operators; all for an empty text."""
    statement = select(Document)
    wanted = text.strip()
    if wanted:
        is_number = Document.number.startswith(wanted.upper(), autoescape=True)
        statement = statement.where(is_number | (Document.booking_id == wanted))
    return _page(session, statement, cursor=cursor, limit=limit)


def _page(session: Session, statement: Select[Document], *, cursor: str | None, limit: int) -> DocumentPage:
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Document.issued_at, Document.id))
    newest_first = statement.order_by(Document.issued_at.desc(), Document.id.desc())
    rows = session.scalars(newest_first.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return DocumentPage(
        tuple(rows[:limit]), Cursor(last.issued_at, last.id).as_text() if last is not None else None
    )


def get_document(session: Session, *, actor: Actor, document_id: str) -> Document:
    """Return a document of the actor's side; operators who see money see all.

    Raises:
        NotFound: no such document, or others'.

    """
    document = session.get(Document, document_id)
    subject = Subject(document.brand_id, document.influencer_id) if document is not None else None
    if document is None or not may(actor, Permission.MONEY_VIEW, subject):
        raise NotFound
    return document


def get_intact(session: Session, *, actor: Actor, document_id: str) -> Document:
    """Return a document to give away: as a file or over the API.

    Raises:
        NotFound: no such document, or others'.
        DocumentAltered: it is not what was issued; its page says so too.

    """
    document = get_document(session, actor=actor, document_id=document_id)
    if not is_intact(document):
        raise DocumentAltered(
            _("This document is not what was issued. Please tell the operators of this site.")
        )
    return document


def is_intact(document: Document) -> bool:
    """Tell whether the content is what was issued."""
    return digest(document.content) == document.content_hash
