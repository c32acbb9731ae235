"""Keeps what the provider says about a payee's account, and starts what had been waiting for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import events, store
from payments.errors import PaymentError
from payments.models import PayoutAccount
from payments.payout_operations import release_owed
from payments.policy import OperationPolicy
from payments.ports import AccountState
from payments.statuses import AccountStatus

Events = list[events.PaymentEvent]


class NotKnownYet(PaymentError):
    """The provider speaks of something we have not recorded yet; the message waits."""

    code = "not_known_yet"
    kind = "unavailable"


def settle_account(
    session: Session, *, state: AccountState, now: datetime, policy: OperationPolicy
) -> Events:
    """Record an account as read from the provider; a newly active one starts the releases owed to its payee.

    Raises:
        NotKnownYet: no payee has this account.

    """
    payee_ref = session.scalar(
        select(PayoutAccount.payee_ref).where(PayoutAccount.gateway_account_id == state.gateway_account_id)
    )
    account = store.lock_account(session, payee_ref) if payee_ref is not None else None
    if account is None:
        raise NotKnownYet("No payee has this account.", gateway_account_id=state.gateway_account_id)
    happened = _note_bank(account, state, now, policy)
    is_changed = (account.status, account.is_payout_enabled, tuple(account.requirements)) != (
        state.status,
        state.is_payout_enabled,
        state.requirements,
    )
    is_newly_active = state.status is AccountStatus.ACTIVE and account.status is not AccountStatus.ACTIVE
    account.status, account.is_payout_enabled, account.checked_at = state.status, state.is_payout_enabled, now
    account.requirements = list(state.requirements)
    session.flush()
    if is_newly_active:
        release_owed(session, payee_ref=account.payee_ref, now=now, reasons=None)
    if is_changed:
        happened.append(
            events.PayoutAccountChanged(
                at=now,
                payee_ref=account.payee_ref,
                status=account.status,
                is_payout_enabled=account.is_payout_enabled,
            )
        )
    return happened


def _note_bank(account: PayoutAccount, state: AccountState, now: datetime, policy: OperationPolicy) -> Events:
    before, after = account.external_account_digest, state.external_account_digest
    if after is None or after == before:
        return []
    account.external_account_digest = after
    if before is None:
        return []
    held_until = account.payouts_held_until = now + policy.bank_change_hold
    return [events.BankAccountChanged(at=now, payee_ref=account.payee_ref, held_until=held_until)]
