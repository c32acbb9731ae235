"""Outbox kinds that documents answer: what payments tells asks for a document in a row of its own, and that row issues it.

A document that cannot be issued thus holds up neither the booking nor its money; its row is tried again and then shown to
operators. Every reaction may be repeated.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.documents import operations
from marketplace.documents.domain import DocumentKind
from marketplace.documents.models import Document
from marketplace.outbox.handling import Handler
from marketplace.outbox.operations import put
from marketplace.services import Services
from payments import events

DUE = "document.due"
type_issue = Callable[..., Document | None]

ISSUES: Mapping[str, type_issue] = {
    DocumentKind.INVOICE: operations.issue_invoice,
    DocumentKind.STATEMENT: operations.issue_statement,
    DocumentKind.CREDIT_NOTE: operations.issue_credit_note,
    DocumentKind.CORRECTION: operations.issue_correction,
}


def _asks_for(kind: DocumentKind) -> Handler:
    def react(session: Session, services: Services, payload: dict[str, Any]) -> None:
        _ask(session, services, kind, payload)

    return Handler(inside=react)


def _recovered(session: Session, services: Services, payload: dict[str, Any]) -> None:
    _ask(session, services, DocumentKind.CORRECTION, payload)
    if payload.get("operation_id"):  # it goes on to the brand
        _ask(session, services, DocumentKind.CREDIT_NOTE, payload, cause=payload["operation_id"])


def _ask(
    session: Session, services: Services, kind: DocumentKind, payload: Mapping[str, Any], **more: Any
) -> None:
    facts: dict[str, Any] = {"booking_id": payload["booking_ref"], "occurred_at": payload["at"], **more}
    if kind is not DocumentKind.INVOICE:
        facts |= {"deliverable_id": payload["part_ref"], "amount_minor": payload["amount_minor"]}
    about = payload.get("part_ref") or payload["booking_ref"]
    key = f"{DUE}:{kind}:{about}:{payload['at']}"
    put(session, DUE, {"kind": str(kind), "facts": facts}, now=services.clock(), key=key)


def _issue(session: Session, services: Services, payload: dict[str, Any]) -> None:
    facts = payload["facts"] | {"occurred_at": datetime.fromisoformat(payload["facts"]["occurred_at"])}
    ISSUES[payload["kind"]](session, settings=services.settings, now=services.clock(), **facts)


REACTIONS = {
    events.EscrowFunded.name: _asks_for(DocumentKind.INVOICE),
    events.ReleaseConfirmed.name: _asks_for(DocumentKind.STATEMENT),
    events.RefundConfirmed.name: _asks_for(DocumentKind.CREDIT_NOTE),
    events.ClawBackRecovered.name: Handler(inside=_recovered),
    DUE: Handler(inside=_issue),
}
