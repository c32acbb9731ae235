"""Plans the steps of a claim: what is taken back from the payee now, and what of it goes on to the payer."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import journal_claw_back, store
from payments.claim_records import case_of, due_minor, is_refund_moving, records_of
from payments.claim_terms import ClaimTerms
from payments.escrow import PartAmounts
from payments.models import ClawBack, Escrow, MoneyOperation
from payments.planning import OperationDraft, find_open_operation, plan_operation
from payments.ports import Command, MakeRefund, MakeReversal
from payments.recovery_sources import Source, find_source
from payments.statuses import Direction, OperationKind


def find_recovery(session: Session, row: ClawBack) -> MoneyOperation | None:
    """Return the reversal of a claim that is on its way."""
    return find_open_operation(session, subject=f"claw_back:{row.id}", direction=Direction.CLAW_BACK)


def start_recovery(session: Session, row: ClawBack, *, now: datetime) -> tuple[str, ...]:
    """Plan the reversal of as much as is outstanding and the payee's account holds; nothing when it holds nothing."""
    if find_recovery(session, row) is not None:
        return ()
    records_of(session, row)
    outstanding = row.amount_minor - row.recovered_minor - row.written_off_minor
    source = find_source(session, row, wanted_minor=outstanding)
    return (plan_reversal(session, row, source, now=now),) if source is not None else ()


def plan_reversal(session: Session, row: ClawBack, source: Source, *, now: datetime) -> str:
    """Reserve what a transfer is to give back and plan its reversal; returns the operation's id."""
    escrow, part = records_of(session, row)

    def command(operation_id: str) -> Command:
        return MakeReversal(
            operation_id=operation_id,
            booking_ref=escrow.booking_ref,
            currency=row.currency,
            amount_minor=source.amount_minor,
            gateway_transfer_id=source.gateway_transfer_id,
            claim=_terms_of(row),
        )

    draft = _draft(row, OperationKind.REVERSAL, Direction.CLAW_BACK, source.amount_minor, command)
    operation_id = plan_operation(session, draft, now=now)
    case = case_of(escrow, part, row, now=now)
    entry = journal_claw_back.reversal_planned(case, source.amount_minor, operation_id=operation_id)
    store.append(session, entry)
    return operation_id


def start_refund(session: Session, row: ClawBack, *, now: datetime) -> tuple[str, ...]:
    """Plan the payer's refund of what came back, and of the fee on it, that was not refunded yet.

    Nothing is planned while the payment is frozen; `resume_refunds` does it then.
    """
    amount = due_minor(row)
    if amount <= 0 or is_refund_moving(session, row):
        return ()
    escrow, _part = records_of(session, row)
    return () if escrow.is_frozen else (plan_refund(session, row, amount, now=now),)


def plan_refund(session: Session, row: ClawBack, amount_minor: int, *, now: datetime) -> str:
    """Reserve so much of what is owed to the payer and plan its refund; returns the operation's id."""
    escrow, part = records_of(session, row)

    def command(operation_id: str) -> Command:
        return MakeRefund(
            operation_id=operation_id,
            booking_ref=escrow.booking_ref,
            currency=row.currency,
            amount_minor=amount_minor,
            gateway_payment_id=escrow.gateway_payment_id or "",
            claim=_terms_of(row),
        )

    draft = _draft(row, OperationKind.CLAW_BACK_REFUND, Direction.REFUND, amount_minor, command)
    operation_id = plan_operation(session, draft, now=now)
    case = case_of(escrow, part, row, now=now)
    store.append(session, journal_claw_back.refund_planned(case, amount_minor, operation_id=operation_id))
    return operation_id


def resume_refunds(session: Session, escrow: Escrow, *, now: datetime) -> tuple[str, ...]:
    """Plan the refunds of a booking's claims that waited while it was frozen; returns their operations."""
    query = select(ClawBack).where(ClawBack.escrow_id == escrow.id, ClawBack.closed_at.is_(None))
    rows = session.scalars(query.order_by(ClawBack.opened_at, ClawBack.id)).all()
    return tuple(each for row in rows for each in start_refund(session, row, now=now))


def _terms_of(row: ClawBack) -> str:
    return ClaimTerms(row.beneficiary, PartAmounts(row.amount_minor, row.fee_minor, row.tax_minor)).written()


def _draft(
    row: ClawBack, kind: OperationKind, direction: Direction, amount: int, command: Callable[[str], Command]
) -> OperationDraft:
    return OperationDraft(
        kind=kind,
        direction=direction,
        subject=f"claw_back:{row.id}",
        build_command=command,
        escrow_id=row.escrow_id,
        payee_ref=row.payee_ref,
        currency=row.currency,
        amount_minor=amount,
    )
