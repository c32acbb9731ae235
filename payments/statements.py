"""What was booked, read back: a booking's money timeline, a payee's money, payouts that are due, provider calls."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from payments import chart
from payments.errors import OperationNotFound
from payments.escrow import EscrowStatus, SideStatus
from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.models import Escrow, EscrowPartRow, MoneyOperation, PayoutAccount
from payments.payable import lacking_minor, left_behind_minor, list_kept
from payments.statuses import OperationKind, OperationState

SHOWN_ACCOUNTS = {
    "funded": "asset:psp",
    "release_planned": "liab:release_in_transit",
    "release_confirmed": "liab:release_in_transit",
    "release_refused": "liab:release_in_transit",
    "refund_planned": "liab:refund_in_transit",
    "refund_confirmed": "liab:refund_in_transit",
    "refund_refused": "liab:refund_in_transit",
    "refund_failed_later": "asset:psp",
    "chargeback_opened": "asset:dispute_receivable",
    "chargeback_won": "asset:dispute_receivable",
    "chargeback_lost": "asset:dispute_receivable",
}
"""Entries both sides see, and the account whose movement is the amount shown; what we pay the provider is ours."""

_TIMELINE = (
    select(
        JournalEntryRow.id,
        JournalEntryRow.occurred_at,
        JournalEntryRow.kind,
        JournalEntryRow.entry_hash,
        JournalLegRow.account,
        JournalLegRow.part_ref,
        JournalLegRow.currency,
        JournalLegRow.amount_minor,
    )
    .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
    .where(JournalEntryRow.booking_ref == bindparam("booking_ref"), JournalEntryRow.kind.in_(SHOWN_ACCOUNTS))
    .order_by(JournalEntryRow.id, JournalLegRow.position)
)

_ACCOUNT_SUMS = (
    select(JournalLegRow.account, JournalLegRow.currency, func.sum(JournalLegRow.amount_minor))
    .where(JournalLegRow.account.in_(bindparam("accounts", expanding=True)))
    .group_by(JournalLegRow.account, JournalLegRow.currency)
)

_PAYOUTS = (
    select(
        MoneyOperation.id,
        MoneyOperation.state,
        MoneyOperation.currency,
        MoneyOperation.amount_minor,
        MoneyOperation.created_at,
        MoneyOperation.settled_at,
        MoneyOperation.gateway_status,
        MoneyOperation.failure_code,
    )
    .where(MoneyOperation.payee_ref == bindparam("payee_ref"), MoneyOperation.kind == OperationKind.PAYOUT)
    .order_by(MoneyOperation.created_at.desc(), MoneyOperation.id)
    .limit(bindparam("most", type_=Integer))
)
_UNDELIVERED = (
    select(
        Escrow.currency,
        EscrowPartRow.share_bps,
        EscrowPartRow.net_minor,
        EscrowPartRow.release_status,
        EscrowPartRow.release_net_minor,
    )
    .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
    .where(
        Escrow.payee_ref == bindparam("payee_ref"),
        Escrow.status == EscrowStatus.FUNDED,
        EscrowPartRow.is_charged_back.is_(False),
    )
)
_OPERATIONS: Select[MoneyOperation, str | None] = select(MoneyOperation, Escrow.booking_ref).outerjoin(
    Escrow, MoneyOperation.escrow_id == Escrow.id
)
_OPERATION = _OPERATIONS.where(MoneyOperation.id == bindparam("operation_id"))
_OPERATIONS_OF_STATES = (
    _OPERATIONS.where(MoneyOperation.state.in_(bindparam("states", expanding=True)))
    .order_by(MoneyOperation.created_at.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class OperationView:
    """A provider call with its story, for operators."""

    operation_id: str
    kind: OperationKind
    state: OperationState
    booking_ref: str | None
    payee_ref: str | None
    currency: str | None
    amount_minor: int | None
    attempt: int
    calls: int
    run_after: datetime
    created_at: datetime
    settled_at: datetime | None
    gateway_id: str | None
    gateway_request_id: str | None
    failure_code: str | None
    failure_message: str | None


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One booked fact of a booking; `amount_minor` is what moved (price, net, refund or fee by `kind`)."""

    at: datetime
    kind: str
    part_ref: str | None
    currency: str
    amount_minor: int
    entry_hash: str


@dataclass(frozen=True, slots=True)
class PayoutView:
    """A payout to a payee's bank; `settled_at` is when the provider took it or refused it."""

    operation_id: str
    state: OperationState
    currency: str
    amount_minor: int
    created_at: datetime
    settled_at: datetime | None
    gateway_status: str | None
    failure_code: str | None


@dataclass(frozen=True, slots=True)
class PayeeMoney:
    """A payee's money in one currency: held for them, owed or on its way, in their account, paid to their bank.

    `left_behind_minor` of what is in their account lies in one that they replaced by another; `lacking_minor` of it
    is not there, by what the provider shows.
    """

    currency: str
    held_minor: int
    on_its_way_minor: int
    available_minor: int
    paid_out_minor: int
    left_behind_minor: int
    lacking_minor: int


def list_timeline(session: Session, *, booking_ref: str) -> list[TimelineLine]:
    """Return what was booked for a booking, oldest first, the same for both sides."""
    shown: dict[int, list[Any]] = {}
    for leg in session.execute(_TIMELINE, {"booking_ref": booking_ref}):
        if chart.group_of(leg.account) == SHOWN_ACCOUNTS[leg.kind]:
            shown.setdefault(leg.id, []).append(leg)
    return [
        TimelineLine(
            at=legs[0].occurred_at,
            kind=legs[0].kind,
            part_ref=legs[0].part_ref,
            currency=legs[0].currency,
            amount_minor=abs(sum(leg.amount_minor for leg in legs)),
            entry_hash=legs[0].entry_hash,
        )
        for legs in shown.values()
    ]


def list_payouts(session: Session, *, payee_ref: str, limit: int = 20) -> list[PayoutView]:
    """Return a payee's payouts, newest first."""
    rows = session.execute(_PAYOUTS, {"payee_ref": payee_ref, "most": limit})
    return [
        PayoutView(
            operation_id=row.id,
            state=row.state,
            currency=row.currency or "",
            amount_minor=row.amount_minor or 0,
            created_at=row.created_at,
            settled_at=row.settled_at,
            gateway_status=row.gateway_status,
            failure_code=row.failure_code,
        )
        for row in rows
    ]


def list_payee_money(session: Session, *, payee_ref: str) -> list[PayeeMoney]:
    """Return a payee's money per currency; sums over the ledger and the parts, nothing cached."""
    money: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    names = {chart.custody_balance(payee_ref): "available", chart.custody_bank(payee_ref): "paid_out"}
    for account, currency, amount in session.execute(_ACCOUNT_SUMS, {"accounts": list(names)}):
        money[currency][names[account]] = int(amount)
    for currency, name, amount in _undelivered(session, payee_ref):
        money[currency][name] += amount
    return [
        PayeeMoney(
            each,
            found["held"],
            found["on_its_way"],
            found["available"],
            found["paid_out"],
            left_behind_minor(session, payee_ref=payee_ref, currency=each) if found["available"] else 0,
            min(lacking_minor(session, payee_ref=payee_ref, currency=each), found["available"]),
        )
        for each, found in sorted(money.items())
    ]


def list_payable(session: Session, *, now: datetime, arrived_before: datetime) -> list[tuple[str, str, int]]:
    """Return (payee_ref, currency, amount in minor units) of every account that could be paid out now.

    The amount is what arrived before a moment, less all that has left since: a share stays for a while where it can
    still be taken back. What lies in an account that the payee replaced, and what they owe back, stays.
    """
    query = (
        select(JournalLegRow.account, JournalLegRow.currency, func.sum(JournalLegRow.amount_minor))
        .where(JournalLegRow.account.like("custody:balance:%"))
        .group_by(JournalLegRow.account, JournalLegRow.currency)
        .having(func.sum(JournalLegRow.amount_minor) > 0)
    )
    ready = select(PayoutAccount.payee_ref).where(
        PayoutAccount.is_payout_enabled,
        PayoutAccount.hold_reason.is_(None),
        PayoutAccount.payouts_held_until.is_(None) | (PayoutAccount.payouts_held_until <= now),
    )
    payees = set(session.scalars(ready))
    held = {
        (account, currency): int(amount)
        for account, currency, amount in session.execute(query)
        if account.split(":", 2)[2] in payees
    }
    for account, currency, amount in session.execute(_arrived_since(held, arrived_before)):
        held[account, currency] -= int(amount)
    for (payee_ref, currency), amount in list_kept(session).items():
        if (chart.custody_balance(payee_ref), currency) in held:
            held[chart.custody_balance(payee_ref), currency] -= amount
    return [
        (account.split(":", 2)[2], currency, amount)
        for (account, currency), amount in held.items()
        if amount > 0
    ]


def _arrived_since(held: Iterable[tuple[str, str]], moment: datetime) -> Select[str, str, int]:
    """Return the statement of what came into these accounts from a moment on, by account and currency."""
    return (
        select(JournalLegRow.account, JournalLegRow.currency, func.sum(JournalLegRow.amount_minor))
        .join(JournalEntryRow, JournalEntryRow.id == JournalLegRow.entry_id)
        .where(
            JournalLegRow.account.in_({account for account, _currency in held}),
            JournalLegRow.amount_minor > 0,
            JournalEntryRow.occurred_at >= moment,
        )
        .group_by(JournalLegRow.account, JournalLegRow.currency)
    )


def get_operation(session: Session, *, operation_id: str) -> OperationView:
    """Return a provider call.

    Raises:
        OperationNotFound: no operation has this id.

    """
    row = session.execute(_OPERATION, {"operation_id": operation_id}).first()
    if row is None:
        raise OperationNotFound("No money operation has this id.", operation_id=operation_id)
    return _operation_view(*row)


def list_operations(
    session: Session, *, states: Sequence[OperationState], limit: int = 100, booking_ref: str | None = None
) -> list[OperationView]:
    """Return provider calls in these states, newest first."""
    query = _OPERATIONS_OF_STATES
    if booking_ref is not None:
        query = query.where(Escrow.booking_ref == booking_ref)
    return [_operation_view(*row) for row in session.execute(query, {"states": states, "most": limit})]


def _operation_view(row: MoneyOperation, booking_ref: str | None) -> OperationView:
    return OperationView(
        operation_id=row.id,
        kind=row.kind,
        state=row.state,
        booking_ref=booking_ref,
        payee_ref=row.payee_ref,
        currency=row.currency,
        amount_minor=row.amount_minor,
        attempt=row.attempt,
        calls=row.calls,
        run_after=row.run_after,
        created_at=row.created_at,
        settled_at=row.settled_at,
        gateway_id=row.gateway_id,
        gateway_request_id=row.gateway_request_id,
        failure_code=row.failure_code,
        failure_message=row.failure_message,
    )


def _undelivered(session: Session, payee_ref: str) -> list[tuple[str, str, int]]:
    """Return (currency, "held" or "on_its_way", amount) of the payee's net that has not reached their account."""
    amounts: list[tuple[str, str, int]] = []
    for part in session.execute(_UNDELIVERED, {"payee_ref": payee_ref}):
        if part.share_bps is None:
            amounts.append((part.currency, "held", part.net_minor))
        elif part.release_status in {SideStatus.DUE, SideStatus.IN_TRANSIT}:
            amounts.append((part.currency, "on_its_way", part.release_net_minor))
    return amounts
