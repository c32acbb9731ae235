"""The webhook inbox: verify, store once, handle once. A message about something not recorded yet waits its turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session, sessionmaker

from payments import row_writing, webhooks
from payments.errors import PaymentError
from payments.models import InboxEvent
from payments.policy import DEFAULT_POLICY, OperationPolicy
from payments.ports import Clock, EventSink, PaymentGateway, VerifiedEvent, WebhookRejected
from payments.runtime import Runtime
from payments.statuses import InboxState

log = structlog.get_logger("payments")
# Built once: an idle site asks what is due every second, and one payment brings a dozen messages.
_INBOX = cast("Table", InboxEvent.__table__)
_HASH_OF = select(_INBOX.c.body_hash).where(_INBOX.c.event_id == bindparam("event"))
_IS_DUE = (_INBOX.c.state == InboxState.WAITING) & (_INBOX.c.run_after <= bindparam("now"))
_DUE = select(_INBOX.c.event_id).where(_IS_DUE).order_by(_INBOX.c.received_at).limit(bindparam("most"))
_CLAIM = (
    update(_INBOX)
    .where(_INBOX.c.event_id == bindparam("event"), _IS_DUE)
    .values(run_after=bindparam("until"), attempts=_INBOX.c.attempts + 1)
    .returning(_INBOX.c.event_type, _INBOX.c.object_id, _INBOX.c.gateway_account_id)
)
_HANDLED = (
    update(_INBOX)
    .where(_INBOX.c.event_id == bindparam("event"))
    .values(state=InboxState.HANDLED, handled_at=bindparam("now"), last_error=None)
)
PAYLOAD_BYTES_MAX = 512 * 1024
PLATFORM, CONNECT, THIN = "platform", "connect", "thin"


@dataclass(frozen=True, slots=True)
class ReceivedWebhook:
    """What became of a message: stored now, or known before (`is_altered`: with another content; look into it)."""

    event_id: str
    event_type: str
    is_new: bool
    is_altered: bool


@dataclass(frozen=True, slots=True)
class InboxReport:
    """What one round of the inbox did, by event id."""

    handled: tuple[str, ...]
    waiting: tuple[str, ...]
    parked: tuple[str, ...]


def receive_webhook(
    session: Session,
    *,
    endpoint: str,
    payload: bytes,
    signature: str,
    secrets: Sequence[str],
    gateway: PaymentGateway,
    now: datetime,
) -> ReceivedWebhook:
    """Verify a message of the `platform`, `connect` or `thin` endpoint and store it once, in the caller's transaction.

    Raises:
        WebhookRejected: it does not prove its origin, is for another mode or endpoint, or is too large.

    """
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise WebhookRejected("The message is too large.")
    event = gateway.verify_webhook(payload, signature=signature, secrets=secrets, now=now)
    if event.is_live != gateway.is_live:
        raise WebhookRejected("The message is for another mode (live or test).")
    if _endpoint_of(event) != endpoint:
        raise WebhookRejected("The message belongs to the other endpoint.")
    is_new = _insert_once(session, event, endpoint, now)
    is_same = is_new or session.scalar(_HASH_OF, {"event": event.event_id}) == event.content_digest
    return ReceivedWebhook(event.event_id, event.event_type, is_new=is_new, is_altered=not is_same)


def run_inbox(
    make_session: sessionmaker[Session],
    *,
    gateway: PaymentGateway,
    sink: EventSink,
    clock: Clock,
    limit: int = 100,
    policy: OperationPolicy = DEFAULT_POLICY,
) -> InboxReport:
    """Handle the messages that are due; each in a transaction of its own, after reading its object again."""
    runtime = Runtime(make_session, gateway, sink, clock, policy)
    states: dict[str, InboxState] = {}
    for event_id in runtime.transact(lambda session: _list_due(session, clock(), limit)):
        state = _handle(runtime, event_id)
        if state is not None:
            states[event_id] = state
    return InboxReport(
        handled=tuple(each for each, state in states.items() if state is InboxState.HANDLED),
        waiting=tuple(each for each, state in states.items() if state is InboxState.WAITING),
        parked=tuple(each for each, state in states.items() if state is InboxState.PARKED),
    )


def _endpoint_of(event: VerifiedEvent) -> str:
    if event.is_thin:
        return THIN
    return PLATFORM if event.gateway_account_id is None else CONNECT


def _insert_once(session: Session, event: VerifiedEvent, endpoint: str, now: datetime) -> bool:
    is_known_type = webhooks.find_reader(event.event_type) is not None
    values = {
        "event_id": event.event_id,
        "endpoint": endpoint,
        "event_type": event.event_type[:100],
        "gateway_account_id": event.gateway_account_id,
        "object_id": event.object_id,
        "is_live": event.is_live,
        "body_hash": event.content_digest,
        "state": InboxState.WAITING if is_known_type else InboxState.IGNORED,
        "attempts": 0,
        "run_after": now,
        "received_at": now,
    }
    return row_writing.insert_once(session, InboxEvent, values)


def _list_due(session: Session, now: datetime, limit: int) -> list[str]:
    return list(session.scalars(_DUE, {"now": now, "most": limit}))


def _claim(session: Session, event_id: str, now: datetime, policy: OperationPolicy) -> webhooks.Hint | None:
    values = {"event": event_id, "now": now, "until": now + policy.lease}
    taken = session.execute(_CLAIM, values).first()
    return webhooks.Hint(*taken) if taken is not None else None


def _handle(runtime: Runtime, event_id: str) -> InboxState | None:
    """Handle one message; None when another runner has it."""
    policy = runtime.policy
    hint = runtime.transact(lambda session: _claim(session, event_id, runtime.clock(), policy))
    if hint is None:
        return None
    try:
        reader = webhooks.find_reader(hint.event_type)
        step = reader(runtime.gateway, hint, policy) if reader is not None else webhooks.settle_nothing
        runtime.settle(step, also=lambda session: _mark_handled(session, event_id, runtime.clock()))
    except Exception as error:
        is_expected = isinstance(error, PaymentError)  # mostly: what it is about is not recorded yet
        log.warning("webhook_not_handled", webhook=event_id, exc_info=None if is_expected else error)
        reason = f"{type(error).__name__}: {error}"
        state = runtime.transact(
            lambda session: _put_back(session, event_id, reason, runtime.clock(), policy)
        )
        if state is InboxState.PARKED:
            log.warning("webhook_parked", webhook=event_id, type=hint.event_type, subject=hint.object_id)
        return state
    return InboxState.HANDLED


def _mark_handled(session: Session, event_id: str, now: datetime) -> None:
    session.execute(_HANDLED, {"event": event_id, "now": now})


def _put_back(
    session: Session, event_id: str, reason: str, now: datetime, policy: OperationPolicy
) -> InboxState:
    row = session.get_one(InboxEvent, event_id, with_for_update=True)
    if row.state is not InboxState.WAITING:
        return row.state  # our lease ran out, and another runner handled it
    row.last_error = reason[:2000]
    row.run_after = policy.retry_at(now, row.attempts)
    row.state = InboxState.PARKED if row.attempts >= policy.inbox_attempts_max else InboxState.WAITING
    return row.state
