"""Looks at an operation again when it is claimed: what is no longer wanted, or may not leave now, is not sent.

A payout may wait for days. Whoever takes an account over changes its bank in that time, and operators hold it.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from payments import events, store
from payments.account_changes import NotKnownYet, settle_account
from payments.attempts import Attempt, claim_operation
from payments.escrow import EscrowStatus
from payments.models import MoneyOperation
from payments.payout_operations import find_payout_obstacle
from payments.policy import OperationPolicy
from payments.ports import AccountState, EventSink, GatewayRefused, PaymentGateway
from payments.settlement import refuse_operation
from payments.statuses import OperationKind, OperationState

log = structlog.get_logger("payments")
Events = list[events.PaymentEvent]


@dataclass(frozen=True, slots=True)
class AccountReading:
    """A payee's account as the provider shows it just before a payout; `state` is None where it cannot be read now."""

    state: AccountState | None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class ReadingWanted:
    """The operation is a payout that was not sent yet: its account is read first, with no transaction open."""

    gateway_account_id: str


def claim(
    session: Session,
    operation_id: str,
    sink: EventSink,
    *,
    token: str,
    now: datetime,
    policy: OperationPolicy,
    reading: AccountReading | None = None,
) -> Attempt | ReadingWanted | None:
    """Take an operation to carry it out; None when there is nothing to send, or it is somebody else's."""
    operation = session.get(MoneyOperation, operation_id)
    if operation is None or operation.kind is not OperationKind.PAYOUT:
        for event in _refuse_pointless(session, operation, now):
            sink.emit(session, event)
        return claim_operation(session, operation_id, token=token, now=now, policy=policy)
    if operation.state is OperationState.PLANNED:
        if reading is None:
            return ReadingWanted(str(operation.request["gateway_account_id"]))
        if reading.is_unknown:
            _put_off(session, operation_id, now, policy)
            return None
        for event in _note_reading(session, reading, now, policy):
            sink.emit(session, event)
    return _claim_payout(session, operation, sink, token=token, now=now, policy=policy)


def read_account(gateway: PaymentGateway, gateway_account_id: str) -> AccountReading:
    """Read a payee's account; nothing is raised. One that the provider refuses to show refuses the payout, too."""
    try:
        return AccountReading(gateway.retrieve_account(gateway_account_id))
    except GatewayRefused:
        return AccountReading(None)
    except Exception as error:
        log.warning("account_not_read", account=gateway_account_id, exc_info=error)
        return AccountReading(None, is_unknown=True)


def _note_reading(
    session: Session, reading: AccountReading, now: datetime, policy: OperationPolicy
) -> Events:
    if reading.state is None:
        return []
    try:
        return settle_account(session, state=reading.state, now=now, policy=policy)
    except NotKnownYet:  # the payee has another account by now, for which nothing is paid out of this one
        return []


def _claim_payout(
    session: Session,
    operation: MoneyOperation,
    sink: EventSink,
    *,
    token: str,
    now: datetime,
    policy: OperationPolicy,
) -> Attempt | None:
    """Claim a payout; one that may not leave now is refused, or only looked up where it may have left before."""
    account = store.lock_account(session, operation.payee_ref or "")
    operation = store.lock_operation(session, operation.id)
    obstacle = find_payout_obstacle(
        account, now=now, gateway_account_id=str(operation.request["gateway_account_id"])
    )
    if obstacle is not None and operation.state is OperationState.PLANNED and not policy.is_restored:
        for event in refuse_operation(
            session, operation_id=operation.id, code=obstacle.code, message=obstacle.message, now=now
        ):
            sink.emit(session, event)
        return None
    return claim_operation(
        session, operation.id, token=token, now=now, policy=policy, may_send=obstacle is None
    )


def _put_off(session: Session, operation_id: str, now: datetime, policy: OperationPolicy) -> None:
    operation = store.lock_operation(session, operation_id)
    operation.calls += 1
    operation.run_after = policy.retry_at(now, operation.calls)


def _refuse_pointless(session: Session, operation: MoneyOperation | None, now: datetime) -> Events:
    """Refuse a payment page that was never asked for once its booking no longer awaits payment."""
    if (
        operation is None
        or operation.kind is not OperationKind.CHECKOUT
        or operation.state is not OperationState.PLANNED
    ):
        return []
    escrow = store.lock_escrow_id(session, operation.escrow_id or "")
    if escrow.status is EscrowStatus.AWAITING_PAYMENT or operation.calls:
        return []
    return refuse_operation(
        session, operation_id=operation.id, code=f"escrow_{escrow.status}", message="", now=now
    )
