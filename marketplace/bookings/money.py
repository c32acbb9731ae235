"""The one place where bookings call the payments library.

Booking, deliverable, brand and influencer ids are its booking, part, payer and payee references. Planned operations
are handed to the worker through the outbox.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.refusals import (
    BookingFrozen,
    ChargebackOpen,
    ClawBackRefused,
    MoneyOnItsWay,
    PaymentNotPossible,
    StatusConflict,
)
from marketplace.outbox import operations as outbox
from payments import claw_backs, part_holds
from payments import operations as payments
from payments.decisions import PartDecision
from payments.errors import ChargebackStillOpen, EscrowFrozen, PartAlreadyDecided, PartNotOwed
from payments.escrow import EscrowPart, EscrowStatusConflict
from payments.queries import PartView, get_escrow
from payments.statuses import Beneficiary

RUN_OPERATION = "payment_operation.run"


@dataclass(frozen=True, slots=True)
class PaymentStart:
    """The planned payment page: run the operation after the commit, then read its address from payments."""

    booking_id: str
    operation_id: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a decision moves. A parked release is owed and waits for the reason given."""

    release_minor: int
    refund_minor: int
    parked_reason: str | None


def open_escrow(
    session: Session, booking: Booking, deliverables: Sequence[Deliverable], *, now: datetime
) -> None:
    """Record what the booking will hold once it is paid."""
    payments.open_escrow(
        session,
        booking_ref=booking.id,
        payer_ref=booking.brand_id,
        payee_ref=booking.influencer_id,
        currency=booking.currency,
        parts=[EscrowPart(each.id, each.net_minor, each.fee_minor, each.tax_minor) for each in deliverables],
        now=now,
    )


def start_checkout(
    session: Session, booking: Booking, *, success_url: str, cancel_url: str, now: datetime
) -> PaymentStart:
    """Plan the payment page; the same page comes back while one is open.

    Raises:
        PaymentNotPossible: too late, or nothing waits for payment.

    """
    try:
        operation_id = payments.plan_checkout(
            session,
            booking_ref=booking.id,
            title=booking.title,
            success_url=success_url,
            cancel_url=cancel_url,
            pay_before=booking.pay_before,
            now=now,
        )
    except (payments.PaymentWindowTooShort, EscrowStatusConflict) as error:
        raise PaymentNotPossible from error
    hand_over(session, [operation_id], now=now)
    return PaymentStart(booking.id, operation_id)


def cancel_unpaid(session: Session, booking: Booking, *, now: datetime) -> None:
    """Withdraw a held payment nobody has paid.

    Raises:
        StatusConflict: it was paid a moment ago; the news is on its way.

    """
    try:
        payments.cancel_escrow(session, booking_ref=booking.id, now=now)
    except EscrowStatusConflict as error:
        raise StatusConflict from error


def is_payment_pending(session: Session, booking: Booking) -> bool:
    """Tell whether the payer has done their part while the provider has neither the money nor a refusal."""
    return payments.is_payment_pending(session, booking_ref=booking.id)


def settle(
    session: Session, booking: Booking, deliverable: Deliverable, *, share_bps: int, now: datetime
) -> Settlement:
    """Send the influencer's share of the deliverable on its way and the rest back to the brand.

    Raises:
        BookingFrozen: nothing moves now.
        StatusConflict: another decision came first.

    """
    try:
        decision = payments.release_part(
            session, booking_ref=booking.id, part_ref=deliverable.id, share_bps=share_bps, now=now
        )
    except EscrowFrozen as error:
        raise BookingFrozen from error
    except (PartAlreadyDecided, EscrowStatusConflict) as error:
        raise StatusConflict from error
    hand_over(session, decision.operation_ids, now=now)
    return _settlement(decision)


def note_earned(session: Session, booking: Booking, deliverable: Deliverable, *, is_earned: bool) -> None:
    """Let payments know that work was approved, or is disputed, before its money is decided."""
    payments.note_earned(session, booking_ref=booking.id, part_ref=deliverable.id, is_earned=is_earned)


def divide_anew(
    session: Session, booking: Booking, deliverable: Deliverable, *, share_bps: int, now: datetime
) -> Settlement:
    """Divide an owed share anew, of which nothing has left: the rest goes back to the brand.

    Raises:
        BookingFrozen: nothing moves now. MoneyOnItsWay: it left.

    """
    try:
        decision = payments.divide_anew(
            session, booking_ref=booking.id, part_ref=deliverable.id, share_bps=share_bps, now=now
        )
    except EscrowFrozen as error:
        raise BookingFrozen from error
    except PartNotOwed as error:
        raise MoneyOnItsWay from error
    hand_over(session, decision.operation_ids, now=now)
    return _settlement(decision)


def is_owed(session: Session, booking: Booking, deliverable: Deliverable) -> bool:
    """Tell whether the decided share waits here whole, so that nothing of it is on its way."""
    return payments.is_owed(session, booking_ref=booking.id, part_ref=deliverable.id)


def hold(session: Session, booking: Booking, deliverable: Deliverable) -> None:
    """Hold an owed share until a ruling about it stands. Raises MoneyOnItsWay."""
    try:
        part_holds.hold_part(session, booking_ref=booking.id, part_ref=deliverable.id)
    except PartNotOwed as error:
        raise MoneyOnItsWay from error


def end_hold(session: Session, booking: Booking, deliverable: Deliverable, *, now: datetime) -> Settlement:
    """Let a held share go its way."""
    decision = part_holds.end_hold(session, booking_ref=booking.id, part_ref=deliverable.id, now=now)
    hand_over(session, decision.operation_ids, now=now)
    return _settlement(decision)


def claimable_minor(session: Session, booking: Booking, deliverable: Deliverable) -> int:
    """Return how much of an arrived share can still be claimed back, in minor units."""
    return claw_backs.claimable_minor(session, booking_ref=booking.id, part_ref=deliverable.id)


def claimable_loss_minor(session: Session, booking: Booking) -> int:
    """Return what chargebacks of the booking cost the platform and can still be claimed for it, in minor units."""
    return claw_backs.claimable_loss_minor(session, booking_ref=booking.id)


def claimed_with_fee_minor(
    session: Session,
    booking: Booking,
    deliverable: Deliverable,
    *,
    amount_minor: int,
    left_bps: int | None = None,
) -> int:
    """Return what a brand gets of a claim over so many minor units: that, and the fee with its tax on it."""
    if amount_minor <= 0:
        return 0
    back = claw_backs.preview_claim(
        session,
        booking_ref=booking.id,
        part_ref=deliverable.id,
        amount_minor=amount_minor,
        left_bps=left_bps,
    )
    return back.total_minor


def freeze(session: Session, booking: Booking, *, reason: str) -> None:
    """Stop new movements of the held payment."""
    payments.freeze(session, booking_ref=booking.id, reason=reason)


def unfreeze(session: Session, booking: Booking, *, now: datetime) -> None:
    """Let the held payment move again.

    Raises:
        ChargebackOpen: the card network has not decided yet.

    """
    try:
        operation_ids = payments.unfreeze(session, booking_ref=booking.id, now=now)
    except ChargebackStillOpen as error:
        raise ChargebackOpen from error
    hand_over(session, operation_ids, now=now)


def retry(session: Session, booking: Booking, deliverable: Deliverable, *, now: datetime) -> Settlement:
    """Plan again what of a decided deliverable was refused or came back.

    Raises:
        BookingFrozen, ChargebackOpen: nothing moves now.

    """
    try:
        decision = payments.retry_part(session, booking_ref=booking.id, part_ref=deliverable.id, now=now)
    except EscrowFrozen as error:
        raise BookingFrozen from error
    except ChargebackStillOpen as error:
        raise ChargebackOpen from error
    hand_over(session, decision.operation_ids, now=now)
    return _settlement(decision)


def claim_back(
    session: Session,
    booking: Booking,
    deliverable: Deliverable,
    *,
    amount_minor: int,
    is_for_brand: bool,
    left_bps: int | None = None,
    now: datetime,
) -> None:
    """Claim an arrived share, or some of it, back from the influencer; the brand gets the fee on it back, too.

    `left_bps` is the share that a ruling leaves the influencer.

    Raises:
        ChargebackOpen: the card network has not decided yet.
        ClawBackRefused: nothing arrived, more is asked for than arrived or than the platform lost, or its loss comes
            before the brand.

    """
    beneficiary = Beneficiary.PAYER if is_for_brand else Beneficiary.PLATFORM
    try:
        operation_ids = claw_backs.claim_back(
            session,
            booking_ref=booking.id,
            part_ref=deliverable.id,
            amount_minor=amount_minor,
            beneficiary=beneficiary,
            left_bps=left_bps,
            now=now,
        )
    except ChargebackStillOpen as error:
        raise ChargebackOpen from error
    except claw_backs.ClawBackNotPossible as error:
        raise ClawBackRefused from error
    hand_over(session, operation_ids, now=now)


def parts_of(session: Session, booking: Booking) -> Mapping[str, PartView]:
    """Return what became of each deliverable's money, by its id."""
    return {part.part_ref: part for part in get_escrow(session, booking_ref=booking.id).parts}


def is_dispute_over(session: Session, booking: Booking) -> bool:
    """Tell whether the card network disputed the booking's payment and has decided."""
    return payments.is_dispute_over(session, booking_ref=booking.id)


def is_disputed(session: Session, booking: Booking) -> bool:
    """Tell whether a chargeback of the booking's payment is open."""
    return payments.is_disputed(session, booking_ref=booking.id)


def _settlement(decision: PartDecision) -> Settlement:
    net_minor = decision.division.net_minor
    parked_reason = decision.parked_reason if net_minor else None
    return Settlement(net_minor, decision.division.refund_minor, parked_reason)


def hand_over(session: Session, operation_ids: Iterable[str], *, now: datetime) -> None:
    """Let the worker carry planned operations out."""
    for operation_id in operation_ids:
        outbox.put(
            session,
            RUN_OPERATION,
            {"operation_id": operation_id},
            now=now,
            key=f"{RUN_OPERATION}:{operation_id}",
        )
