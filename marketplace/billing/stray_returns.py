"""Two operators end money that funds no booking and that the provider does not send back: they say how it was paid."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.audit.operations import record
from marketplace.billing.sink import OutboxSink
from marketplace.errors import Invalid
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _
from payments.chart import BANK, PSP, check_ref, group_of, suspense
from payments.errors import InvalidReference
from payments.strays import find_stray, return_at_provider, return_from_bank

RETURN = "return"
"""The subject of an entry that ends money in suspense."""


def request_return(
    session: Session, *, actor: Actor, payment_ref: str, refund_ref: str, reason: str, now: datetime
) -> ApprovalRequest:
    """Ask a second person to book that money which funds nothing was paid back by hand.

    `refund_ref` is the refund made at the provider; without one it was paid from the bank.

    Raises:
        PaymentNotFound, ReturnNotDue: no such payment, or nothing of it waits.
        Invalid: no number of a refund.
        Forbidden, RequestRepeated: what `request_act` refuses.

    """
    stray, number = find_stray(session, payment_ref=payment_ref), _refund_number(refund_ref)
    payload = {
        "payment_ref": payment_ref,
        "refund_ref": number,
        "debit": group_of(suspense(payment_ref)),
        "credit": PSP if number else BANK,
        "currency": stray.currency,
        "refund_minor": stray.amount_minor,
        "memo": reason,
    }
    if stray.booking_ref is not None:
        payload["booking_id"] = stray.booking_ref
    act = Act(ActKind.BOOK_ENTRY, RETURN, payment_ref, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def _refund_number(typed: str) -> str:
    """Return the number without blanks, empty where none was typed. Raises Invalid."""
    number = typed.strip()
    try:
        return check_ref(number) if number else ""
    except InvalidReference as error:
        message = _(
            "This is no number of a refund. It stands in the provider's dashboard and begins with re_."
        )
        raise Invalid(message, fields={"refund_ref": message}) from error


def carry_out_return(session: Session, approved: ApprovedAct) -> None:
    """Book the return, and tell it as any return is told.

    Raises:
        ReturnNotDue, ChargebackStillOpen, RefundKnownAlready: what changed since it was asked for.

    """
    payload = approved.act.payload
    given = {
        "payment_ref": approved.act.subject_id,
        "amount_minor": payload["refund_minor"],
        "now": approved.now,
    }
    told = (
        return_at_provider(session, refund_ref=payload["refund_ref"], **given)
        if payload["refund_ref"]
        else return_from_bank(session, memo=payload["memo"], **given)
    )
    record(
        session,
        actor=approved.approver,
        action="payment.returned_by_hand",
        subject_type="payment",
        subject_id=approved.act.subject_id,
        after={
            "amount_minor": payload["refund_minor"],
            "currency": payload["currency"],
            "refund": payload["refund_ref"],
            "approval": approved.request_id,
        },
        reason=approved.reason,
        now=approved.now,
    )
    for event in told:
        OutboxSink().emit(session, event)
