"""What every step of a claim against a payee reads (records, what is due to the payer, what they had), and its one way to pass on."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import events, store
from payments.claim_fees import amounts_between
from payments.errors import PaymentError
from payments.journal import booking_stream
from payments.journal_claw_back import PASSED_ON, ClawBackCase
from payments.ledger import JournalEntry
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import ClawBack, Escrow, EscrowPartRow
from payments.planning import find_open_operation
from payments.statuses import Beneficiary, Direction


class ClawBackNotFound(PaymentError):
    code = "claw_back_not_found"
    kind = "not_found"


def lock_claim(session: Session, claw_back_id: str) -> ClawBack:
    """Lock a claim after its payee's account and its held payment, as everybody does. Raises ClawBackNotFound."""
    found = session.execute(
        select(ClawBack.escrow_id, ClawBack.payee_ref).where(ClawBack.id == claw_back_id)
    ).one_or_none()
    if found is None:
        raise ClawBackNotFound("There is no such claim.", claw_back_id=claw_back_id)
    store.lock_account(session, found.payee_ref)
    store.lock_escrow_id(session, found.escrow_id)
    return session.get_one(ClawBack, claw_back_id, with_for_update=True, populate_existing=True)


def records_of(session: Session, row: ClawBack) -> tuple[Escrow, EscrowPartRow]:
    """Return the held payment and the part that a claim is about, locked."""
    escrow = store.lock_escrow_id(session, row.escrow_id)
    return escrow, next(part for part in escrow.parts if part.id == row.part_id)


def case_of(escrow: Escrow, part: EscrowPartRow, row: ClawBack, *, now: datetime) -> ClawBackCase:
    """Name the claim as journal entries know it."""
    return ClawBackCase(
        row.id,
        escrow.booking_ref,
        part.part_ref,
        row.payee_ref,
        row.currency,
        row.beneficiary is Beneficiary.PAYER,
        now,
    )


def due_minor(row: ClawBack) -> int:
    """Return what came back for the payer, with the fee on it, and is not with them yet."""
    if row.beneficiary is not Beneficiary.PAYER:
        return 0
    return row.recovered_minor + row.fee_minor + row.tax_minor - row.refunded_minor


def is_refund_moving(session: Session, row: ClawBack) -> bool:
    """Tell whether the payer's refund of what came back is on its way."""
    return find_open_operation(session, subject=f"claw_back:{row.id}", direction=Direction.REFUND) is not None


def passed_on_before(session: Session, row: ClawBack, *, booking_ref: str) -> tuple[int, int]:
    """Return the most that the payer had of a claim at any time, and in how many steps it was passed on.

    What the bank sends back and goes out once more stays below the most.
    """
    amount = func.sum(JournalLegRow.amount_minor)
    query = (
        select(JournalEntryRow.kind, JournalEntryRow.memo, amount)
        .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
        .where(
            JournalEntryRow.stream == booking_stream(booking_ref),
            JournalEntryRow.kind.in_(PASSED_ON),
            JournalLegRow.amount_minor > 0,
        )
        .group_by(JournalEntryRow.id, JournalEntryRow.kind)
        .order_by(JournalEntryRow.id)
    )
    most = reached = steps = 0
    for kind, memo, moved in session.execute(query):
        if memo.get("claw_back") == row.id:
            reached += PASSED_ON[kind] * int(moved)
            most, steps = max(most, reached), steps + 1
    return most, steps


def close_if_done(row: ClawBack, *, now: datetime) -> None:
    """Close a claim of which nothing is outstanding and nothing is still owed to the payer."""
    is_settled = row.recovered_minor + row.written_off_minor == row.amount_minor
    row.closed_at = now if is_settled and due_minor(row) == 0 else None


def pass_on(
    session: Session,
    row: ClawBack,
    amount_minor: int,
    *,
    entry_of: Callable[[ClawBackCase, int], JournalEntry],
    told_as: type[events.ClawBackPassedOn],
    now: datetime,
) -> events.ClawBackPassedOn:
    """Book that the payer has so much of a locked claim without a refund of the provider, and return what is told of it.

    `entry_of` makes the entry from the case and the number of the step, which tells several entries of a claim apart.
    """
    escrow, part = records_of(session, row)
    most, steps = passed_on_before(session, row, booking_ref=escrow.booking_ref)
    entry = entry_of(case_of(escrow, part, row, now=now), steps)
    store.append(session, entry)
    row.refunded_minor += amount_minor
    close_if_done(row, now=now)
    session.flush()
    new = amounts_between(
        most, max(most, row.refunded_minor), fee_minor=row.fee_minor, tax_minor=row.tax_minor
    )
    return told_as(
        at=now,
        booking_ref=escrow.booking_ref,
        part_ref=part.part_ref,
        currency=row.currency,
        amount_minor=amount_minor,
        entry_key=entry.key,
        **asdict(new),
    )
