"""Books a chargeback of a payment that funds no booking: what waits of it in suspense covers the loss, and is nobody's then."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chart, events, store
from payments.account_changes import NotKnownYet
from payments.chargeback_records import add_chargeback
from payments.funding import plan_return
from payments.journal_chargeback import StrayCase, stray_closed, stray_withdrawn
from payments.models import Chargeback, MoneyOperation, ReceivedPayment
from payments.ports import ChargebackState
from payments.statuses import OPEN_STATES, ChargebackStatus, OperationState, PaymentDisposition

Events = list[events.PaymentEvent]


def find_stray(session: Session, state: ChargebackState) -> ReceivedPayment | None:
    """Return the disputed payment, locked, when it funds nothing; with it the held payment it was meant for.

    The held payment comes first, as everywhere.
    """
    row = session.get(ReceivedPayment, state.gateway_payment_id or "", populate_existing=True)
    if row is None or row.disposition is not PaymentDisposition.SUSPENSE:
        return None
    if row.escrow_id is not None:
        store.lock_escrow_id(session, row.escrow_id)
    return session.get_one(
        ReceivedPayment, row.gateway_payment_id, with_for_update=True, populate_existing=True
    )


def settle_stray(
    session: Session, payment: ReceivedPayment, *, state: ChargebackState, now: datetime
) -> Events:
    """Book a stray payment's chargeback in whatever order its messages come; repeating it changes nothing.

    It freezes no booking: the money of the one it was meant for is another payment's.

    Raises:
        NotKnownYet: it is lost while the return of the payment is on its way.

    """
    row = session.get(Chargeback, state.gateway_dispute_id, populate_existing=True)
    happened: Events = []
    if row is None:
        row = add_chargeback(session, state, escrow_id=None, now=now)
        opened = events.ChargebackOpened(
            at=now,
            booking_ref=None,
            chargeback_ref=state.gateway_dispute_id,
            currency=state.currency,
            amount_minor=state.amount_minor,
        )
        happened.append(opened)
    if state.evidence_due_at is not None:
        row.evidence_due_at = state.evidence_due_at
    if state.is_withdrawn and not row.is_withdrawn:
        store.append(session, stray_withdrawn(_case(payment, row, now), fee_minor=state.fee_minor))
        row.is_withdrawn, row.fee_minor = True, state.fee_minor
    if state.status is not ChargebackStatus.OPEN and row.status is ChargebackStatus.OPEN:
        happened.append(_close(session, payment, row, state, now))
    session.flush()
    return happened


def _close(
    session: Session, payment: ReceivedPayment, row: Chargeback, state: ChargebackState, now: datetime
) -> events.PaymentEvent:
    is_won = state.status is ChargebackStatus.WON
    returns = _returns(session, payment)
    if not is_won and any(each.state in OPEN_STATES for each in returns):
        raise NotKnownYet("The return of the payment is in flight; the loss is booked after it.")
    waiting = -store.balance(session, chart.suspense(payment.gateway_payment_id), currency=row.currency)
    entry = stray_closed(
        _case(payment, row, now),
        is_withdrawn=row.is_withdrawn,
        covered_minor=None if is_won else min(max(waiting, 0), row.amount_minor),
        fee_change_minor=state.fee_minor - row.fee_minor,
    )
    if entry is not None:
        store.append(session, entry)
    row.status, row.closed_at, row.fee_minor = state.status, now, state.fee_minor
    was_refused = bool(returns) and all(each.state is OperationState.REFUSED for each in returns)
    if is_won and was_refused and payment.escrow_id is not None and waiting == payment.amount_minor:
        plan_return(session, store.lock_escrow_id(session, payment.escrow_id), payment, now=now)
    return events.ChargebackClosed(
        at=now,
        booking_ref=None,
        chargeback_ref=row.gateway_dispute_id,
        is_won=is_won,
        currency=row.currency,
        amount_minor=row.amount_minor,
    )


def _case(payment: ReceivedPayment, row: Chargeback, now: datetime) -> StrayCase:
    return StrayCase(row.gateway_dispute_id, payment.gateway_payment_id, row.currency, row.amount_minor, now)


def _returns(session: Session, payment: ReceivedPayment) -> list[MoneyOperation]:
    query = select(MoneyOperation).where(MoneyOperation.subject == f"payment:{payment.gateway_payment_id}")
    return list(session.scalars(query))
