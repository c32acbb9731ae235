"""Entries outside a booking's parts: money we cannot match yet, and payouts from payees' connected accounts."""

from dataclasses import dataclass
from datetime import datetime

from payments import chart
from payments.ledger import JournalEntry, legs_of


@dataclass(frozen=True, slots=True)
class StrayPayment:
    """A payment that does not fund its booking (wrong amount, too late, unknown), by the provider's reference."""

    payment_ref: str
    currency: str
    amount_minor: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class PayoutMovement:
    """The operation that pays a payee's connected account out to its bank."""

    operation_id: str
    payee_ref: str
    currency: str
    amount_minor: int
    occurred_at: datetime


def payment_unmatched(stray: StrayPayment, *, reason: str) -> JournalEntry:
    """Post money without an owner: +m our balance, -m suspense. An alarm, never a resting place."""
    return _stray(
        stray,
        f"payment:{stray.payment_ref}:suspense",
        "payment_unmatched",
        (chart.PSP, stray.amount_minor),
        (chart.suspense(stray.payment_ref), -stray.amount_minor),
        memo={"payment_ref": stray.payment_ref, "reason": reason},
    )


def return_planned(stray: StrayPayment, *, operation_id: str) -> JournalEntry:
    """Reserve the refund of unmatched money: +m suspense, -m in transit."""
    return _stray(
        stray,
        f"operation:{operation_id}:plan",
        "return_planned",
        (chart.suspense(stray.payment_ref), stray.amount_minor),
        (chart.refund_in_transit(operation_id), -stray.amount_minor),
        operation_id=operation_id,
    )


def return_confirmed(stray: StrayPayment, *, operation_id: str) -> JournalEntry:
    """Settle the refund of unmatched money."""
    return _stray(
        stray,
        f"operation:{operation_id}:settle",
        "return_confirmed",
        (chart.refund_in_transit(operation_id), stray.amount_minor),
        (chart.PSP, -stray.amount_minor),
        operation_id=operation_id,
    )


def return_refused(stray: StrayPayment, *, operation_id: str) -> JournalEntry:
    """Put the money back into suspense after the provider refused to return it."""
    return _stray(
        stray,
        f"operation:{operation_id}:settle",
        "return_refused",
        (chart.refund_in_transit(operation_id), stray.amount_minor),
        (chart.suspense(stray.payment_ref), -stray.amount_minor),
        operation_id=operation_id,
    )


def return_failed_later(stray: StrayPayment, *, operation_id: str) -> JournalEntry:
    """Put money back into suspense whose return had succeeded and came back."""
    return _stray(
        stray,
        f"operation:{operation_id}:failed",
        "return_failed_later",
        (chart.PSP, stray.amount_minor),
        (chart.suspense(stray.payment_ref), -stray.amount_minor),
        operation_id=operation_id,
    )


def returned_from_bank(stray: StrayPayment, *, memo: str) -> JournalEntry:
    """Post that unmatched money which the provider does not return was paid from the bank: +m suspense, -m bank."""
    return _stray(
        stray,
        f"payment:{stray.payment_ref}:return_otherwise",
        "return_paid_otherwise",
        (chart.suspense(stray.payment_ref), stray.amount_minor),
        (chart.BANK, -stray.amount_minor),
        memo={"payment_ref": stray.payment_ref, "memo": memo[:500]},
    )


def payout_planned(payout: PayoutMovement) -> JournalEntry:
    """Reserve a payout in the custody book: +q in transit, -q balance."""
    return _paid_out(
        payout,
        "plan",
        "payout_planned",
        (chart.payout_in_transit(payout.operation_id), payout.amount_minor),
        (chart.custody_balance(payout.payee_ref), -payout.amount_minor),
    )


def payout_confirmed(payout: PayoutMovement) -> JournalEntry:
    """Settle a payout: +q bank, -q in transit."""
    return _paid_out(
        payout,
        "settle",
        "payout_confirmed",
        (chart.custody_bank(payout.payee_ref), payout.amount_minor),
        (chart.payout_in_transit(payout.operation_id), -payout.amount_minor),
    )


def payout_refused(payout: PayoutMovement) -> JournalEntry:
    """Give a payout's reservation back to the payee's balance."""
    return _paid_out(
        payout,
        "settle",
        "payout_refused",
        (chart.custody_balance(payout.payee_ref), payout.amount_minor),
        (chart.payout_in_transit(payout.operation_id), -payout.amount_minor),
    )


def payout_failed_later(payout: PayoutMovement) -> JournalEntry:
    """Take back a payout the bank returned: +q balance, -q bank."""
    return _paid_out(
        payout,
        "failed",
        "payout_failed_later",
        (chart.custody_balance(payout.payee_ref), payout.amount_minor),
        (chart.custody_bank(payout.payee_ref), -payout.amount_minor),
    )


def payment_stream(payment_ref: str) -> str:
    """Name the hash chain of a payment that funds no booking."""
    return f"payment:{chart.check_ref(payment_ref)}"


def _stray(
    stray: StrayPayment,
    key: str,
    kind: str,
    *legs: tuple[str, int],
    operation_id: str | None = None,
    memo: dict[str, str] | None = None,
) -> JournalEntry:
    return JournalEntry(
        key=key,
        kind=kind,
        stream=payment_stream(stray.payment_ref),
        occurred_at=stray.occurred_at,
        legs=legs_of(*legs, currency=stray.currency),
        operation_id=operation_id,
        memo=memo or {},
    )


def _paid_out(payout: PayoutMovement, step: str, kind: str, *legs: tuple[str, int]) -> JournalEntry:
    return JournalEntry(
        key=f"operation:{payout.operation_id}:{step}",
        kind=kind,
        stream=f"payee:{chart.check_ref(payout.payee_ref)}",
        occurred_at=payout.occurred_at,
        legs=legs_of(*legs, currency=payout.currency),
        operation_id=payout.operation_id,
    )
