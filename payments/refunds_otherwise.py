"""Ends a refund that the provider does not make (a charge that was disputed, a closed card): it was paid another way."""

from datetime import datetime

from sqlalchemy.orm import Session

from payments import events, journal, store
from payments.errors import ChargebackStillOpen, EscrowFrozen, PaymentError
from payments.escrow import SideAction, SideStatus, next_side_status
from payments.models import EscrowPartRow
from payments.part_settlement import close_if_settled, has_open_chargeback, refund_confirmed


class RefundNotDue(PaymentError):
    """Nothing of the part waits to go back, or another amount than was agreed on."""

    code = "refund_not_due"
    kind = "conflict"


def due_refund(session: Session, *, booking_ref: str, part_ref: str) -> tuple[str, int]:
    """Return currency and minor units of a refund that was refused, came back, or was never possible.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        RefundNotDue: it is on its way, has arrived, or was never decided.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    part = store.find_part(escrow, part_ref)
    return escrow.currency, _due_minor(part)


def pay_otherwise(
    session: Session, *, booking_ref: str, part_ref: str, amount_minor: int, memo: str, now: datetime
) -> list[events.PaymentEvent]:
    """Book that two persons paid a due refund from the bank, whole; it is with the payer then.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        RefundNotDue: see its class.
        ChargebackStillOpen: the card network may take the same money.
        EscrowFrozen: nothing may move now.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    part = store.find_part(escrow, part_ref)
    if has_open_chargeback(session, escrow.id):
        raise ChargebackStillOpen("The card network disputes this payment.", booking_ref=booking_ref)
    if escrow.is_frozen:
        raise EscrowFrozen("This payment is frozen; nothing can be refunded until it is unfrozen.")
    if _due_minor(part) != amount_minor:
        raise RefundNotDue("Another amount is due now.", due_minor=_due_minor(part))
    entry = journal.refund_paid_otherwise(
        booking_ref, part_ref, escrow.currency, amount_minor, memo=memo, occurred_at=now
    )
    store.append(session, entry)
    part.refund_status = next_side_status(part.refund_status, SideAction.PAY_OTHERWISE)
    session.flush()
    return [refund_confirmed(escrow, part, now=now), *close_if_settled(session, escrow, now=now)]


def _due_minor(part: EscrowPartRow) -> int:
    if part.refund_status is not SideStatus.DUE or part.is_charged_back:
        raise RefundNotDue("Nothing of this part waits to go back.", part_ref=part.part_ref)
    return part.refund_due_minor
