"""What confirming or refusing a payment page, a connected account or an onboarding link changes; no money moves here."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from payments import events, store
from payments.errors import PayoutAccountMissing
from payments.models import CheckoutSession, Escrow, MoneyOperation, PayoutAccount
from payments.ports import Answer
from payments.statuses import AccountStatus, CheckoutStatus

Events = list[events.PaymentEvent]


def confirm_checkout(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    """Keep the page's address. An expired booking's page is kept too, so that the poller closes it."""
    escrow = session.get_one(Escrow, operation.escrow_id)
    url, expires_at = answer.url or "", answer.expires_at or now + timedelta(hours=24)
    session.add(
        CheckoutSession(
            operation_id=operation.id,
            escrow_id=escrow.id,
            gateway_session_id=answer.gateway_id,
            url=url,
            status=CheckoutStatus.OPEN,
            expires_at=expires_at,
            checked_at=now,
        )
    )
    return [events.CheckoutReady(at=now, booking_ref=escrow.booking_ref, operation_id=operation.id, url=url)]


def refuse_checkout(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Tell that there is no page; the booking can still be paid through another one."""
    escrow = session.get_one(Escrow, operation.escrow_id)
    return [
        events.CheckoutRefused(at=now, booking_ref=escrow.booking_ref, operation_id=operation.id, reason=code)
    ]


def confirm_account(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    """Keep the account's id, and forget the personal details the provider now has."""
    account = _account_of(session, operation)
    account.gateway_account_id, account.status, account.checked_at = (
        answer.gateway_id,
        AccountStatus.PENDING,
        now,
    )
    operation.request = {**operation.request, "email": "", "display_name": ""}
    return [_changed(account, now)]


def refuse_account(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Tell that the provider makes no account for this payee (for example its country is not served)."""
    account = _account_of(session, operation)
    account.requirements = [code]
    operation.request = {**operation.request, "email": "", "display_name": ""}
    return [events.PayoutAccountRefused(at=now, payee_ref=account.payee_ref, reason=code)]


def confirm_link(session: Session, operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    """Keep the address until the payee has followed it."""
    account = _account_of(session, operation)
    account.onboarding_url, account.onboarding_expires_at = answer.url, answer.expires_at
    return [events.OnboardingLinkReady(at=now, payee_ref=account.payee_ref, operation_id=operation.id)]


def refuse_link(session: Session, operation: MoneyOperation, code: str, now: datetime) -> Events:
    """Tell that there is no address; a new one can be asked for."""
    account = _account_of(session, operation)
    return [events.PayoutAccountRefused(at=now, payee_ref=account.payee_ref, reason=code)]


def _account_of(session: Session, operation: MoneyOperation) -> PayoutAccount:
    account = store.lock_account(session, operation.payee_ref or "")
    if account is None:
        raise PayoutAccountMissing("The operation's payout account is gone.", operation_id=operation.id)
    return account


def _changed(account: PayoutAccount, now: datetime) -> events.PayoutAccountChanged:
    return events.PayoutAccountChanged(
        at=now,
        payee_ref=account.payee_ref,
        status=account.status,
        is_payout_enabled=account.is_payout_enabled,
    )
