"""What the poller looks at: everything that may have changed at the provider, or with time, without a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, literal, or_, select, update
from sqlalchemy.orm import Session

from payments import events, store
from payments.escrow import EscrowStatus, SideStatus
from payments.funding import expire_escrow
from payments.ledger_models import JournalEntryRow
from payments.models import (
    AccountDifference,
    Chargeback,
    CheckoutSession,
    Escrow,
    EscrowPartRow,
    MoneyOperation,
    PayoutAccount,
    ReceivedPayment,
)
from payments.payout_operations import release_owed
from payments.planning import WAITING_REASONS, find_open_operation
from payments.policy import OperationPolicy
from payments.statuses import (
    REFUND_KINDS,
    AccountStatus,
    ChargebackStatus,
    CheckoutStatus,
    Direction,
    OperationKind,
    OperationState,
)

BATCH = 100
ACTIVE_ACCOUNT_AGE_MAX = timedelta(days=1)
LOOK_AGAIN_AFTER = timedelta(days=1)
COMES_BACK_WITHIN = timedelta(days=30)
FEE_KNOWN_WITHIN = timedelta(days=3)
CAN_COME_BACK = (*REFUND_KINDS, OperationKind.PAYOUT)
UNFINISHED_STATUSES = ("pending", "in_transit", "requires_action")

Events = list[events.PaymentEvent]


@dataclass(frozen=True, slots=True)
class OpenCheckout:
    """A page the payer may still be on; `is_to_be_closed` when its booking no longer waits for money."""

    gateway_session_id: str
    is_to_be_closed: bool


@dataclass(frozen=True, slots=True)
class UnfinishedEffect:
    """A refund, or a payout of a payee's account, that the provider has accepted and not finished."""

    kind: OperationKind
    gateway_id: str
    gateway_account_id: str | None


def list_open_checkouts(session: Session, *, now: datetime, policy: OperationPolicy) -> list[OpenCheckout]:
    """Return open pages not looked at lately, or whose time or booking is over."""
    is_over = or_(Escrow.status != EscrowStatus.AWAITING_PAYMENT, Escrow.pay_before <= now)
    query = (
        select(CheckoutSession.gateway_session_id, is_over)
        .join(Escrow, Escrow.id == CheckoutSession.escrow_id)
        .where(
            CheckoutSession.status == CheckoutStatus.OPEN,
            or_(
                CheckoutSession.checked_at <= now - policy.poll_after,
                CheckoutSession.expires_at <= now,
                is_over,
            ),
        )
        .order_by(CheckoutSession.checked_at)
        .limit(BATCH)
    )
    return [OpenCheckout(session_id, bool(over)) for session_id, over in session.execute(query)]


def list_accounts(session: Session, *, now: datetime, policy: OperationPolicy) -> list[str]:
    """Return accounts that may have become active, or whose balance differed, and all other active ones once a day."""
    waiting = (AccountStatus.PENDING, AccountStatus.RESTRICTED)
    differs = select(AccountDifference.payee_ref).where(
        AccountDifference.payee_ref == PayoutAccount.payee_ref, PayoutAccount.status == AccountStatus.ACTIVE
    )
    query = (
        select(PayoutAccount.gateway_account_id)
        .where(
            PayoutAccount.gateway_account_id.is_not(None),
            or_(
                and_(
                    PayoutAccount.status.in_(waiting) | differs.exists(),
                    PayoutAccount.checked_at <= now - policy.poll_after,
                ),
                and_(
                    PayoutAccount.status == AccountStatus.ACTIVE,
                    PayoutAccount.checked_at <= now - ACTIVE_ACCOUNT_AGE_MAX,
                ),
            ),
        )
        .order_by(PayoutAccount.checked_at)
        .limit(BATCH)
    )
    return [each for each in session.scalars(query) if each is not None]


def list_unfinished_effects(session: Session, *, now: datetime) -> list[UnfinishedEffect]:
    """Return refunds and payouts still under way, and once a day those that could still come back."""
    can_come_back = and_(
        MoneyOperation.gateway_status.not_in(("failed", "canceled")),
        MoneyOperation.settled_at >= now - COMES_BACK_WITHIN,
        MoneyOperation.run_after <= now,
    )
    account = MoneyOperation.request["gateway_account_id"].as_string()
    query = (
        select(MoneyOperation.kind, MoneyOperation.gateway_id, account)
        .outerjoin(PayoutAccount, PayoutAccount.gateway_account_id == account)
        .where(
            MoneyOperation.state == OperationState.CONFIRMED,
            MoneyOperation.kind.in_(CAN_COME_BACK),
            or_(MoneyOperation.gateway_status.in_(UNFINISHED_STATUSES), can_come_back),
            # of an account that withdrew its consent, or was replaced by another, the provider shows nothing any more
            or_(
                MoneyOperation.kind != OperationKind.PAYOUT,
                PayoutAccount.status != AccountStatus.DEAUTHORISED,
            ),
        )
        .order_by(MoneyOperation.run_after)
        .limit(BATCH)
    )
    return [
        UnfinishedEffect(kind, gateway_id or "", account_id)
        for kind, gateway_id, account_id in session.execute(query)
    ]


def list_unheard_returns(session: Session, gateway_ids: list[str]) -> list[UnfinishedEffect]:
    """Return which of these refunds, which came back at the provider, we still count as done."""
    query = select(MoneyOperation.kind, MoneyOperation.gateway_id).where(
        MoneyOperation.gateway_id.in_(gateway_ids),
        MoneyOperation.kind.in_(REFUND_KINDS),
        MoneyOperation.state == OperationState.CONFIRMED,
        MoneyOperation.gateway_status.not_in(("failed", "canceled")),
    )
    return [UnfinishedEffect(kind, gateway_id or "", None) for kind, gateway_id in session.execute(query)]


def let_others_go_first(session: Session, gateway_id: str, now: datetime) -> None:
    """Note that a page, an account, a refund or a payout was tried now and could not be read."""
    session.execute(
        update(CheckoutSession).where(CheckoutSession.gateway_session_id == gateway_id).values(checked_at=now)
    )
    session.execute(
        update(PayoutAccount).where(PayoutAccount.gateway_account_id == gateway_id).values(checked_at=now)
    )
    look_again_tomorrow(session, gateway_id, now)


def look_again_tomorrow(session: Session, gateway_id: str, now: datetime) -> None:
    """Note that a refund or payout was read now, so that others get their turn."""
    session.execute(
        update(MoneyOperation)
        .where(MoneyOperation.gateway_id == gateway_id, MoneyOperation.state == OperationState.CONFIRMED)
        .values(run_after=now + LOOK_AGAIN_AFTER)
    )


def list_payments_without_fee(session: Session, *, now: datetime, policy: OperationPolicy) -> list[str]:
    """Return payments whose processing cost was not known yet when they were booked."""
    fee_key = literal("payment:") + ReceivedPayment.gateway_payment_id + literal(":fee")
    has_fee = select(JournalEntryRow.id).where(JournalEntryRow.key == fee_key).exists()
    query = (
        select(ReceivedPayment.gateway_payment_id)
        .where(
            ReceivedPayment.received_at >= now - FEE_KNOWN_WITHIN,
            ReceivedPayment.received_at <= now - policy.poll_after,
            ~has_fee,
        )
        .order_by(ReceivedPayment.received_at)
        .limit(BATCH)
    )
    return list(session.scalars(query))


def list_open_chargebacks(session: Session) -> set[str]:
    """Return every chargeback that is not decided yet."""
    query = select(Chargeback.gateway_dispute_id).where(Chargeback.status == ChargebackStatus.OPEN)
    return set(session.scalars(query))


def list_known_chargebacks(session: Session, gateway_dispute_ids: Sequence[str]) -> set[str]:
    """Return which of these chargebacks we have recorded."""
    known: set[str] = set()
    for start in range(0, len(gateway_dispute_ids), BATCH):
        portion = gateway_dispute_ids[start : start + BATCH]
        query = select(Chargeback.gateway_dispute_id).where(Chargeback.gateway_dispute_id.in_(portion))
        known.update(session.scalars(query))
    return known


def expire_unpaid(session: Session, now: datetime) -> Events:
    """End held payments whose time to pay is over and which have no page or call through which money could come."""
    has_open_page = (
        select(CheckoutSession.operation_id)
        .where(CheckoutSession.escrow_id == Escrow.id, CheckoutSession.status == CheckoutStatus.OPEN)
        .exists()
    )
    overdue = session.scalars(
        select(Escrow.booking_ref)
        .where(Escrow.status == EscrowStatus.AWAITING_PAYMENT, Escrow.pay_before <= now, ~has_open_page)
        .order_by(Escrow.pay_before)
        .limit(BATCH)
    ).all()
    happened: Events = []
    for booking_ref in overdue:
        escrow = store.lock_escrow(session, booking_ref=booking_ref)
        running = find_open_operation(session, subject=f"escrow:{booking_ref}", direction=Direction.FUND)
        if escrow.status is EscrowStatus.AWAITING_PAYMENT and running is None:
            happened += expire_escrow(escrow, now=now)
    return happened


def start_owed_releases(session: Session, now: datetime) -> Events:
    """Start releases parked for a reason of ours that no longer holds."""
    ready = session.scalars(
        select(Escrow.payee_ref)
        .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
        .join(PayoutAccount, PayoutAccount.payee_ref == Escrow.payee_ref)
        .where(
            EscrowPartRow.release_status == SideStatus.DUE,
            EscrowPartRow.parked_reason.in_(WAITING_REASONS),
            EscrowPartRow.is_charged_back.is_(False),
            Escrow.is_frozen.is_(False),
            PayoutAccount.status == AccountStatus.ACTIVE,
        )
        .distinct()
        .limit(BATCH)
    ).all()
    for payee_ref in ready:
        release_owed(session, payee_ref=payee_ref, now=now)
    return []
