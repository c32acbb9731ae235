"""How much of a payee's balance may go to their bank: what lies in the account they have now, less what they owe back.

A payee who linked another account left a balance in the earlier one. The custody book has one balance a payee; which
account holds how much of it follows from the transfers, reversals and payouts of each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from payments import chart, store
from payments.models import AccountDifference, ClawBack, MoneyOperation, PayoutAccount
from payments.statuses import OPEN_STATES, OperationKind, OperationState

_MOVING = (*OPEN_STATES, OperationState.CONFIRMED)
_CAME_BACK = ("failed", "canceled")
_WITH_SEVERAL_ACCOUNTS = (
    select(MoneyOperation.payee_ref)
    .where(MoneyOperation.kind == OperationKind.ACCOUNT, MoneyOperation.state == OperationState.CONFIRMED)
    .group_by(MoneyOperation.payee_ref)
    .having(func.count() > 1)
)
_RELEASED_TO_SEVERAL = (
    select(MoneyOperation.payee_ref, MoneyOperation.currency)
    .where(
        MoneyOperation.kind == OperationKind.RELEASE,
        MoneyOperation.state == OperationState.CONFIRMED,
        MoneyOperation.payee_ref.in_(_WITH_SEVERAL_ACCOUNTS),
    )
    .distinct()
    .order_by(MoneyOperation.payee_ref, MoneyOperation.currency)
)


def payable_minor(session: Session, *, payee_ref: str, currency: str) -> int:
    """Return what may be paid out of a payee's balance; the caller holds the lock of the account where it decides."""
    balance = store.balance(session, chart.custody_balance(payee_ref), currency=currency)
    kept = left_behind_minor(session, payee_ref=payee_ref, currency=currency)
    kept += claimed_minor(session, payee_ref=payee_ref, currency=currency)
    return max(balance - kept - lacking_minor(session, payee_ref=payee_ref, currency=currency), 0)


def lacking_minor(session: Session, *, payee_ref: str, currency: str) -> int:
    """Return how much less a payee's account held at the provider than our book said, when both were compared last."""
    row = session.get(AccountDifference, (payee_ref, currency))
    return max(row.booked_minor - row.provider_minor, 0) if row is not None else 0


def claimed_minor(session: Session, *, payee_ref: str, currency: str) -> int:
    """Return what a payee owes back and what is not being taken back just now."""
    owed = session.scalar(
        select(func.sum(ClawBack.amount_minor - ClawBack.recovered_minor - ClawBack.written_off_minor)).where(
            ClawBack.payee_ref == payee_ref, ClawBack.currency == currency, ClawBack.closed_at.is_(None)
        )
    )
    if not owed:
        return 0
    moving = session.scalar(
        select(func.sum(MoneyOperation.amount_minor)).where(
            MoneyOperation.payee_ref == payee_ref,
            MoneyOperation.currency == currency,
            MoneyOperation.kind == OperationKind.REVERSAL,
            MoneyOperation.state.in_(OPEN_STATES),
        )
    )
    return int(owed) - int(moving or 0)


def left_behind_minor(session: Session, *, payee_ref: str, currency: str) -> int:
    """Return how much of a payee's balance lies in accounts that they replaced by another."""
    account = session.get(PayoutAccount, payee_ref)
    current = account.gateway_account_id if account is not None else None
    return outside_minor(session, payee_ref=payee_ref, currency=currency, gateway_account_id=current or "")


def outside_minor(session: Session, *, payee_ref: str, currency: str, gateway_account_id: str) -> int:
    """Return how much of a payee's balance lies in other accounts of theirs than this one."""
    if not _had_another(session, payee_ref, gateway_account_id):
        return 0
    rows = session.execute(
        select(
            MoneyOperation.kind,
            MoneyOperation.state,
            MoneyOperation.gateway_id,
            MoneyOperation.gateway_status,
            MoneyOperation.amount_minor,
            MoneyOperation.request,
        ).where(
            MoneyOperation.payee_ref == payee_ref,
            MoneyOperation.currency == currency,
            MoneyOperation.kind.in_((OperationKind.RELEASE, OperationKind.REVERSAL, OperationKind.PAYOUT)),
            MoneyOperation.state.in_(_MOVING),
        )
    ).all()
    sent_to = {
        row.gateway_id: row.request["gateway_account_id"]
        for row in rows
        if row.kind is OperationKind.RELEASE and row.state is OperationState.CONFIRMED
    }
    moved = (_moved(row, sent_to) for row in rows)
    outside = [minor for place, minor in moved if place not in {None, gateway_account_id}]
    return max(sum(outside), 0)


def _moved(row: Row[Any], sent_to: Mapping[str | None, str]) -> tuple[str | None, int]:
    """Return the account whose balance an operation changed, where it is known, and by how much."""
    if row.kind is OperationKind.RELEASE:
        return sent_to.get(row.gateway_id), row.amount_minor
    if row.kind is OperationKind.REVERSAL:
        return sent_to.get(row.request["gateway_transfer_id"]), -row.amount_minor
    return row.request["gateway_account_id"], 0 if row.gateway_status in _CAME_BACK else -row.amount_minor


def list_left_behind(session: Session) -> list[tuple[str, str, int]]:
    """Return (payee_ref, currency, minor units) of what lies in accounts that payees replaced by another."""
    found = []
    for payee_ref, currency in session.execute(_RELEASED_TO_SEVERAL).all():
        if payee_ref and currency:
            amount = left_behind_minor(session, payee_ref=payee_ref, currency=currency)
            found += [(payee_ref, currency, amount)] if amount else []
    return found


def list_kept(session: Session) -> dict[tuple[str, str], int]:
    """Return by (payee_ref, currency) what of a balance is not paid out: left behind, owed back, or not there."""
    kept = {
        (payee_ref, currency): claimed_minor(session, payee_ref=payee_ref, currency=currency)
        for payee_ref, currency in _debtors(session)
    }
    for payee_ref, currency, amount in list_left_behind(session):
        kept[payee_ref, currency] = kept.get((payee_ref, currency), 0) + amount
    for row in session.scalars(select(AccountDifference)):
        key = (row.payee_ref, row.currency)
        kept[key] = kept.get(key, 0) + max(row.booked_minor - row.provider_minor, 0)
    return kept


def _debtors(session: Session) -> Sequence[tuple[str, str]]:
    query = (
        select(ClawBack.payee_ref, ClawBack.currency)
        .where(ClawBack.closed_at.is_(None))
        .distinct()
        .order_by(ClawBack.payee_ref, ClawBack.currency)
    )
    return [(payee_ref, currency) for payee_ref, currency in session.execute(query)]


def _had_another(session: Session, payee_ref: str, gateway_account_id: str) -> bool:
    query = select(MoneyOperation.id).where(
        MoneyOperation.payee_ref == payee_ref,
        MoneyOperation.kind == OperationKind.ACCOUNT,
        MoneyOperation.state == OperationState.CONFIRMED,
        MoneyOperation.gateway_id != gateway_account_id,
    )
    return session.scalar(query.limit(1)) is not None
