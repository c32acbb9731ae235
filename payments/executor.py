"""Carries out money operations: claim and commit, call the provider outside any transaction, settle in one.

A web request runs the very same path inline after its commit as the worker does later; whoever holds the lease calls.
A crash anywhere leaves a row from which the next run goes on without a second effect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, sessionmaker

from payments import events, store
from payments.attempts import (
    Attempt,
    Outcome,
    OutcomeKind,
    ask_gateway,
    free_lease_condition,
)
from payments.claiming import AccountReading, ReadingWanted, claim, read_account
from payments.models import MoneyOperation
from payments.policy import DEFAULT_POLICY, OperationPolicy
from payments.ports import Answer, Clock, EventSink, IdFactory, PaymentGateway
from payments.schema import UtcDateTime
from payments.settlement import confirm_operation, refuse_operation
from payments.statuses import OPEN_STATES, RUNNABLE_STATES, OperationState
from payments.transactions import in_transaction

RETRYABLE_REFUSALS = {"balance_insufficient"}
"""Refusals that pass with time; the next attempt needs a new key, the old one would replay the refusal."""
_NOW = bindparam("now", type_=UtcDateTime)
# Built once: an idle site asks this every second.
_DUE = (
    select(MoneyOperation.id)
    .where(
        MoneyOperation.state.in_(RUNNABLE_STATES),
        MoneyOperation.run_after <= _NOW,
        free_lease_condition(_NOW, bindparam("longest", type_=UtcDateTime)),
    )
    .order_by(MoneyOperation.run_after)
    .limit(bindparam("most"))
)

Events = list[events.PaymentEvent]


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """Where a run left the operation.

    `has_run` is False when somebody else held it or it is over; `problem` names what stopped it (an `OutcomeKind`).
    """

    operation_id: str
    state: OperationState
    has_run: bool
    problem: str | None = None


def run_operation(
    make_session: sessionmaker[Session],
    *,
    operation_id: str,
    gateway: PaymentGateway,
    sink: EventSink,
    clock: Clock,
    ids: IdFactory,
    policy: OperationPolicy = DEFAULT_POLICY,
) -> OperationOutcome:
    """Run one operation now, whatever its back-off says; events go to the sink in the settling transaction.

    Raises:
        OperationNotFound: no operation has this id.

    """
    token = ids()

    def take(reading: AccountReading | None = None) -> Attempt | ReadingWanted | None:
        return in_transaction(
            make_session,
            lambda session: claim(
                session, operation_id, sink, token=token, now=clock(), policy=policy, reading=reading
            ),
        )

    attempt = take()
    if isinstance(attempt, ReadingWanted):
        attempt = take(read_account(gateway, attempt.gateway_account_id))
    if not isinstance(attempt, Attempt):
        state = in_transaction(
            make_session, lambda session: store.lock_operation(session, operation_id).state
        )
        return OperationOutcome(operation_id, state, has_run=False)
    outcome = ask_gateway(gateway, attempt)

    def settle(session: Session) -> OperationState:
        now = clock()
        for event in _SETTLE[outcome.kind](session, attempt, outcome, now, policy):
            sink.emit(session, event)
        return session.get_one(MoneyOperation, operation_id).state

    state = in_transaction(make_session, settle)
    problem = None if outcome.kind is OutcomeKind.CONFIRMED else outcome.kind
    return OperationOutcome(operation_id, state, has_run=True, problem=problem)


def run_due_operations(
    make_session: sessionmaker[Session],
    *,
    gateway: PaymentGateway,
    sink: EventSink,
    clock: Clock,
    ids: IdFactory,
    limit: int = 100,
    policy: OperationPolicy = DEFAULT_POLICY,
) -> list[OperationOutcome]:
    """Run what is due, oldest first; several workers may do so at once. Wrong keys stop the round."""
    outcomes: list[OperationOutcome] = []
    for operation_id in in_transaction(
        make_session, lambda session: _list_due(session, clock(), limit, policy)
    ):
        outcome = run_operation(
            make_session,
            operation_id=operation_id,
            gateway=gateway,
            sink=sink,
            clock=clock,
            ids=ids,
            policy=policy,
        )
        outcomes.append(outcome)
        if outcome.problem == OutcomeKind.MISCONFIGURED:
            break
    return outcomes


def _list_due(session: Session, now: datetime, limit: int, policy: OperationPolicy) -> list[str]:
    values = {"now": now, "longest": now + policy.lease, "most": limit}
    return list(session.scalars(_DUE, values))


def _confirmed(
    session: Session, attempt: Attempt, outcome: Outcome, now: datetime, policy: OperationPolicy
) -> Events:
    del policy
    answer: Answer | None = outcome.answer
    return (
        confirm_operation(session, operation_id=attempt.operation_id, answer=answer, now=now)
        if answer
        else []
    )


def _refused(
    session: Session, attempt: Attempt, outcome: Outcome, now: datetime, policy: OperationPolicy
) -> Events:
    operation = store.lock_operation_with_escrow(session, attempt.operation_id)
    if operation.attempt != attempt.number or operation.state not in OPEN_STATES:
        return []  # a newer attempt is under way, or somebody brought the answer before us
    if outcome.code in RETRYABLE_REFUSALS and operation.attempt < policy.refused_retries_max:
        _start_new_attempt(operation, now + policy.refused_retry_after, outcome)
        return []
    return refuse_operation(
        session, operation_id=operation.id, code=outcome.code or "refused", message=outcome.message, now=now
    )


def _unknown(
    session: Session, attempt: Attempt, outcome: Outcome, now: datetime, policy: OperationPolicy
) -> Events:
    operation = _held(session, attempt)
    if operation is not None:
        operation.state = OperationState.UNKNOWN
        operation.stored_failures += int(outcome.is_stored_failure)
        _put_back(operation, policy.retry_at(now, operation.calls), outcome)
    return []


def _absent(
    session: Session, attempt: Attempt, outcome: Outcome, now: datetime, policy: OperationPolicy
) -> Events:
    operation = _held(session, attempt)
    if operation is not None:
        earliest = (operation.last_sent_at or now) + policy.absent_after
        if now >= earliest:
            _start_new_attempt(operation, now, outcome)
        else:
            _put_back(operation, earliest, outcome)
    return []


def _contradicted(
    session: Session, attempt: Attempt, outcome: Outcome, now: datetime, policy: OperationPolicy
) -> Events:
    del policy
    operation = _held(session, attempt)
    if operation is None:
        return []
    operation.state = OperationState.HALTED
    _put_back(operation, now, outcome)
    return [events.OperationHalted(at=now, operation_id=operation.id, reason=outcome.code)]


_SETTLE: dict[OutcomeKind, Callable[[Session, Attempt, Outcome, datetime, OperationPolicy], Events]] = {
    OutcomeKind.CONFIRMED: _confirmed,
    OutcomeKind.REFUSED: _refused,
    OutcomeKind.BUSY: _unknown,
    OutcomeKind.UNKNOWN: _unknown,
    OutcomeKind.MISCONFIGURED: _unknown,
    OutcomeKind.ABSENT: _absent,
    OutcomeKind.CONTRADICTED: _contradicted,
}


def _held(session: Session, attempt: Attempt) -> MoneyOperation | None:
    """Lock the operation; None when our lease is gone and whoever has it now decides."""
    operation = store.lock_operation(session, attempt.operation_id)
    is_ours = operation.lease_token == attempt.token and operation.state in OPEN_STATES
    return operation if is_ours else None


def _put_back(operation: MoneyOperation, run_after: datetime, outcome: Outcome) -> None:
    operation.lease_until = operation.lease_token = None
    operation.run_after = run_after
    operation.failure_code, operation.failure_message = outcome.code[:100], outcome.message[:2000]


def _start_new_attempt(operation: MoneyOperation, run_after: datetime, outcome: Outcome) -> None:
    operation.state, operation.attempt = OperationState.PLANNED, operation.attempt + 1
    operation.first_sent_at, operation.stored_failures = None, 0
    _put_back(operation, run_after, outcome)
