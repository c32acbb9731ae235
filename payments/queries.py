"""What people may read about held payments and payouts, as plain values; both sides of a booking see the same."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from payments import chart
from payments.errors import EscrowNotFound
from payments.escrow import EscrowStatus, PartStatus, SideStatus, part_status
from payments.ledger_models import JournalLegRow
from payments.models import (
    CheckoutSession,
    Escrow,
    EscrowPartRow,
    MoneyOperation,
    PayoutAccount,
    ReceivedPayment,
)
from payments.statuses import AccountStatus, CheckoutStatus, Direction, OperationState

_ESCROWS = (
    select(Escrow)
    .where(Escrow.booking_ref.in_(bindparam("booking_refs", expanding=True)))
    .options(joinedload(Escrow.parts))
)
_TAKES_PAYOUTS = select(PayoutAccount.is_payout_enabled).where(
    PayoutAccount.payee_ref == bindparam("payee_ref")
)
_HELD = (
    select(JournalLegRow.account, -func.sum(JournalLegRow.amount_minor))
    .group_by(JournalLegRow.account)
    .having(func.sum(JournalLegRow.amount_minor) != 0)
)
_ALL_HELD = _HELD.where(JournalLegRow.account.like("liab:held%"))
_HELD_OF_SOME = _HELD.where(JournalLegRow.account.in_(bindparam("accounts", expanding=True)))


@dataclass(frozen=True, slots=True)
class PartView:
    part_ref: str
    status: PartStatus
    net_minor: int
    fee_minor: int
    tax_minor: int
    released_net_minor: int
    refund_minor: int
    charged_back_minor: int
    refund_due_minor: int
    parked_reason: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class EscrowView:
    """A booking's held payment with its parts, in the order of the quote."""

    booking_ref: str
    payer_ref: str
    payee_ref: str
    status: EscrowStatus
    is_frozen: bool
    freeze_reason: str | None
    currency: str
    total_minor: int
    held_minor: int
    pay_before: datetime | None
    funded_at: datetime | None
    closed_at: datetime | None
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """The newest payment page: `status` is preparing, refused, open, complete or expired; `url` only once made."""

    operation_id: str
    status: str
    url: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class PayoutAccountView:
    """A payee's account; `requirements` are the provider's field names of what is missing."""

    payee_ref: str
    status: AccountStatus
    country: str
    is_payout_enabled: bool
    requirements: tuple[str, ...]
    payouts_held_until: datetime | None
    hold_reason: str | None
    onboarding_url: str | None
    onboarding_expires_at: datetime | None


def get_escrow(session: Session, *, booking_ref: str) -> EscrowView:
    """Return a booking's held payment.

    Raises:
        EscrowNotFound: none is known.

    """
    found = find_escrow(session, booking_ref=booking_ref)
    if found is None:
        raise EscrowNotFound("No held payment is known for this booking.", booking_ref=booking_ref)
    return found


def find_escrow(session: Session, *, booking_ref: str) -> EscrowView | None:
    """Return a booking's held payment, if there is one."""
    return next(iter(list_escrows(session, booking_refs=[booking_ref])), None)


def list_escrows(session: Session, *, booking_refs: Sequence[str]) -> list[EscrowView]:
    """Return the held payments of these bookings in two statements, however many there are."""
    rows = session.scalars(_ESCROWS, {"booking_refs": list(booking_refs)}).unique().all()
    held = held_by_booking(session, booking_refs=booking_refs)
    return [_escrow_view(row, held.get(row.booking_ref, 0)) for row in rows]


def held_by_booking(session: Session, *, booking_refs: Sequence[str] | None = None) -> Mapping[str, int]:
    """Return what is held (disputed money included) per booking, in minor units; all bookings when none are named."""
    accounts = [make(ref) for ref in booking_refs or () for make in (chart.held, chart.held_disputed)]
    statement = _ALL_HELD if booking_refs is None else _HELD_OF_SOME
    held: dict[str, int] = defaultdict(int)
    for account, amount in session.execute(statement, {"accounts": accounts}):
        held[account.split(":", 2)[2]] += int(amount)
    return held


def find_checkout(session: Session, *, booking_ref: str) -> CheckoutView | None:
    """Return the newest payment page of a booking, made or in the making."""
    operation = session.scalar(
        select(MoneyOperation)
        .where(MoneyOperation.subject == f"escrow:{booking_ref}", MoneyOperation.direction == Direction.FUND)
        .order_by(MoneyOperation.created_at.desc())
        .limit(1)
    )
    if operation is None:
        return None
    row = session.get(CheckoutSession, operation.id)
    if row is not None:
        is_done = row.pending_since is not None  # the payer is: their payment goes on
        status = CheckoutStatus.COMPLETE if is_done else row.status
        return CheckoutView(operation.id, status, None if is_done else row.url, row.expires_at)
    is_over = operation.state in {OperationState.REFUSED, OperationState.HALTED}
    return CheckoutView(operation.id, "refused" if is_over else "preparing", None, None)


def find_payout_account(session: Session, *, payee_ref: str) -> PayoutAccountView | None:
    """Return a payee's payout account as last read from the provider."""
    row = session.get(PayoutAccount, payee_ref)
    if row is None:
        return None
    return _account_view(row)


def takes_payouts(session: Session, *, payee_ref: str) -> bool:
    """Tell whether a payee's account pays out to a bank; without one what they earn is owed to them and waits."""
    return bool(session.scalar(_TAKES_PAYOUTS, {"payee_ref": payee_ref}))


def _account_view(row: PayoutAccount) -> PayoutAccountView:
    return PayoutAccountView(
        payee_ref=row.payee_ref,
        status=row.status,
        country=row.country,
        is_payout_enabled=row.is_payout_enabled,
        requirements=tuple(row.requirements),
        payouts_held_until=row.payouts_held_until,
        hold_reason=row.hold_reason,
        onboarding_url=row.onboarding_url,
        onboarding_expires_at=row.onboarding_expires_at,
    )


def _escrow_view(row: Escrow, held_minor: int) -> EscrowView:
    return EscrowView(
        booking_ref=row.booking_ref,
        payer_ref=row.payer_ref,
        payee_ref=row.payee_ref,
        status=row.status,
        is_frozen=row.is_frozen,
        freeze_reason=row.freeze_reason,
        currency=row.currency,
        total_minor=row.total_minor,
        held_minor=held_minor,
        pay_before=row.pay_before,
        funded_at=row.funded_at,
        closed_at=row.closed_at,
        parts=tuple(_part_view(row.status, part) for part in row.parts),
    )


def _part_view(escrow: EscrowStatus, part: EscrowPartRow) -> PartView:
    status = part_status(
        escrow, release=part.release_status, refund=part.refund_status, is_charged_back=part.is_charged_back
    )
    return PartView(
        part_ref=part.part_ref,
        status=status,
        net_minor=part.net_minor,
        fee_minor=part.fee_minor,
        tax_minor=part.tax_minor,
        released_net_minor=part.release_net_minor,
        refund_minor=part.refund_minor,
        charged_back_minor=part.charged_back_minor,
        refund_due_minor=part.refund_due_minor if _is_refund_due(part) else 0,
        parked_reason=part.parked_reason,
        decided_at=part.decided_at,
    )


def _is_refund_due(part: EscrowPartRow) -> bool:
    return part.refund_status is SideStatus.DUE and not part.is_charged_back


def find_charge_id(session: Session, *, booking_ref: str) -> str | None:
    """Return the provider's id of the charge that funded a booking, if it was funded."""
    return session.scalar(select(Escrow.gateway_charge_id).where(Escrow.booking_ref == booking_ref))


def find_gateway_account_id(session: Session, *, payee_ref: str) -> str | None:
    """Return the provider's id of a payee's account, once it was made."""
    row = session.get(PayoutAccount, payee_ref)
    return row.gateway_account_id if row is not None else None


@dataclass(frozen=True, slots=True)
class ReceivedPaymentView:
    """A payment as it arrived; `disposition` says whether it funds a booking, `reason` why it does not."""

    payment_ref: str
    currency: str
    amount_minor: int
    disposition: str
    reason: str | None
    received_at: datetime


def find_received_payment(session: Session, *, payment_ref: str) -> ReceivedPaymentView | None:
    """Return a payment by the provider's id."""
    row = session.get(ReceivedPayment, payment_ref)
    if row is None:
        return None
    return ReceivedPaymentView(
        row.gateway_payment_id, row.currency, row.amount_minor, row.disposition, row.reason, row.received_at
    )


def list_payout_holds(session: Session, *, now: datetime, limit: int = 100) -> list[PayoutAccountView]:
    """Return accounts whose payouts wait: by operators, or because the bank account was changed lately."""
    rows = session.scalars(
        select(PayoutAccount)
        .where(PayoutAccount.hold_reason.is_not(None) | (PayoutAccount.payouts_held_until > now))
        .order_by(PayoutAccount.payee_ref)
        .limit(limit)
    )
    return [_account_view(row) for row in rows]
