"""Outbox kinds that documents answer: what payments tells asks for a document in a row of its own, and that row issues it.

A document that cannot be issued thus holds up neither the booking nor its money; its row is tried again and then shown to
operators. Every reaction may be repeated.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from marketplace.documents import operations
from marketplace.documents.domain import DocumentKind
from marketplace.documents.models import Document
from marketplace.errors import MarketplaceError
from marketplace.outbox.handling import Handler
from marketplace.outbox.operations import put
from marketplace.outbox.queries import is_awaited, is_fact_awaited
from marketplace.services import Services
from payments import events
from payments.escrow import PartAmounts

DUE = "document.due"
Issue = Callable[..., Document | None]

ISSUES: Mapping[str, Issue] = {
    DocumentKind.INVOICE: operations.issue_invoice,
    DocumentKind.STATEMENT: operations.issue_statement,
    DocumentKind.CREDIT_NOTE: operations.issue_credit_note,
    DocumentKind.CORRECTION: operations.issue_correction,
}

CORRECTED: Mapping[DocumentKind, tuple[DocumentKind, type[events.PaymentEvent], str]] = {
    DocumentKind.CREDIT_NOTE: (DocumentKind.INVOICE, events.EscrowFunded, "booking_ref"),
    DocumentKind.CORRECTION: (DocumentKind.STATEMENT, events.ReleaseConfirmed, "part_ref"),
}
"""What each corrects, the fact that asks for that one, and the name under which the fact tells what it is about."""


def _asks_for(kind: DocumentKind) -> Handler:
    def react(session: Session, services: Services, payload: dict[str, Any]) -> None:
        _ask(session, services, kind, payload)

    return Handler(inside=react)


def _refunded(session: Session, services: Services, payload: dict[str, Any]) -> None:
    """Ask for the brand's note, line by line as the refund was booked."""
    _ask(session, services, DocumentKind.CREDIT_NOTE, payload, back=_amounts(payload))


def _charged_back(session: Session, services: Services, payload: dict[str, Any]) -> None:
    """Ask for the brand's note of what its card network took back of work that was not supplied.

    What was approved by then was owed, whether or not its money had moved, and its invoice stands.
    """
    cause = f"chargeback:{payload['chargeback_ref']}"
    _ask(session, services, DocumentKind.CREDIT_NOTE, payload, cause=cause, back=_amounts(payload))


def _amounts(payload: Mapping[str, Any]) -> dict[str, int] | None:
    """Return what goes back of net, fee and tax; None for a row that was written before it told them."""
    names = ("net_minor", "fee_minor", "tax_minor")
    return {name: payload[name] for name in names} if names[0] in payload else None


def _recovered(session: Session, services: Services, payload: dict[str, Any]) -> None:
    """Ask for the correction of the influencer's statement: one for each reversal, also of one moment."""
    more = {"cause": payload["reversal_id"]} if "reversal_id" in payload else {}
    _ask(session, services, DocumentKind.CORRECTION, payload, **more)


def _returned(session: Session, services: Services, payload: dict[str, Any]) -> None:
    """Ask for the brand's note once the money is with it; that it came back from the influencer is not enough.

    Money that its bank sent back and that went out again was noted the first time, and has no second note.
    """
    cause, back = payload.get("operation_id") or payload["entry_key"], _amounts(payload)
    amount_minor = sum(back.values()) if back is not None else payload["amount_minor"]
    if amount_minor:
        noted = payload | {"amount_minor": amount_minor}
        _ask(session, services, DocumentKind.CREDIT_NOTE, noted, cause=cause, back=back)


def _ask(
    session: Session, services: Services, kind: DocumentKind, payload: Mapping[str, Any], **more: Any
) -> None:
    facts: dict[str, Any] = {"booking_id": payload["booking_ref"], "occurred_at": payload["at"], **more}
    if kind is not DocumentKind.INVOICE:
        facts |= {"deliverable_id": payload["part_ref"], "amount_minor": payload["amount_minor"]}
    about = payload.get("part_ref") or payload["booking_ref"]
    key = f"{DUE}:{kind}:{about}:{payload['at']}" + (f":{more['cause']}" if "cause" in more else "")
    put(session, DUE, {"kind": str(kind), "facts": facts}, now=services.clock(), key=key)


class NotIssuedYet(MarketplaceError):
    """What this document corrects is still to be issued; its row is tried again later."""

    code: ClassVar[str] = "document_not_issued_yet"

    def __init__(self, corrected: str) -> None:
        super().__init__(f"{corrected} comes first, and is still to be issued.")


def _wait_for_what_it_corrects(session: Session, payload: Mapping[str, Any]) -> None:
    """Leave a correction to a later attempt until the document that it corrects is there.

    That one may be due, or the fact that asks for it not handled yet: facts are handled in any order. Where neither is
    so none will come: the payment was made before the site issued documents.
    """
    kind, facts = DocumentKind(payload["kind"]), payload["facts"]
    if kind not in CORRECTED:
        return
    corrected, fact, name = CORRECTED[kind]
    about = facts["booking_id" if corrected is DocumentKind.INVOICE else "deliverable_id"]
    key = f"{corrected}:{about}"
    if operations.is_issued(session, key):
        return
    # the fact first: whoever handles it meanwhile leaves the row that is due
    if is_fact_awaited(session, fact.name, {name: about}) or is_awaited(session, key_start=f"{DUE}:{key}:"):
        raise NotIssuedYet(key)


def _issue(session: Session, services: Services, payload: dict[str, Any]) -> None:
    _wait_for_what_it_corrects(session, payload)
    facts = payload["facts"] | {"occurred_at": datetime.fromisoformat(payload["facts"]["occurred_at"])}
    if facts.get("back"):
        facts["back"] = PartAmounts(**facts["back"])
    ISSUES[payload["kind"]](session, settings=services.settings, now=services.clock(), **facts)


REACTIONS = {
    events.EscrowFunded.name: _asks_for(DocumentKind.INVOICE),
    events.ReleaseConfirmed.name: _asks_for(DocumentKind.STATEMENT),
    events.RefundConfirmed.name: Handler(inside=_refunded),
    events.PartChargedBack.name: Handler(inside=_charged_back),
    events.ClawBackRecovered.name: Handler(inside=_recovered),
    events.ClawBackReturned.name: Handler(inside=_returned),
    events.ClawBackMadeUp.name: Handler(inside=_returned),
    events.ClawBackPaidOtherwise.name: Handler(inside=_returned),
    DUE: Handler(inside=_issue),
}
