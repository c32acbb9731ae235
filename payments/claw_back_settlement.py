"""What confirming, refusing or undoing a reversal, or the refund of what it brought, does to its claim and the journal."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from payments import events, journal_claw_back, store
from payments.claim_fees import amounts_between
from payments.claim_losses import make_up_loss
from payments.claim_planning import start_refund
from payments.claim_records import case_of, close_if_done, passed_on_before, records_of
from payments.models import ClawBack, Escrow, EscrowPartRow, MoneyOperation
from payments.ports import Answer

Events = list[events.PaymentEvent]


def confirm_reversal(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    """Book what came back, and send it on to the payer where they get it."""
    del answer
    row, escrow, part = _records(session, operation)
    amount, case = operation.amount_minor or 0, case_of(escrow, part, row, now=now)
    store.append(session, journal_claw_back.reversal_confirmed(case, amount, operation_id=operation.id))
    row.recovered_minor += amount
    session.flush()
    made_up = make_up_loss(session, escrow, row, now=now)
    refund = start_refund(session, row, now=now)
    close_if_done(row, now=now)
    return [
        events.ClawBackRecovered(
            at=now,
            booking_ref=escrow.booking_ref,
            part_ref=part.part_ref,
            payee_ref=row.payee_ref,
            currency=row.currency,
            amount_minor=amount,
            reversal_id=operation.id,
            operation_id=refund[0] if refund else None,
        ),
        *made_up,
    ]


def refuse_reversal(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Give the reservation back; the claim stands until a person acts."""
    row, escrow, part = _records(session, operation)
    case = case_of(escrow, part, row, now=now)
    entry = journal_claw_back.reversal_refused(case, operation.amount_minor or 0, operation_id=operation.id)
    store.append(session, entry)
    return [_refused((row, escrow, part), operation, code, now)]


def confirm_refund(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    """Book that the payer has what came back, and send on what came back meanwhile."""
    del answer
    row, escrow, part = _records(session, operation)
    amount, case = operation.amount_minor or 0, case_of(escrow, part, row, now=now)
    most, _steps = passed_on_before(session, row, booking_ref=escrow.booking_ref)
    store.append(session, journal_claw_back.refund_confirmed(case, amount, operation_id=operation.id))
    row.refunded_minor += amount
    new = most, max(most, row.refunded_minor)
    back = amounts_between(*new, fee_minor=row.fee_minor, tax_minor=row.tax_minor)
    session.flush()
    start_refund(session, row, now=now)
    close_if_done(row, now=now)
    return [
        events.ClawBackReturned(
            at=now,
            booking_ref=escrow.booking_ref,
            part_ref=part.part_ref,
            currency=row.currency,
            amount_minor=amount,
            operation_id=operation.id,
            **asdict(back),
        )
    ]


def refuse_refund(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Owe it to the payer again; a person finds another way."""
    row, escrow, part = _records(session, operation)
    case = case_of(escrow, part, row, now=now)
    entry = journal_claw_back.refund_refused(case, operation.amount_minor or 0, operation_id=operation.id)
    store.append(session, entry)
    made_up = make_up_loss(session, escrow, row, now=now)
    return [_refused((row, escrow, part), operation, code, now), *made_up]


def fail_refund_later(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Book that a refund came back that had succeeded."""
    row, escrow, part = _records(session, operation)
    amount, case = operation.amount_minor or 0, case_of(escrow, part, row, now=now)
    store.append(session, journal_claw_back.refund_failed_later(case, amount, operation_id=operation.id))
    row.refunded_minor -= amount
    close_if_done(row, now=now)
    made_up = make_up_loss(session, escrow, row, now=now)
    return [_refused((row, escrow, part), operation, code, now), *made_up]


def _records(session: Session, operation: MoneyOperation) -> tuple[ClawBack, Escrow, EscrowPartRow]:
    row = session.get_one(ClawBack, operation.subject.removeprefix("claw_back:"), populate_existing=True)
    return (row, *records_of(session, row))


def _refused(
    records: tuple[ClawBack, Escrow, EscrowPartRow], operation: MoneyOperation, code: str, now: datetime
) -> events.ClawBackRefused:
    row, escrow, part = records
    return events.ClawBackRefused(
        at=now,
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        payee_ref=row.payee_ref,
        currency=row.currency,
        amount_minor=operation.amount_minor or 0,
        reason=code,
    )
