"""Books money that arrived at the provider.

It funds its booking when everything agrees; else it waits in suspense and, when we know whose it is, goes back whole.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chart, events, journal, journal_custody, row_writing, store
from payments.account_changes import NotKnownYet
from payments.errors import EscrowNotFound, InvalidReference
from payments.escrow import EscrowAction, EscrowStatus, next_escrow_status
from payments.models import CheckoutSession, Escrow, ReceivedPayment
from payments.planning import OperationDraft, plan_operation
from payments.ports import CheckoutState, Command, MakeRefund, PaymentState
from payments.statuses import CheckoutStatus, Direction, OperationKind, PaymentDisposition

Events = list[events.PaymentEvent]


def settle_payment(session: Session, *, payment: PaymentState, now: datetime) -> Events:
    """Book a payment read from the provider; repeating it changes nothing, an unpaid one is left alone.

    Raises:
        NotKnownYet: the provider does not say yet in which currency it settles; no work begins on that.

    """
    if not payment.is_succeeded:
        return []
    escrow = _find_escrow(session, payment.booking_ref)
    if payment.settlement_currency is None and not _is_noted(session, payment):
        raise NotKnownYet(
            "The provider does not say yet in which currency it settles this payment.",
            gateway_payment_id=payment.gateway_payment_id,
        )
    reason = _mismatch(escrow, payment)
    happened: Events = []
    if _insert_payment(session, escrow, payment, reason=reason, now=now):
        if escrow is not None and reason is None:
            happened = _fund(session, escrow, payment, now)
        else:
            happened = _suspend(session, escrow, payment, reason=reason or "unknown_booking", now=now)
    _post_processing_fee(session, payment, escrow, now)
    session.flush()
    return happened


def settle_checkout(
    session: Session,
    *,
    operation_id: str,
    checkout: CheckoutState,
    payment: PaymentState | None,
    now: datetime,
) -> Events:
    """Keep what the provider says about a payment page; when it ended unpaid and the time is over, so is the booking's.

    A page that is complete while its payment is not stays open: money may still come of it, so it is looked at again,
    no second page is sold and the booking does not end.

    Raises:
        EscrowNotFound: the page's booking is gone.

    """
    row = session.get_one(CheckoutSession, operation_id, populate_existing=True)
    escrow = store.lock_escrow_id(session, row.escrow_id)
    is_pending = checkout.status is CheckoutStatus.COMPLETE and payment is not None and payment.is_pending
    row.status, row.checked_at = CheckoutStatus.OPEN if is_pending else checkout.status, now
    happened = _note_pending(escrow, row, is_pending=is_pending, now=now)
    is_over = escrow.pay_before is not None and now >= escrow.pay_before
    if (
        checkout.status is not CheckoutStatus.EXPIRED
        or escrow.status is not EscrowStatus.AWAITING_PAYMENT
        or not is_over
    ):
        return happened
    return [*happened, *expire_escrow(escrow, now=now)]


def _note_pending(escrow: Escrow, row: CheckoutSession, *, is_pending: bool, now: datetime) -> Events:
    """Keep since when a payment goes on, and tell once when it begins to and when nothing came of it."""
    was_pending = row.pending_since is not None
    if is_pending == was_pending:
        return []
    row.pending_since = now if is_pending else None
    if escrow.status is not EscrowStatus.AWAITING_PAYMENT:
        return []
    tell = events.PaymentPending if is_pending else events.PaymentNotMade
    return [tell(at=now, booking_ref=escrow.booking_ref)]


def expire_escrow(escrow: Escrow, *, now: datetime) -> Events:
    """End a held payment whose time to pay is over; the caller holds its lock."""
    escrow.status, escrow.closed_at = next_escrow_status(escrow.status, EscrowAction.EXPIRE), now
    return [events.FundingExpired(at=now, booking_ref=escrow.booking_ref)]


def _find_escrow(session: Session, booking_ref: str | None) -> Escrow | None:
    try:
        return store.lock_escrow(session, booking_ref=chart.check_ref(booking_ref or ""))
    except (EscrowNotFound, InvalidReference):
        return None


def _mismatch(escrow: Escrow | None, payment: PaymentState) -> str | None:
    if escrow is None:
        return "unknown_booking"
    if escrow.status is not EscrowStatus.AWAITING_PAYMENT:
        return "already_paid" if escrow.funded_at else f"escrow_{escrow.status}"
    if (payment.currency, payment.amount_minor) != (escrow.currency, escrow.total_minor):
        return "amount_differs"
    if payment.settlement_currency != escrow.currency:
        return "settlement_currency_differs"
    return None


def _is_noted(session: Session, payment: PaymentState) -> bool:
    known = select(ReceivedPayment.gateway_payment_id)
    query = known.where(ReceivedPayment.gateway_payment_id == payment.gateway_payment_id)
    return session.scalar(query) is not None


def _insert_payment(
    session: Session, escrow: Escrow | None, payment: PaymentState, *, reason: str | None, now: datetime
) -> bool:
    """Note the payment; return False when it was noted before."""
    values = {
        "gateway_payment_id": payment.gateway_payment_id,
        "gateway_charge_id": payment.gateway_charge_id,
        "escrow_id": escrow.id if escrow else None,
        "currency": payment.currency,
        "amount_minor": payment.amount_minor,
        "disposition": PaymentDisposition.FUNDED if reason is None else PaymentDisposition.SUSPENSE,
        "reason": reason,
        "received_at": now,
    }
    return row_writing.insert_once(session, ReceivedPayment, values)


def _fund(session: Session, escrow: Escrow, payment: PaymentState, now: datetime) -> Events:
    entry = journal.funded(
        booking_ref=escrow.booking_ref,
        payment_ref=payment.gateway_payment_id,
        currency=escrow.currency,
        parts=[part.as_part() for part in escrow.parts],
        occurred_at=now,
    )
    store.append(session, entry)
    row_writing.change(
        session,
        escrow,
        status=next_escrow_status(escrow.status, EscrowAction.FUND),
        funded_at=now,
        gateway_payment_id=payment.gateway_payment_id,
        gateway_charge_id=payment.gateway_charge_id,
    )
    return [
        events.EscrowFunded(
            at=now, booking_ref=escrow.booking_ref, currency=escrow.currency, amount_minor=escrow.total_minor
        )
    ]


def _suspend(
    session: Session, escrow: Escrow | None, payment: PaymentState, *, reason: str, now: datetime
) -> Events:
    stray = journal_custody.StrayPayment(
        payment.gateway_payment_id, payment.currency, payment.amount_minor, now
    )
    store.append(session, journal_custody.payment_unmatched(stray, reason=reason))
    if escrow is not None:
        plan_return(session, escrow, payment, now=now)
    return [
        events.PaymentMismatched(
            at=now,
            booking_ref=escrow.booking_ref if escrow else None,
            payment_ref=payment.gateway_payment_id,
            currency=payment.currency,
            amount_minor=payment.amount_minor,
            reason=reason,
        )
    ]


def plan_return(
    session: Session,
    escrow: Escrow | None,
    payment: PaymentState | ReceivedPayment,
    *,
    amount_minor: int | None = None,
    now: datetime,
) -> str:
    """Reserve money that funds nothing, all of it or so much, and plan its return; returns the operation's id.

    The caller holds the lock of the payment it was meant for, where that is known.
    """
    amount = payment.amount_minor if amount_minor is None else amount_minor

    def command(operation_id: str) -> Command:
        return MakeRefund(
            operation_id=operation_id,
            booking_ref=escrow.booking_ref if escrow else None,
            currency=payment.currency,
            amount_minor=amount,
            gateway_payment_id=payment.gateway_payment_id,
        )

    draft = OperationDraft(
        kind=OperationKind.RETURN,
        direction=Direction.REFUND,
        subject=f"payment:{payment.gateway_payment_id}",
        build_command=command,
        escrow_id=escrow.id if escrow else None,
        currency=payment.currency,
        amount_minor=amount,
    )
    operation_id = plan_operation(session, draft, now=now)
    stray = journal_custody.StrayPayment(payment.gateway_payment_id, payment.currency, amount, now)
    store.append(session, journal_custody.return_planned(stray, operation_id=operation_id))
    return operation_id


def _post_processing_fee(
    session: Session, payment: PaymentState, escrow: Escrow | None, now: datetime
) -> None:
    if not payment.fee_minor:
        return
    entry = journal.processing_fee_charged(
        payment_ref=payment.gateway_payment_id,
        booking_ref=escrow.booking_ref if escrow else None,
        currency=payment.settlement_currency or payment.currency,
        amount_minor=payment.fee_minor,
        occurred_at=now,
    )
    store.append(session, entry)
