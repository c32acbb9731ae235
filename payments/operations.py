"""What an application asks of held payments: open, take payment, release, refund, freeze.

Each function changes rows in the caller's transaction, plans at most the operations it returns, and never calls the
provider or commits.

After the commit the returned operation ids are run by `executor.run_operation` (inline or by a worker). References
must be unique for ever and over all deployments that share a provider account: use UUIDs.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from payments import chart, row_writing, store
from payments.claim_planning import resume_refunds
from payments.decisions import PartDecision, decide_part, divide_part_anew, is_part_owed, restart_part
from payments.errors import ChargebackStillOpen, EscrowFrozen, PaymentError
from payments.escrow import (
    WHOLE_BPS,
    EscrowAction,
    EscrowPart,
    EscrowStatus,
    EscrowStatusConflict,
    SideStatus,
    check_part,
    next_escrow_status,
)
from payments.models import Chargeback, CheckoutSession, Escrow, EscrowPartRow
from payments.money import MAX_AMOUNT_MINOR, get_currency
from payments.part_settlement import has_open_chargeback
from payments.planning import (
    OperationDraft,
    find_open_operation,
    plan_operation,
    stable_id,
    start_release,
)
from payments.policy import DEFAULT_POLICY
from payments.ports import Command, OpenCheckout
from payments.statuses import CheckoutStatus, Direction, OperationKind, OperationState


class EscrowAlreadyOpen(PaymentError):
    code = "escrow_already_open"
    kind = "conflict"


class PartRepeated(PaymentError):
    code = "part_repeated"


class EscrowTotalOutOfRange(PaymentError):
    code = "escrow_total_out_of_range"


class PaymentWindowTooShort(PaymentError):
    code = "payment_window_too_short"
    kind = "conflict"


def open_escrow(
    session: Session,
    *,
    booking_ref: str,
    payer_ref: str,
    payee_ref: str,
    currency: str,
    parts: Sequence[EscrowPart],
    now: datetime,
) -> str:
    """Record what a booking will hold once it is paid; returns the escrow's id. Nothing moves yet.

    Raises:
        EscrowAlreadyOpen: the booking has one already.
        EscrowTotalOutOfRange, PartRepeated, PartAmountInvalid, UnknownCurrency, InvalidReference: the terms cannot be paid.

    """
    for ref in (booking_ref, payer_ref, payee_ref):
        chart.check_ref(ref)
    total = _checked_total_minor(booking_ref, parts, currency=currency)
    escrow_id = stable_id("escrow", booking_ref)
    values = {
        "id": escrow_id,
        "booking_ref": booking_ref,
        "payer_ref": payer_ref,
        "payee_ref": payee_ref,
        "currency": currency,
        "total_minor": total,
        "status": EscrowStatus.AWAITING_PAYMENT,
        "created_at": now,
    }
    if not row_writing.insert_once(session, Escrow, values):
        raise EscrowAlreadyOpen("This booking has a held payment already.", booking_ref=booking_ref)
    rows = [_part_values(escrow_id, part, position) for position, part in enumerate(parts)]
    row_writing.insert(session, EscrowPartRow, *rows)
    return escrow_id


def _checked_total_minor(booking_ref: str, parts: Sequence[EscrowPart], *, currency: str) -> int:
    """Return what all parts cost together; refuse, as `open_escrow` says, what cannot be paid."""
    get_currency(currency)
    for part in parts:
        chart.check_ref(part.part_ref)
        check_part(part, currency=currency)
    if len({part.part_ref for part in parts}) < len(parts):
        raise PartRepeated("Every part of a booking needs a reference of its own.", booking_ref=booking_ref)
    total = sum(part.total_minor for part in parts)
    if not 0 < total <= MAX_AMOUNT_MINOR:
        raise EscrowTotalOutOfRange(
            f"The total must be above zero and at most {MAX_AMOUNT_MINOR} minor units."
        )
    return total


def plan_checkout(
    session: Session,
    *,
    booking_ref: str,
    title: str,
    success_url: str,
    cancel_url: str,
    pay_before: datetime,
    now: datetime,
) -> str:
    """Plan the hosted payment page of a booking; returns its operation id. While one is open, the same id comes back.

    Raises:
        EscrowNotFound: nothing is awaited.
        EscrowStatusConflict: it is paid, cancelled or expired.
        PaymentWindowTooShort: `pay_before` is nearer than the 31 minutes a hosted page needs.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    if escrow.status is not EscrowStatus.AWAITING_PAYMENT:
        raise EscrowStatusConflict(
            f"This payment is {escrow.status}; it cannot be paid now.", status=escrow.status
        )
    known = _current_checkout_operation(session, escrow)
    if known is not None:
        return known
    if pay_before - now < DEFAULT_POLICY.checkout_life_min:
        raise PaymentWindowTooShort(
            "The time to pay is nearly over; ask for a new quote.", pay_before=pay_before
        )
    expires_at = min(pay_before, now + DEFAULT_POLICY.checkout_life_max)

    def command(operation_id: str) -> Command:
        return OpenCheckout(
            operation_id=operation_id,
            booking_ref=booking_ref,
            title=title.strip()[:200] or booking_ref,
            currency=escrow.currency,
            amount_minor=escrow.total_minor,
            success_url=success_url,
            cancel_url=cancel_url,
            expires_at_epoch=int(expires_at.timestamp()),
        )

    escrow.pay_before = pay_before
    draft = OperationDraft(
        kind=OperationKind.CHECKOUT,
        direction=Direction.FUND,
        subject=f"escrow:{booking_ref}",
        build_command=command,
        escrow_id=escrow.id,
        currency=escrow.currency,
        amount_minor=escrow.total_minor,
    )
    return plan_operation(session, draft, now=now)


def cancel_escrow(session: Session, *, booking_ref: str, now: datetime) -> None:
    """Withdraw a held payment nobody has paid; money that still arrives is sent back whole. Repeating it is harmless.

    Raises:
        EscrowNotFound: nothing is awaited.
        EscrowStatusConflict: it is paid already; refund its parts instead.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    if escrow.status in {EscrowStatus.CANCELLED, EscrowStatus.EXPIRED}:
        return
    escrow.status = next_escrow_status(escrow.status, EscrowAction.CANCEL)
    escrow.closed_at = now


def release_part(
    session: Session, *, booking_ref: str, part_ref: str, now: datetime, share_bps: int = WHOLE_BPS
) -> PartDecision:
    """Decide a part: `share_bps` ten-thousandths go to the payee, the rest (with its share of the fee) back.

    Reserves the money and plans the operations. Without a ready payout account the release is parked as owed and
    starts by itself when the account is ready. The same decision again returns the first one.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        EscrowStatusConflict: the booking is not funded.
        EscrowFrozen: nothing may move now.
        PartAlreadyDecided: another share was decided before.
        ShareOutOfRange: not between 0 and 10,000.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    part = store.find_part(escrow, part_ref)
    return decide_part(session, escrow, part, share_bps=share_bps, now=now)


def note_earned(session: Session, *, booking_ref: str, part_ref: str, is_earned: bool) -> None:
    """Note that the work of an undecided part was approved (or is disputed again): a lost chargeback takes nothing of it.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.

    """
    part = store.find_part(store.lock_escrow(session, booking_ref=booking_ref), part_ref)
    part.is_earned = is_earned
    session.flush()


def divide_anew(
    session: Session, *, booking_ref: str, part_ref: str, share_bps: int, now: datetime
) -> PartDecision:
    """Divide a part anew whose release is decided and still waits (for a payout account): the rest goes back.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        PartNotOwed: the release was not decided, is on its way or has arrived, or some of it was refunded.
        EscrowFrozen: nothing may move now.
        ShareOutOfRange: not between 0 and 10,000.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    part = store.find_part(escrow, part_ref)
    return divide_part_anew(session, escrow, part, share_bps=share_bps, now=now)


def is_owed(session: Session, *, booking_ref: str, part_ref: str) -> bool:
    """Tell whether a part's decided release waits and nothing of it has moved. Raises EscrowNotFound, PartNotFound."""
    return is_part_owed(store.find_part(store.lock_escrow(session, booking_ref=booking_ref), part_ref))


def retry_part(session: Session, *, booking_ref: str, part_ref: str, now: datetime) -> PartDecision:
    """Plan again what the provider had refused of a part (or what came back), by an operator's order.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        EscrowFrozen: nothing may move now.
        ChargebackStillOpen: the card network has not decided yet.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    _refuse_while_disputed(session, escrow)
    if escrow.is_frozen:
        raise EscrowFrozen("This payment is frozen; nothing can move until it is unfrozen.")
    return restart_part(session, escrow, store.find_part(escrow, part_ref), now=now)


def freeze(session: Session, *, booking_ref: str, reason: str) -> None:
    """Stop new movements of a held payment; those in flight finish.

    Raises:
        EscrowNotFound: nothing is held.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    escrow.is_frozen, escrow.freeze_reason = True, reason


def unfreeze(session: Session, *, booking_ref: str, now: datetime) -> tuple[str, ...]:
    """Let a held payment move again; returns the operations of what had been waiting for it.

    Raises:
        EscrowNotFound: nothing is held.
        ChargebackStillOpen: the card network has not decided yet.

    """
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    _refuse_while_disputed(session, escrow)
    escrow.is_frozen, escrow.freeze_reason = False, None
    due = [
        part for part in escrow.parts if part.release_status is SideStatus.DUE and not part.is_charged_back
    ]
    started = [start_release(session, escrow, part, now=now) for part in due]
    refunds = resume_refunds(session, escrow, now=now)
    return (*(operation_id for operation_id in started if operation_id is not None), *refunds)


def is_disputed(session: Session, *, booking_ref: str) -> bool:
    """Tell whether the card network disputes this booking's payment now. Raises EscrowNotFound."""
    return has_open_chargeback(session, store.lock_escrow(session, booking_ref=booking_ref).id)


def is_dispute_over(session: Session, *, booking_ref: str) -> bool:
    """Tell whether the card network disputed this booking's payment and has decided. Raises EscrowNotFound."""
    escrow = store.lock_escrow(session, booking_ref=booking_ref)
    known = session.scalar(select(Chargeback.status).where(Chargeback.escrow_id == escrow.id).limit(1))
    return known is not None and not has_open_chargeback(session, escrow.id)


def is_payment_pending(session: Session, *, booking_ref: str) -> bool:
    """Tell whether a page of this booking may still bring money after its time: its payment goes on."""
    query = (
        select(CheckoutSession.operation_id)
        .join(Escrow, Escrow.id == CheckoutSession.escrow_id)
        .where(
            Escrow.booking_ref == booking_ref,
            CheckoutSession.status == CheckoutStatus.OPEN,
            or_(
                CheckoutSession.pending_since.is_not(None),
                CheckoutSession.checked_at >= CheckoutSession.expires_at,  # read before that was noted
            ),
        )
    )
    return session.scalar(query.limit(1)) is not None


def _refuse_while_disputed(session: Session, escrow: Escrow) -> None:
    if has_open_chargeback(session, escrow.id):
        raise ChargebackStillOpen(
            "The card network disputes this payment. Wait for its decision; nothing can move before.",
            booking_ref=escrow.booking_ref,
        )


def _current_checkout_operation(session: Session, escrow: Escrow) -> str | None:
    running = find_open_operation(session, subject=f"escrow:{escrow.booking_ref}", direction=Direction.FUND)
    if running is not None and running.state is not OperationState.HALTED:
        return running.id
    return session.scalar(
        select(CheckoutSession.operation_id).where(
            CheckoutSession.escrow_id == escrow.id, CheckoutSession.status == CheckoutStatus.OPEN
        )
    )


def _part_values(escrow_id: str, part: EscrowPart, position: int) -> dict[str, object]:
    return {
        "escrow_id": escrow_id,
        "part_ref": part.part_ref,
        "position": position,
        "net_minor": part.net_minor,
        "fee_minor": part.fee_minor,
        "tax_minor": part.tax_minor,
        "release_status": SideStatus.NONE,
        "refund_status": SideStatus.NONE,
    }
