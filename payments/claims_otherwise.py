"""Ends what a claim owes the payer and the provider does not refund (a charge that was disputed): it was paid another way."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import events, journal_claw_back
from payments.claim_records import due_minor, is_refund_moving, lock_claim, pass_on, records_of
from payments.errors import ChargebackStillOpen, EscrowFrozen, PaymentError
from payments.ledger import JournalEntry
from payments.models import ClawBack, MoneyOperation
from payments.part_settlement import has_open_chargeback
from payments.statuses import OPEN_STATES, Direction


class ClaimNotDue(PaymentError):
    """Nothing of the claim waits to go to the payer, or another amount than was agreed on."""

    code = "claim_not_due"
    kind = "conflict"


def due_to_payers(session: Session, claw_back_ids: list[str]) -> dict[str, int]:
    """Return of which of these claims something waits that no refund carries: minor units by claim."""
    rows = session.scalars(select(ClawBack).where(ClawBack.id.in_(claw_back_ids))).all()
    moving = set(
        session.scalars(
            select(MoneyOperation.subject).where(
                MoneyOperation.subject.in_([f"claw_back:{row.id}" for row in rows]),
                MoneyOperation.direction == Direction.REFUND,
                MoneyOperation.state.in_(OPEN_STATES),
            )
        )
    )
    return {
        row.id: due_minor(row) for row in rows if due_minor(row) > 0 and f"claw_back:{row.id}" not in moving
    }


def pay_claim_otherwise(
    session: Session, *, claw_back_id: str, amount_minor: int, memo: str, now: datetime
) -> list[events.PaymentEvent]:
    """Book that two persons paid what came back for the payer, and the fee on it, from the bank, whole.

    Raises:
        ClawBackNotFound: no claim has this id.
        ClaimNotDue: nothing waits, a refund of it is on its way, or another amount is due.
        ChargebackStillOpen: the card network may take the same money.
        EscrowFrozen: nothing may move now.

    """
    row = lock_claim(session, claw_back_id)
    escrow, _part = records_of(session, row)
    if has_open_chargeback(session, escrow.id):
        raise ChargebackStillOpen("The card network disputes this payment.", booking_ref=escrow.booking_ref)
    if escrow.is_frozen:
        raise EscrowFrozen("This payment is frozen; nothing can be refunded until it is unfrozen.")
    due = 0 if is_refund_moving(session, row) else due_minor(row)
    if amount_minor <= 0 or due != amount_minor:
        raise ClaimNotDue("Another amount is due now.", due_minor=due)

    def entry_of(case: journal_claw_back.ClawBackCase, step: int) -> JournalEntry:
        return journal_claw_back.paid_otherwise(case, amount_minor, step=step, memo=memo)

    told_as = events.ClawBackPaidOtherwise
    return [pass_on(session, row, amount_minor, entry_of=entry_of, told_as=told_as, now=now)]
