"""One attempt to carry an operation out: claim it by lease, and ask the provider without a transaction open.

What may be sent again is decided here: the same key while the provider surely remembers it, a look-up before
anything else afterwards, and a new key only when a look-up found nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import structlog
from sqlalchemy import ColumnElement, Table, bindparam, or_, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from payments import row_writing, store
from payments.errors import EffectContradicts
from payments.models import MoneyOperation
from payments.planning import idempotency_key
from payments.policy import OperationPolicy
from payments.ports import (
    Answer,
    Command,
    GatewayBusy,
    GatewayMisconfigured,
    GatewayRefused,
    IdempotencyKeyReused,
    MakeAccount,
    MakePayout,
    PaymentGateway,
    load_command,
)
from payments.prepared import PreparedStatement
from payments.schema import UtcDateTime
from payments.statuses import RUNNABLE_STATES, OperationState

log = structlog.get_logger("payments")

_OPERATIONS = cast("Table", MoneyOperation.__table__)
_NOW = bindparam("now", type_=UtcDateTime)
_FIRST_CLAIM = PreparedStatement(
    update(_OPERATIONS)
    .where(
        _OPERATIONS.c.id == bindparam("ref"),
        _OPERATIONS.c.state == OperationState.PLANNED,
        _OPERATIONS.c.first_sent_at.is_(None),
        _OPERATIONS.c.lease_until.is_(None),
    )
    .values(
        state=OperationState.SENT,
        first_sent_at=_NOW,
        last_sent_at=_NOW,
        lease_until=bindparam("until", type_=UtcDateTime),
        lease_token=bindparam("token"),
        calls=_OPERATIONS.c.calls + 1,
    )
    .returning(_OPERATIONS.c.kind, _OPERATIONS.c.request, _OPERATIONS.c.attempt, _OPERATIONS.c.created_at)
)

FORGOTTEN_AT_MOST = timedelta(days=30)
"""How old a copy is taken to be at most when payouts and accounts are looked for that it has forgotten."""


class AttemptAction(StrEnum):
    SEND = "send"
    LOOK_UP = "look_up"
    LOOK_UP_THEN_SEND = "look_up_then_send"


class OutcomeKind(StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    BUSY = "busy"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    MISCONFIGURED = "gateway_misconfigured"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed operation: what to ask, under which key, and who holds the lease."""

    operation_id: str
    command: Command
    key: str
    number: int
    action: AttemptAction
    created_at: datetime
    token: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt, in our own words."""

    kind: OutcomeKind
    answer: Answer | None = None
    code: str = ""
    message: str = ""
    is_stored_failure: bool = False


def claim_operation(
    session: Session,
    operation_id: str,
    *,
    token: str,
    now: datetime,
    policy: OperationPolicy,
    may_send: bool = True,
) -> Attempt | None:
    """Take the lease and write down that the call is about to be made; None when it is not ours to make.

    What may not be sent now is only looked up.
    """
    if may_send and (first := _claim_first(session, operation_id, token=token, now=now, policy=policy)):
        return first
    operation = store.lock_operation(session, operation_id)
    if operation.state not in RUNNABLE_STATES or not _is_lease_free(operation, now, policy):
        return None
    sent_at, failures = operation.first_sent_at, operation.stored_failures
    action = AttemptAction.LOOK_UP
    if may_send:
        action = _next_action(operation.state, sent_at, failures, now, policy)
    sent: dict[str, object] = {}
    if action is not AttemptAction.LOOK_UP:
        sent = {"state": OperationState.SENT, "first_sent_at": sent_at or now, "last_sent_at": now}
    row_writing.change(
        session,
        operation,
        lease_until=now + policy.lease,
        lease_token=token,
        calls=operation.calls + 1,
        **sent,
    )
    return Attempt(
        operation_id=operation_id,
        command=load_command(operation.kind, operation.request),
        key=idempotency_key(operation.kind, operation_id, operation.attempt),
        number=operation.attempt,
        action=action,
        created_at=operation.created_at,
        token=token,
    )


def ask_gateway(gateway: PaymentGateway, attempt: Attempt) -> Outcome:
    """Ask the provider and put whatever happens into one of our outcomes; nothing is raised."""
    try:
        return _ask(gateway, attempt)
    except GatewayRefused as refusal:
        return Outcome(
            OutcomeKind.REFUSED, code=str(refusal.details.get("code", "")), message=refusal.message
        )
    except GatewayBusy as busy:
        return Outcome(OutcomeKind.BUSY, code=busy.code, message=busy.message)
    except GatewayMisconfigured as wrong:
        return Outcome(OutcomeKind.MISCONFIGURED, code=wrong.code, message=wrong.message)
    except (IdempotencyKeyReused, EffectContradicts) as contradiction:
        return Outcome(OutcomeKind.CONTRADICTED, code=contradiction.code, message=contradiction.message)
    except Exception as error:
        log.warning("operation_outcome_unknown", operation=attempt.operation_id, exc_info=error)
        is_stored = bool(getattr(error, "details", {}).get("is_stored_failure"))
        return Outcome(
            OutcomeKind.UNKNOWN, code=type(error).__name__, message=str(error), is_stored_failure=is_stored
        )


def free_lease_condition(
    now: ColumnElement[datetime], longest: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Return the SQL for: nobody holds the lease (one beyond the `longest` from now means that the clock went back)."""
    until = MoneyOperation.lease_until
    return or_(until.is_(None), until <= now, until > longest)


def _ask(gateway: PaymentGateway, attempt: Attempt) -> Outcome:
    if attempt.action is not AttemptAction.SEND:
        found = _find_effect(gateway, attempt)
        if found is not None:
            return Outcome(OutcomeKind.CONFIRMED, answer=found)
        if attempt.action is AttemptAction.LOOK_UP:
            return Outcome(OutcomeKind.ABSENT)
    return Outcome(OutcomeKind.CONFIRMED, answer=gateway.send(attempt.command, key=attempt.key))


def _find_effect(gateway: PaymentGateway, attempt: Attempt) -> Answer | None:
    """Look the effect up. One of another amount keeps a restored database from sending; two persons may have judged it since."""
    try:
        return gateway.find_effect(attempt.command, sent_after=_earliest(attempt))
    except EffectContradicts:
        if attempt.action is AttemptAction.LOOK_UP_THEN_SEND and attempt.number == 1:
            raise
        return None


def _earliest(attempt: Attempt) -> datetime:
    """Return when the effect can have been made: before it was planned, where a restored copy has forgotten a plan.

    Other effects are found by what they belong to, whenever they were made; a second payment page does no harm.
    """
    is_forgotten = attempt.action is AttemptAction.LOOK_UP_THEN_SEND
    is_listed_by_day = isinstance(attempt.command, MakePayout | MakeAccount)
    return attempt.created_at - (FORGOTTEN_AT_MOST if is_forgotten and is_listed_by_day else timedelta())


def _is_lease_free(operation: MoneyOperation, now: datetime, policy: OperationPolicy) -> bool:
    until = operation.lease_until
    return until is None or until <= now or until > now + policy.lease


def _claim_first(
    session: Session, operation_id: str, *, token: str, now: datetime, policy: OperationPolicy
) -> Attempt | None:
    """Claim by one statement an operation that is planned and in nobody's hands; None for any other."""
    session.flush()
    values = {"ref": operation_id, "now": now, "until": now + policy.lease, "token": token}
    rows = _FIRST_CLAIM.send(session, values)
    if not rows:
        return None
    ((kind, request, number, created_at),) = rows
    known = session.identity_map.get(identity_key(MoneyOperation, operation_id))
    if known is not None:
        session.expire(known)
    return Attempt(
        operation_id=operation_id,
        command=load_command(kind, request),
        key=idempotency_key(kind, operation_id, number),
        number=number,
        action=_next_action(OperationState.PLANNED, None, 0, now, policy),
        created_at=created_at,
        token=token,
    )


def _next_action(
    state: OperationState,
    first_sent_at: datetime | None,
    failures: int,
    now: datetime,
    policy: OperationPolicy,
) -> AttemptAction:
    if state is OperationState.PLANNED:
        return AttemptAction.LOOK_UP_THEN_SEND if policy.is_restored else AttemptAction.SEND
    is_remembered = first_sent_at is not None and now - first_sent_at < policy.resend_within
    if is_remembered and failures < policy.stored_failures_max:
        return AttemptAction.SEND
    return AttemptAction.LOOK_UP
