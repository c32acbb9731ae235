"""What confirming, refusing or undoing a payout, or the return of unmatched money, does to the journal."""

from datetime import datetime

from sqlalchemy.orm import Session

from payments import events, journal_custody, store
from payments.models import Escrow, MoneyOperation, ReceivedPayment
from payments.ports import Answer

Events = list[events.PaymentEvent]


def confirm_return(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    del answer
    stray, booking_ref = _stray_of(session, operation, now)
    store.append(session, journal_custody.return_confirmed(stray, operation_id=operation.id))
    return [
        events.MismatchReturned(
            at=now,
            booking_ref=booking_ref,
            payment_ref=stray.payment_ref,
            currency=stray.currency,
            amount_minor=stray.amount_minor,
        )
    ]


def refuse_return(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    stray, _ = _stray_of(session, operation, now)
    store.append(session, journal_custody.return_refused(stray, operation_id=operation.id))
    return [events.OperationHalted(at=now, operation_id=operation.id, reason=code)]


def fail_return_later(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    stray, _ = _stray_of(session, operation, now)
    store.append(session, journal_custody.return_failed_later(stray, operation_id=operation.id))
    return [events.OperationHalted(at=now, operation_id=operation.id, reason=code)]


def confirm_payout(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    payout = _payout_of(operation, now)
    store.append(session, journal_custody.payout_confirmed(payout))
    happened: Events = [
        events.PayoutStarted(
            at=now,
            payee_ref=payout.payee_ref,
            operation_id=operation.id,
            currency=payout.currency,
            amount_minor=payout.amount_minor,
        )
    ]
    return [*happened, payout_paid(operation, now)] if answer.status == "paid" else happened


def progress_payout(operation: MoneyOperation, status: str, now: datetime) -> Events:
    """Tell when a payout that was started has arrived."""
    return [payout_paid(operation, now)] if status == "paid" else []


def payout_paid(operation: MoneyOperation, now: datetime) -> events.PayoutPaid:
    return events.PayoutPaid(
        at=now,
        payee_ref=operation.payee_ref or "",
        operation_id=operation.id,
        currency=operation.currency or "",
        amount_minor=operation.amount_minor or 0,
    )


def refuse_payout(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    store.append(session, journal_custody.payout_refused(_payout_of(operation, now)))
    return [_payout_failed(operation, code, now)]


def fail_payout_later(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    store.append(session, journal_custody.payout_failed_later(_payout_of(operation, now)))
    return [_payout_failed(operation, code, now)]


def _stray_of(
    session: Session, operation: MoneyOperation, now: datetime
) -> tuple[journal_custody.StrayPayment, str | None]:
    payment = session.get_one(ReceivedPayment, operation.request["gateway_payment_id"])
    escrow = session.get(Escrow, payment.escrow_id) if payment.escrow_id else None
    stray = journal_custody.StrayPayment(
        payment.gateway_payment_id, payment.currency, operation.amount_minor or payment.amount_minor, now
    )
    return stray, escrow.booking_ref if escrow else None


def _payout_of(operation: MoneyOperation, now: datetime) -> journal_custody.PayoutMovement:
    return journal_custody.PayoutMovement(
        operation.id, operation.payee_ref or "", operation.currency or "", operation.amount_minor or 0, now
    )


def _payout_failed(operation: MoneyOperation, code: str, now: datetime) -> events.PayoutFailed:
    return events.PayoutFailed(
        at=now,
        payee_ref=operation.payee_ref or "",
        operation_id=operation.id,
        currency=operation.currency or "",
        amount_minor=operation.amount_minor or 0,
        reason=code,
    )
