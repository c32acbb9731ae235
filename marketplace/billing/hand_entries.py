"""Two operators book an entry by hand, where the books must follow what happened outside of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.errors import Invalid
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _
from payments.errors import PaymentError
from payments.hand_entries import book_by_hand, check_by_hand

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
) -> ApprovalRequest:
    """Ask a second person for an entry by hand.

    Raises:
        Invalid: accounts that are not booked by hand, or the same twice.
        Forbidden, RequestRepeated: what `request_act` refuses.

    """
    try:
        check_by_hand(debit=debit, credit=credit)
    except PaymentError as error:
        message = _("Choose two different accounts.")
        raise Invalid(message, fields={"credit": message}) from error
    payload = {
        "debit": debit,
        "credit": credit,
        "currency": currency,
        "amount_minor": amount_minor,
        "memo": reason,
    }
    act = Act(ActKind.BOOK_ENTRY, "ledger", f"{debit}|{credit}|{currency}", payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_entry(session: Session, approved: ApprovedAct) -> None:
    """Book what two persons agreed to book. Raises LegNotValid."""
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
    )
