"""One function per business event: what happened to money, as a balanced entry with its natural key.

Reserve first: a release or refund leaves `held` when it is planned, so that no two of them can take the same money,
and is settled or given back when the provider has answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from payments import chart
from payments.escrow import EscrowPart, PartDivision
from payments.ledger import JournalEntry, Leg, legs_of


@dataclass(frozen=True, slots=True)
class Movement:
    """The operation that moves money of one part of a booking, as the entries name it."""

    operation_id: str
    booking_ref: str
    part_ref: str
    currency: str
    occurred_at: datetime


def funded(
    *, booking_ref: str, payment_ref: str, currency: str, parts: Sequence[EscrowPart], occurred_at: datetime
) -> JournalEntry:
    """Post +P on our balance and -P as held, one held leg per part."""
    total = sum(part.total_minor for part in parts)
    owed = (Leg(chart.held(booking_ref), currency, -part.total_minor, part.part_ref) for part in parts)
    return JournalEntry(
        key=f"payment:{payment_ref}:fund",
        kind="funded",
        stream=booking_stream(booking_ref),
        occurred_at=occurred_at,
        legs=(Leg(chart.PSP, currency, total), *owed),
        booking_ref=booking_ref,
        memo={"payment_ref": payment_ref},
    )


def processing_fee_charged(
    *, payment_ref: str, booking_ref: str | None, currency: str, amount_minor: int, occurred_at: datetime
) -> JournalEntry:
    """Post what the provider took for a payment, as its balance transaction says (never computed)."""
    return JournalEntry(
        key=f"payment:{payment_ref}:fee",
        kind="processing_fee_charged",
        stream=booking_stream(booking_ref) if booking_ref else f"payment:{payment_ref}",
        occurred_at=occurred_at,
        legs=legs_of((chart.PSP_FEE, amount_minor), (chart.PSP, -amount_minor), currency=currency),
        booking_ref=booking_ref,
        memo={"payment_ref": payment_ref},
    )


def release_planned(move: Movement, division: PartDivision) -> JournalEntry:
    """Reserve a release: +g held, -n in transit, -(f+t) fee deferred."""
    return _moved(
        move,
        "plan",
        "release_planned",
        (chart.held(move.booking_ref), division.released_minor),
        (chart.release_in_transit(move.operation_id), -division.net_minor),
        (chart.fee_deferred(move.operation_id), -division.fee_minor - division.tax_minor),
    )


def release_confirmed(move: Movement, division: PartDivision, *, payee_ref: str) -> JournalEntry:
    """Settle a release: the net leaves our balance for the payee's, the fee is earned, its tax is owed."""
    return _moved(
        move,
        "settle",
        "release_confirmed",
        (chart.release_in_transit(move.operation_id), division.net_minor),
        (chart.PSP, -division.net_minor),
        (chart.fee_deferred(move.operation_id), division.fee_minor + division.tax_minor),
        (chart.PLATFORM_FEE, -division.fee_minor),
        (chart.TAX, -division.tax_minor),
        (chart.custody_balance(payee_ref), division.net_minor),
        (chart.custody_received(payee_ref), -division.net_minor),
    )


def release_refused(move: Movement, division: PartDivision, *, is_disputed: bool) -> JournalEntry:
    """Give a reservation back to what is held (or to what is held in dispute)."""
    return _moved(
        move,
        "settle",
        "release_refused",
        (chart.release_in_transit(move.operation_id), division.net_minor),
        (chart.fee_deferred(move.operation_id), division.fee_minor + division.tax_minor),
        (_held_side(move.booking_ref, is_disputed=is_disputed), -division.released_minor),
    )


def refund_planned(move: Movement, amount_minor: int) -> JournalEntry:
    """Reserve a refund: +r held, -r in transit."""
    return _moved(
        move,
        "plan",
        "refund_planned",
        (chart.held(move.booking_ref), amount_minor),
        (chart.refund_in_transit(move.operation_id), -amount_minor),
    )


def refund_confirmed(move: Movement, amount_minor: int) -> JournalEntry:
    """Settle a refund: +r in transit, -r our balance."""
    return _moved(
        move,
        "settle",
        "refund_confirmed",
        (chart.refund_in_transit(move.operation_id), amount_minor),
        (chart.PSP, -amount_minor),
    )


def refund_refused(move: Movement, amount_minor: int, *, is_disputed: bool) -> JournalEntry:
    """Give a refund's reservation back to what is held."""
    return _moved(
        move,
        "settle",
        "refund_refused",
        (chart.refund_in_transit(move.operation_id), amount_minor),
        (_held_side(move.booking_ref, is_disputed=is_disputed), -amount_minor),
    )


def refund_failed_later(move: Movement, amount_minor: int, *, is_disputed: bool) -> JournalEntry:
    """Take back a refund that had succeeded and came back: the money is ours to hold again."""
    return _moved(
        move,
        "failed",
        "refund_failed_later",
        (chart.PSP, amount_minor),
        (_held_side(move.booking_ref, is_disputed=is_disputed), -amount_minor),
    )


def refund_paid_otherwise(
    booking_ref: str, part_ref: str, currency: str, amount_minor: int, *, memo: str, occurred_at: datetime
) -> JournalEntry:
    """Post that a refund which the provider does not make was paid from the bank: +r held, -r bank."""
    return JournalEntry(
        key=f"part:{booking_ref}:{part_ref}:refund_otherwise",
        kind="refund_paid_otherwise",
        stream=booking_stream(booking_ref),
        occurred_at=occurred_at,
        legs=legs_of((chart.held(booking_ref), amount_minor), (chart.BANK, -amount_minor), currency=currency),
        booking_ref=booking_ref,
        memo={"part_ref": part_ref, "memo": memo[:500]},
    )


def booking_stream(booking_ref: str) -> str:
    """Name the hash chain of a booking."""
    return f"booking:{chart.check_ref(booking_ref)}"


def _held_side(booking_ref: str, *, is_disputed: bool) -> str:
    return chart.held_disputed(booking_ref) if is_disputed else chart.held(booking_ref)


def _moved(move: Movement, step: str, kind: str, *legs: tuple[str, int]) -> JournalEntry:
    return JournalEntry(
        key=f"operation:{move.operation_id}:{step}",
        kind=kind,
        stream=booking_stream(move.booking_ref),
        occurred_at=move.occurred_at,
        legs=legs_of(*legs, currency=move.currency, part_ref=move.part_ref),
        booking_ref=move.booking_ref,
        operation_id=move.operation_id,
    )
