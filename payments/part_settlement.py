"""What confirming, refusing or undoing a release or a refund does to its part and to the journal."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import events, journal, row_writing, store
from payments.errors import EscrowNotFound
from payments.escrow import EscrowAction, SideAction, is_part_settled, next_escrow_status, next_side_status
from payments.models import Chargeback, Escrow, EscrowPartRow, MoneyOperation
from payments.money import get_currency
from payments.planning import movement
from payments.ports import Answer
from payments.statuses import ChargebackStatus

Events = list[events.PaymentEvent]


def has_open_chargeback(session: Session, escrow_id: str) -> bool:
    """Tell whether the card network disputes this booking's payment."""
    query = select(Chargeback.gateway_dispute_id).where(
        Chargeback.escrow_id == escrow_id, Chargeback.status == ChargebackStatus.OPEN
    )
    return session.scalar(query.limit(1)) is not None


def close_if_settled(session: Session, escrow: Escrow, *, now: datetime) -> Events:
    """Close the held payment when nothing of it is left to move."""
    done = all(
        part.is_charged_back or is_part_settled(release=part.release_status, refund=part.refund_status)
        for part in escrow.parts
    )
    if not done:
        return []
    status = next_escrow_status(escrow.status, EscrowAction.SETTLE)
    row_writing.change(session, escrow, status=status, closed_at=now)
    return [events.EscrowSettled(at=now, booking_ref=escrow.booking_ref)]


def confirm_release(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    del answer
    escrow, part = _part_of(operation)
    move = movement(escrow, part, operation.id, now=now)
    row_writing.change(
        session, part, release_status=next_side_status(part.release_status, SideAction.CONFIRM)
    )
    settled = close_if_settled(session, escrow, now=now)
    store.append(session, journal.release_confirmed(move, part.division(), payee_ref=escrow.payee_ref))
    happened = events.ReleaseConfirmed(
        at=now,
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        payee_ref=escrow.payee_ref,
        currency=escrow.currency,
        amount_minor=part.release_net_minor,
    )
    return [happened, *settled]


def refuse_release(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    escrow, part = _part_of(operation)
    is_disputed = has_open_chargeback(session, escrow.id)
    move = movement(escrow, part, operation.id, now=now)
    store.append(session, journal.release_refused(move, part.division(), is_disputed=is_disputed))
    part.release_status = next_side_status(part.release_status, SideAction.REFUSE)
    part.parked_reason = code[:64]
    return [
        events.ReleaseParked(
            at=now,
            booking_ref=escrow.booking_ref,
            part_ref=part.part_ref,
            payee_ref=escrow.payee_ref,
            currency=escrow.currency,
            amount_minor=part.release_net_minor,
            reason=code,
        )
    ]


def confirm_refund(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    del answer
    escrow, part = _part_of(operation)
    move = movement(escrow, part, operation.id, now=now)
    row_writing.change(session, part, refund_status=next_side_status(part.refund_status, SideAction.CONFIRM))
    settled = close_if_settled(session, escrow, now=now)
    store.append(session, journal.refund_confirmed(move, part.refund_due_minor))
    return [refund_confirmed(escrow, part, now=now), *settled]


def refund_confirmed(escrow: Escrow, part: EscrowPartRow, *, now: datetime) -> events.RefundConfirmed:
    """Tell that the payer has what was due of the part; what their bank had taken before was told then."""
    whole = part.refunded_amounts()
    taken = whole.taken(part.charged_back_minor, step=get_currency(escrow.currency).step_minor)
    return events.RefundConfirmed(
        at=now,
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        currency=escrow.currency,
        amount_minor=part.refund_due_minor,
        **asdict(whole.minus(taken)),
    )


def refuse_refund(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    escrow, part = _part_of(operation)
    is_disputed = has_open_chargeback(session, escrow.id)
    move = movement(escrow, part, operation.id, now=now)
    store.append(session, journal.refund_refused(move, part.refund_due_minor, is_disputed=is_disputed))
    part.refund_status = next_side_status(part.refund_status, SideAction.REFUSE)
    return [_refund_failed(escrow, part, code, now)]


def fail_refund_later(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    escrow, part = _part_of(operation)
    is_disputed = has_open_chargeback(session, escrow.id)
    move = movement(escrow, part, operation.id, now=now)
    store.append(session, journal.refund_failed_later(move, part.refund_due_minor, is_disputed=is_disputed))
    part.refund_status = next_side_status(part.refund_status, SideAction.FAIL_LATER)
    if escrow.closed_at is not None:
        escrow.status, escrow.closed_at = next_escrow_status(escrow.status, EscrowAction.REOPEN), None
    return [_refund_failed(escrow, part, code, now)]


def _refund_failed(escrow: Escrow, part: EscrowPartRow, code: str, now: datetime) -> events.RefundFailed:
    return events.RefundFailed(
        at=now,
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        currency=escrow.currency,
        amount_minor=part.refund_due_minor,
        reason=code,
    )


def _part_of(operation: MoneyOperation) -> tuple[Escrow, EscrowPartRow]:
    """Return what an operation moves; it was locked together with it (`store.lock_operation_with_escrow`)."""
    escrow = operation.escrow
    if escrow is None:
        raise EscrowNotFound("This operation moves no held payment.", operation_id=operation.id)
    return escrow, next(part for part in escrow.parts if part.id == operation.part_id)
