"""What chargebacks of a booking cost the platform, and what is taken back from a payee to make up for it.

Nothing makes up for more than was lost, so that no booking's loss turns into a gain: what is claimed for the platform
is bounded by it. What came back for a payer makes up for it first, for they have that much from their card network.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import chart, events, journal_claw_back
from payments.claim_records import due_minor, is_refund_moving, pass_on
from payments.journal import booking_stream
from payments.ledger import JournalEntry
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import ClawBack, Escrow

Events = list[events.PaymentEvent]


def loss_left_minor(session: Session, escrow: Escrow) -> int:
    """Return what lost chargebacks of a booking cost the platform and nothing has made up for yet, in minor units."""
    query = (
        select(func.sum(JournalLegRow.amount_minor))
        .join(JournalEntryRow, JournalEntryRow.id == JournalLegRow.entry_id)
        .where(
            JournalEntryRow.stream == booking_stream(escrow.booking_ref),
            JournalLegRow.account == chart.CHARGEBACK_LOSS,
            JournalLegRow.currency == escrow.currency,
        )
    )
    return max(int(session.scalar(query) or 0), 0)


def make_up_losses(session: Session, escrow: Escrow, *, now: datetime) -> Events:
    """Let what came back for the payer of a booking, and is not with them yet, make up for the platform's loss."""
    query = select(ClawBack).where(ClawBack.escrow_id == escrow.id).order_by(ClawBack.opened_at, ClawBack.id)
    rows = session.scalars(query).all()
    return [each for row in rows for each in make_up_loss(session, escrow, row, now=now)]


def make_up_loss(session: Session, escrow: Escrow, row: ClawBack, *, now: datetime) -> Events:
    """Do that for one claim: the payer has the same money from its card network, so that it counts as passed on."""
    amount = min(due_minor(row), loss_left_minor(session, escrow))
    if amount <= 0 or is_refund_moving(session, row):
        return []

    def entry_of(case: journal_claw_back.ClawBackCase, step: int) -> JournalEntry:
        return journal_claw_back.made_up_for(case, amount, step=step)

    return [pass_on(session, row, amount, entry_of=entry_of, told_as=events.ClawBackMadeUp, now=now)]
