"""Entries of a share that is taken back from a payee: claimed, recovered by reversal, refunded to the payer, written off.

What is claimed stands against a duty of the same amount, so that nothing is spent before it has come back: towards the
payer (`liab:claw_back`), or against the loss the platform bore (`exp:chargeback_loss`).
"""

from dataclasses import dataclass
from datetime import datetime

from payments import chart
from payments.escrow import PartAmounts
from payments.journal import booking_stream
from payments.ledger import JournalEntry, legs_of

PASSED_ON = {
    "claw_back_refund_confirmed": 1,
    "claw_back_refund_failed_later": -1,
    "claw_back_turned": 1,
    "claw_back_paid_otherwise": 1,
}
"""Kinds of entries after which the payer has more, or less, of a claim."""


@dataclass(frozen=True, slots=True)
class ClawBackCase:
    """A claim against a payee for one part of a booking. `is_for_payer` tells who gets what comes back."""

    claw_back_id: str
    booking_ref: str
    part_ref: str
    payee_ref: str
    currency: str
    is_for_payer: bool
    occurred_at: datetime

    @property
    def counterpart(self) -> str:
        return chart.claw_back(self.claw_back_id) if self.is_for_payer else chart.CHARGEBACK_LOSS


def claimed(case: ClawBackCase, back: PartAmounts) -> JournalEntry:
    """Post what the payee owes: +a receivable, -a owed on to the payer (or the loss of the platform undone).

    The fee on it and the tax on that are owed to the payer, too, and earned no more: +f fee, +t tax.
    """
    return _entry(
        case,
        f"claw_back:{case.claw_back_id}:claimed",
        "claw_back_claimed",
        (chart.influencer_receivable(case.payee_ref), back.net_minor),
        (chart.PLATFORM_FEE, back.fee_minor),
        (chart.TAX, back.tax_minor),
        (case.counterpart, -back.total_minor),
    )


def made_up_for(case: ClawBackCase, amount_minor: int, *, step: int) -> JournalEntry:
    """Post that the payer has it through the card network: what was owed to it makes up for our loss.

    `step` tells several such entries of a claim apart.
    """
    return _entry(
        case,
        f"claw_back:{case.claw_back_id}:turned:{step}",
        "claw_back_turned",
        (chart.claw_back(case.claw_back_id), amount_minor),
        (chart.CHARGEBACK_LOSS, -amount_minor),
    )


def paid_otherwise(case: ClawBackCase, amount_minor: int, *, step: int, memo: str) -> JournalEntry:
    """Post that what the provider does not refund was paid to the payer from the bank: +v owed to the payer, -v bank.

    `step` tells several such entries of a claim apart.
    """
    return _entry(
        case,
        f"claw_back:{case.claw_back_id}:otherwise:{step}",
        "claw_back_paid_otherwise",
        (case.counterpart, amount_minor),
        (chart.BANK, -amount_minor),
        memo=memo[:500],
    )


def reversal_planned(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Reserve it in the custody book, so that no payout takes the same money: +v in transit, -v balance."""
    return _entry(
        case,
        f"operation:{operation_id}:plan",
        "reversal_planned",
        (chart.payout_in_transit(operation_id), amount_minor),
        (chart.custody_balance(case.payee_ref), -amount_minor),
        operation_id=operation_id,
    )


def reversal_confirmed(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Post that it came back: +v our balance, -v receivable; the payee has received that much less."""
    return _entry(
        case,
        f"operation:{operation_id}:settle",
        "reversal_confirmed",
        (chart.PSP, amount_minor),
        (chart.influencer_receivable(case.payee_ref), -amount_minor),
        (chart.custody_received(case.payee_ref), amount_minor),
        (chart.payout_in_transit(operation_id), -amount_minor),
        operation_id=operation_id,
    )


def reversal_refused(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Give the reservation back to the payee's balance; the claim stands."""
    return _entry(
        case,
        f"operation:{operation_id}:settle",
        "reversal_refused",
        (chart.custody_balance(case.payee_ref), amount_minor),
        (chart.payout_in_transit(operation_id), -amount_minor),
        operation_id=operation_id,
    )


def refund_planned(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Reserve the payer's refund of what came back: +v owed to the payer, -v in transit."""
    moving = chart.refund_in_transit(operation_id)
    step = ("plan", "planned")
    return _refund(case, amount_minor, operation_id, step, debit=case.counterpart, credit=moving)


def refund_confirmed(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Settle it: +v in transit, -v our balance."""
    moving = chart.refund_in_transit(operation_id)
    return _refund(case, amount_minor, operation_id, ("settle", "confirmed"), debit=moving, credit=chart.PSP)


def refund_refused(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Give the reservation back to what is owed to the payer."""
    moving = chart.refund_in_transit(operation_id)
    step = ("settle", "refused")
    return _refund(case, amount_minor, operation_id, step, debit=moving, credit=case.counterpart)


def refund_failed_later(case: ClawBackCase, amount_minor: int, *, operation_id: str) -> JournalEntry:
    """Take a refund back that had succeeded and came back: it is owed to the payer again."""
    step = ("failed", "failed_later")
    return _refund(case, amount_minor, operation_id, step, debit=chart.PSP, credit=case.counterpart)


def written_off(case: ClawBackCase, amount_minor: int) -> JournalEntry:
    """Give a claim up: what was owed on to the payer lapses with it, or the loss stays the platform's."""
    return _entry(
        case,
        f"claw_back:{case.claw_back_id}:written_off",
        "claw_back_written_off",
        (case.counterpart, amount_minor),
        (chart.influencer_receivable(case.payee_ref), -amount_minor),
    )


def _refund(
    case: ClawBackCase,
    amount_minor: int,
    operation_id: str,
    step: tuple[str, str],
    *,
    debit: str,
    credit: str,
) -> JournalEntry:
    return _entry(
        case,
        f"operation:{operation_id}:{step[0]}",
        f"claw_back_refund_{step[1]}",
        (debit, amount_minor),
        (credit, -amount_minor),
        operation_id=operation_id,
    )


def _entry(
    case: ClawBackCase,
    key: str,
    kind: str,
    *legs: tuple[str, int],
    operation_id: str | None = None,
    memo: str | None = None,
) -> JournalEntry:
    return JournalEntry(
        key=key,
        kind=kind,
        stream=booking_stream(case.booking_ref),
        occurred_at=case.occurred_at,
        legs=legs_of(*legs, currency=case.currency, part_ref=case.part_ref),
        booking_ref=case.booking_ref,
        operation_id=operation_id,
        memo={"claw_back": case.claw_back_id} | ({"memo": memo} if memo is not None else {}),
    )
