"""What each event type makes us do: read its object again, outside any transaction, and settle what was read.

A message is only a hint; its body is never booked. Each reader returns the settling step to run in a transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chargebacks, events
from payments.account_changes import NotKnownYet, settle_account
from payments.funding import settle_checkout, settle_payment
from payments.models import CheckoutSession, MoneyOperation
from payments.policy import OperationPolicy
from payments.ports import Answer, CheckoutState, EffectState, PaymentGateway, PaymentState
from payments.runtime import Settle
from payments.settlement import FAILED_STATUSES, confirm_operation, fail_operation_later
from payments.statuses import CheckoutStatus, OperationKind

Events = list[events.PaymentEvent]


@dataclass(frozen=True, slots=True)
class Hint:
    """What a message says: something happened to this object (of this connected account)."""

    event_type: str
    object_id: str
    gateway_account_id: str | None


Reader = Callable[[PaymentGateway, Hint, OperationPolicy], Settle]


def find_reader(event_type: str) -> Reader | None:
    """Return what handles this event type, None when it does not concern us."""
    return _READERS.get(event_type)


def events_of(endpoint: str) -> frozenset[str]:
    """Return the event types that the provider must send to one endpoint (`platform`, `connect` or `thin`)."""
    return frozenset(name for name in _READERS if _endpoint_of(name) == endpoint)


def _endpoint_of(event_type: str) -> str:
    if event_type.startswith("v2."):
        return "thin"
    return "connect" if event_type.startswith(("account.", "capability.", "payout.")) else "platform"


def settle_effect(session: Session, *, effect: EffectState, now: datetime) -> Events:
    """Book a transfer, refund or payout as read from the provider.

    Raises:
        NotKnownYet: it names no operation of ours.

    """
    known = _operation_of(session, effect)
    if known is None or known.amount_minor != effect.amount_minor or known.currency != effect.currency:
        raise NotKnownYet("No operation of ours made this.", gateway_id=effect.gateway_id)
    if effect.status in FAILED_STATUSES:
        code = effect.failure_code or effect.status
        return fail_operation_later(
            session,
            operation_id=known.id,
            gateway_id=effect.gateway_id,
            status=effect.status,
            code=code,
            now=now,
        )
    answer = Answer(gateway_id=effect.gateway_id, status=effect.status)
    return confirm_operation(session, operation_id=known.id, answer=answer, now=now)


def _operation_of(session: Session, effect: EffectState) -> MoneyOperation | None:
    """Return whose effect it is; a refund that was made at the provider by hand has the number we booked it under."""
    if effect.operation_id:
        return session.get(MoneyOperation, effect.operation_id)
    return session.scalar(
        select(MoneyOperation).where(
            MoneyOperation.kind == OperationKind.RETURN, MoneyOperation.gateway_id == effect.gateway_id
        )
    )


def settle_known_checkout(
    session: Session, *, checkout: CheckoutState, payment: PaymentState | None, now: datetime
) -> Events:
    """Book the state of a payment page and of the payment made on it.

    Raises:
        NotKnownYet: the page is not recorded yet and there is no payment that could speak for itself.

    """
    operation_id = session.scalar(
        select(CheckoutSession.operation_id).where(
            CheckoutSession.gateway_session_id == checkout.gateway_session_id
        )
    )
    if operation_id is not None:
        return settle_checkout(
            session, operation_id=operation_id, checkout=checkout, payment=payment, now=now
        )
    if checkout.status is CheckoutStatus.COMPLETE:
        return []
    raise NotKnownYet(
        "This payment page is not recorded yet.", gateway_session_id=checkout.gateway_session_id
    )


def read_checkout(gateway: PaymentGateway, gateway_session_id: str) -> Settle:
    """Read a payment page and its payment."""
    checkout = gateway.retrieve_checkout(gateway_session_id)
    payment = gateway.retrieve_payment(checkout.gateway_payment_id) if checkout.gateway_payment_id else None

    def settle(session: Session, now: datetime) -> Events:
        paid = settle_payment(session, payment=payment, now=now) if payment is not None else []
        return [*paid, *settle_known_checkout(session, checkout=checkout, payment=payment, now=now)]

    return settle


def settle_nothing(session: Session, now: datetime) -> Events:
    """Book nothing: the message does not concern us."""
    del session, now
    return []


def _on_checkout(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    del policy
    return read_checkout(gateway, hint.object_id)


def _on_payment(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    del policy
    payment = gateway.retrieve_payment(hint.object_id)
    return lambda session, now: settle_payment(session, payment=payment, now=now)


def _on_transfer(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    del policy
    effect = gateway.retrieve_effect(OperationKind.RELEASE, hint.object_id)
    return lambda session, now: settle_effect(session, effect=effect, now=now)


def _on_refund(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    del policy
    effect = gateway.retrieve_effect(OperationKind.REFUND, hint.object_id)
    return lambda session, now: settle_effect(session, effect=effect, now=now)


def _on_payout(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    del policy
    if hint.gateway_account_id is None:
        return settle_nothing  # the platform's own payout: reconciliation sees it
    effect = gateway.retrieve_effect(
        OperationKind.PAYOUT, hint.object_id, gateway_account_id=hint.gateway_account_id
    )
    return lambda session, now: settle_effect(session, effect=effect, now=now)


def _on_account(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    state = gateway.retrieve_account(hint.gateway_account_id or hint.object_id)
    return lambda session, now: settle_account(session, state=state, now=now, policy=policy)


def _on_chargeback(gateway: PaymentGateway, hint: Hint, policy: OperationPolicy) -> Settle:
    del policy
    state = gateway.retrieve_chargeback(hint.object_id)
    return lambda session, now: chargebacks.settle_chargeback(session, state=state, now=now)


_READERS: Mapping[str, Reader] = {
    "checkout.session.completed": _on_checkout,
    "checkout.session.async_payment_succeeded": _on_checkout,
    "checkout.session.async_payment_failed": _on_checkout,
    "checkout.session.expired": _on_checkout,
    "payment_intent.succeeded": _on_payment,
    "refund.created": _on_refund,
    "refund.updated": _on_refund,
    "refund.failed": _on_refund,
    "transfer.created": _on_transfer,
    "transfer.updated": _on_transfer,
    "payout.created": _on_payout,
    "payout.updated": _on_payout,
    "payout.paid": _on_payout,
    "payout.failed": _on_payout,
    "payout.canceled": _on_payout,
    "account.updated": _on_account,
    "capability.updated": _on_account,
    "account.external_account.created": _on_account,
    "account.external_account.updated": _on_account,
    "account.application.deauthorized": _on_account,
    "v2.core.account[requirements].updated": _on_account,
    "v2.core.account[configuration.recipient].capability_status_updated": _on_account,
    "charge.dispute.created": _on_chargeback,
    "charge.dispute.updated": _on_chargeback,
    "charge.dispute.funds_withdrawn": _on_chargeback,
    "charge.dispute.funds_reinstated": _on_chargeback,
    "charge.dispute.closed": _on_chargeback,
}
