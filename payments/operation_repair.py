"""Operators set a stopped provider call going again. Whatever it is, the provider is asked first what it knows."""

from datetime import datetime

from sqlalchemy.orm import Session

from payments import store
from payments.errors import PaymentError
from payments.policy import DEFAULT_POLICY, OperationPolicy
from payments.statuses import OperationKind, OperationState

MOVES_NO_MONEY = frozenset(
    {OperationKind.CHECKOUT, OperationKind.ACCOUNT, OperationKind.ONBOARDING_LINK, OperationKind.EVIDENCE}
)
"""Kinds of which a second one at the provider costs nobody anything."""


class OperationNotHalted(PaymentError):
    """Only a call that was halted is set going again; others go on by themselves."""

    code = "operation_not_halted"
    kind = "conflict"


class OperationNotWaiting(PaymentError):
    """There is nothing to be asked: the call is over, halted, or not made yet."""

    code = "operation_not_waiting"
    kind = "conflict"


def resume_operation(
    session: Session, *, operation_id: str, now: datetime, policy: OperationPolicy = DEFAULT_POLICY
) -> None:
    """Let a halted operation go on: the next run looks its effect up, and sends under a new key only if there is none.

    The look-up matches the operation's id and amount. Where somebody else made the effect, or another amount, it is
    not found and money would move again: a person must have looked at the provider's own pages before.

    Raises:
        OperationNotFound: no operation has this id.
        OperationNotHalted: it is not halted (any more).

    """
    operation = store.lock_operation_with_escrow(session, operation_id)
    if operation.state is not OperationState.HALTED:
        raise OperationNotHalted("This call is not halted (any more).", state=operation.state)
    operation.state = OperationState.UNKNOWN
    operation.stored_failures = max(operation.stored_failures, policy.stored_failures_max)
    operation.run_after, operation.lease_until, operation.lease_token = now, None, None
    session.flush()


def hurry_operation(session: Session, *, operation_id: str, now: datetime) -> None:
    """Ask about an operation of unknown outcome now instead of when its back-off is over. Moves nothing twice.

    Raises:
        OperationNotFound: no operation has this id.
        OperationNotWaiting: its outcome is known, or it is halted.

    """
    operation = store.lock_operation(session, operation_id)
    if operation.state not in {OperationState.UNKNOWN, OperationState.SENT, OperationState.PLANNED}:
        raise OperationNotWaiting("There is nothing to ask about this call.", state=operation.state)
    operation.run_after = min(operation.run_after, now)
    session.flush()
