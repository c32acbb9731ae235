"""Two operators book an entry by hand, where the books must follow what happened outside of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.billing.claims import CLAIM, carry_out_claim_paid
from marketplace.billing.sink import OutboxSink
from marketplace.billing.stray_returns import RETURN, carry_out_return
from marketplace.bookings.locks import open_deliverable_case
from marketplace.bookings.models import Deliverable
from marketplace.errors import Invalid
from marketplace.policies import Actor, Permission
from marketplace.web.language import lazy_gettext as _
from payments.chart import BANK, PSP, group_of, held
from payments.errors import PaymentError
from payments.hand_entries import book_by_hand, check_by_hand, is_line_explained
from payments.refunds_otherwise import due_refund, pay_otherwise

REFUND = "refund"
"""The subject of an entry that ends a refund."""

#: what may be booked by hand, in the order of the form
ACCOUNTS = (
    "asset:psp",
    "asset:bank",
    "rev:platform_fee",
    "exp:psp_fee",
    "exp:dispute_fee",
    "exp:chargeback_loss",
    "exp:fx",
    "liab:tax",
)


def request_entry(
    session: Session,
    *,
    actor: Actor,
    debit: str,
    credit: str,
    currency: str,
    amount_minor: int,
    reason: str,
    now: datetime,
    line_ref: str = "",
) -> ApprovalRequest:
    """Ask a second person for an entry by hand; `line_ref` is the line of the provider that it explains.

    Raises:
        Invalid: accounts that are not booked by hand, the same twice, or none that the named line moved; a line that
            another entry explains.
        Forbidden, RequestRepeated: what `request_act` refuses.

    """
    try:
        check_by_hand(debit=debit, credit=credit)
    except PaymentError as error:
        message = _("Choose two different accounts.")
        raise Invalid(message, fields={"credit": message}) from error
    line_ref = line_ref.strip()
    if line_ref:
        _check_line(session, line_ref, debit=debit, credit=credit)
    payload = {
        "debit": debit,
        "credit": credit,
        "currency": currency,
        "amount_minor": amount_minor,
        "memo": reason,
    }
    if line_ref:
        payload["line_ref"] = line_ref
    act = Act(ActKind.BOOK_ENTRY, "ledger", line_ref or f"{debit}|{credit}|{currency}", payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def _check_line(session: Session, line_ref: str, *, debit: str, credit: str) -> None:
    """Refuse what cannot explain a line of the provider. Raises Invalid."""
    if PSP not in {debit, credit}:
        message = _("The line moved our balance at the provider: choose that account on one side.")
        raise Invalid(message, fields={"credit": message})
    if is_line_explained(session, line_ref):
        message = _("An entry explains this line already. Correct a wrong one by another that names no line.")
        raise Invalid(message, fields={"line_ref": message})


def find_work(session: Session, *, actor: Actor, deliverable_id: str) -> tuple[str, Deliverable]:
    """Return a deliverable, locked, with its booking's id. Raises NotFound, Forbidden."""
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.MONEY_ACT
    )
    return case.booking.id, deliverable


def request_paid_otherwise(
    session: Session, *, actor: Actor, deliverable_id: str, reason: str, now: datetime
) -> ApprovalRequest:
    """Ask a second person to book that a refund, which the provider does not make, was paid from the bank.

    Raises:
        NotFound: no such deliverable.
        RefundNotDue: nothing of it waits to go back to the brand.
        Forbidden, RequestRepeated: what `request_act` refuses.

    """
    booking_id, deliverable = find_work(session, actor=actor, deliverable_id=deliverable_id)
    currency, amount_minor = due_refund(session, booking_ref=booking_id, part_ref=deliverable.id)
    payload = {
        "booking_id": booking_id,
        "title": deliverable.title,
        "debit": group_of(held(booking_id)),
        "credit": BANK,
        "currency": currency,
        "refund_minor": amount_minor,
        "memo": reason,
    }
    act = Act(ActKind.BOOK_ENTRY, REFUND, deliverable.id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def _pay_refund(session: Session, approved: ApprovedAct) -> None:
    """Book the refund as paid, and tell it as any refund is told. Raises what `pay_otherwise` raises."""
    payload = approved.act.payload
    told = pay_otherwise(
        session,
        booking_ref=payload["booking_id"],
        part_ref=approved.act.subject_id,
        amount_minor=payload["refund_minor"],
        memo=payload["memo"],
        now=approved.now,
    )
    for event in told:
        OutboxSink().emit(session, event)


def carry_out_entry(session: Session, approved: ApprovedAct) -> None:
    """Book what two persons agreed to book. Raises what the act of its subject raises, else LegNotValid."""
    _CARRIERS.get(approved.act.subject_type, _book)(session, approved)


def _book(session: Session, approved: ApprovedAct) -> None:
    payload = approved.act.payload
    book_by_hand(
        session,
        key=approved.request_id,
        debit=payload["debit"],
        credit=payload["credit"],
        currency=payload["currency"],
        amount_minor=payload["amount_minor"],
        memo=payload["memo"],
        now=approved.now,
        line_ref=payload.get("line_ref"),
    )


#: entries that end money which waits; every other one is about the ledger alone
_CARRIERS = {REFUND: _pay_refund, RETURN: carry_out_return, CLAIM: carry_out_claim_paid}
