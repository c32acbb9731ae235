"""Entries of a payment the card network disputes: frozen, withdrawn by the provider, then won or lost."""

from dataclasses import dataclass
from datetime import datetime

from payments import chart
from payments.journal import booking_stream
from payments.ledger import JournalEntry, legs_of


@dataclass(frozen=True, slots=True)
class ChargebackCase:
    """A chargeback on the payment of one booking, amounts in minor units of its currency."""

    chargeback_ref: str
    booking_ref: str
    currency: str
    amount_minor: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class StrayCase:
    """A chargeback on a payment that funds no booking, amounts in minor units of its currency."""

    chargeback_ref: str
    payment_ref: str
    currency: str
    amount_minor: int
    occurred_at: datetime


def chargeback_frozen(case: ChargebackCase, *, held_minor: int) -> JournalEntry:
    """Put what is held out of reach: +h held, -h held in dispute."""
    return _entry(
        case,
        "frozen",
        "chargeback_frozen",
        (chart.held(case.booking_ref), held_minor),
        (chart.held_disputed(case.booking_ref), -held_minor),
    )


def chargeback_opened(case: ChargebackCase, *, fee_minor: int) -> JournalEntry:
    """Post what the provider took from our balance: the disputed amount and its fee."""
    return _entry(
        case,
        "withdrawn",
        "chargeback_opened",
        *_taken(case, fee_minor),
    )


def chargeback_won(
    case: ChargebackCase, *, frozen_minor: int, withdrawn_minor: int, fee_change_minor: int
) -> JournalEntry:
    """Post that the money came back, whole, and is held again; a part of the fee may come back or be added."""
    return _entry(
        case,
        "closed",
        "chargeback_won",
        (chart.PSP, withdrawn_minor - fee_change_minor),
        (chart.dispute_receivable(case.chargeback_ref), -withdrawn_minor),
        (chart.DISPUTE_FEE, fee_change_minor),
        (chart.held_disputed(case.booking_ref), frozen_minor),
        (chart.held(case.booking_ref), -frozen_minor),
    )


def chargeback_lost(
    case: ChargebackCase, *, frozen_minor: int, covered_minor: int, fee_change_minor: int
) -> JournalEntry:
    """Post that the money is gone: what was held covers `covered_minor`, the platform bears the rest."""
    return _entry(
        case,
        "closed",
        "chargeback_lost",
        (chart.held_disputed(case.booking_ref), frozen_minor),
        (chart.held(case.booking_ref), covered_minor - frozen_minor),
        (chart.CHARGEBACK_LOSS, case.amount_minor - covered_minor),
        (chart.dispute_receivable(case.chargeback_ref), -case.amount_minor),
        (chart.DISPUTE_FEE, fee_change_minor),
        (chart.PSP, -fee_change_minor),
    )


def stray_withdrawn(case: StrayCase, *, fee_minor: int) -> JournalEntry:
    """Post what the provider took for a payment that funds no booking."""
    return _stray(
        case,
        "withdrawn",
        "chargeback_opened",
        *_taken(case, fee_minor),
    )


def stray_closed(
    case: StrayCase, *, is_withdrawn: bool, covered_minor: int | None, fee_change_minor: int
) -> JournalEntry | None:
    """Post the end of such a chargeback: lost, what waits covers `covered_minor`; won (None), what was taken is back."""
    taken = case.amount_minor if is_withdrawn or covered_minor is not None else 0
    covered = covered_minor or 0
    if not taken and not fee_change_minor:
        return None
    back = taken if covered_minor is None else 0
    return _stray(
        case,
        "closed",
        "chargeback_won" if covered_minor is None else "chargeback_lost",
        (chart.suspense(case.payment_ref), covered),
        (chart.CHARGEBACK_LOSS, taken - back - covered),
        (chart.dispute_receivable(case.chargeback_ref), -taken),
        (chart.DISPUTE_FEE, fee_change_minor),
        (chart.PSP, back - fee_change_minor),
    )


def _taken(case: ChargebackCase | StrayCase, fee_minor: int) -> tuple[tuple[str, int], ...]:
    """Return the legs of what the provider took: the disputed amount and its fee."""
    return (
        (chart.dispute_receivable(case.chargeback_ref), case.amount_minor),
        (chart.DISPUTE_FEE, fee_minor),
        (chart.PSP, -case.amount_minor - fee_minor),
    )


def _stray(case: StrayCase, step: str, kind: str, *legs: tuple[str, int]) -> JournalEntry:
    return JournalEntry(
        key=f"chargeback:{case.chargeback_ref}:{step}",
        kind=kind,
        stream=f"payment:{chart.check_ref(case.payment_ref)}",
        occurred_at=case.occurred_at,
        legs=legs_of(*legs, currency=case.currency),
        memo={"chargeback_ref": case.chargeback_ref, "payment_ref": case.payment_ref},
    )


def _entry(case: ChargebackCase, step: str, kind: str, *legs: tuple[str, int]) -> JournalEntry:
    return JournalEntry(
        key=f"chargeback:{case.chargeback_ref}:{step}",
        kind=kind,
        stream=booking_stream(case.booking_ref),
        occurred_at=case.occurred_at,
        legs=legs_of(*legs, currency=case.currency),
        booking_ref=case.booking_ref,
        memo={"chargeback_ref": case.chargeback_ref},
    )
