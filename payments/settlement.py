"""Books the outcome of an operation exactly once, whoever brings it: our own call, a webhook, the poller, a look-up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from payments import (
    claw_back_settlement,
    custody_settlement,
    events,
    evidence_settlement,
    part_settlement,
    row_writing,
    setup_settlement,
    store,
)
from payments.models import MoneyOperation
from payments.ports import Answer
from payments.statuses import OPEN_STATES, OperationKind, OperationState

FAILED_STATUSES = {"failed", "canceled"}
REPEATABLE_KINDS = {OperationKind.CHECKOUT, OperationKind.ONBOARDING_LINK}
"""Kinds of which a second one at the provider moves no money."""

Events = list[events.PaymentEvent]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What one kind of operation does to the books in each outcome."""

    confirm: Callable[[Session, MoneyOperation, Answer, datetime], Events]
    refuse: Callable[[Session, MoneyOperation, str, datetime], Events]
    fail_later: Callable[[Session, MoneyOperation, str, datetime], Events] | None = None
    progress: Callable[[MoneyOperation, str, datetime], Events] | None = None


CONSEQUENCES = {
    OperationKind.CHECKOUT: Consequences(setup_settlement.confirm_checkout, setup_settlement.refuse_checkout),
    OperationKind.ACCOUNT: Consequences(setup_settlement.confirm_account, setup_settlement.refuse_account),
    OperationKind.ONBOARDING_LINK: Consequences(setup_settlement.confirm_link, setup_settlement.refuse_link),
    OperationKind.RELEASE: Consequences(part_settlement.confirm_release, part_settlement.refuse_release),
    OperationKind.REFUND: Consequences(
        part_settlement.confirm_refund, part_settlement.refuse_refund, part_settlement.fail_refund_later
    ),
    OperationKind.RETURN: Consequences(
        custody_settlement.confirm_return,
        custody_settlement.refuse_return,
        custody_settlement.fail_return_later,
    ),
    OperationKind.REVERSAL: Consequences(
        claw_back_settlement.confirm_reversal, claw_back_settlement.refuse_reversal
    ),
    OperationKind.CLAW_BACK_REFUND: Consequences(
        claw_back_settlement.confirm_refund,
        claw_back_settlement.refuse_refund,
        claw_back_settlement.fail_refund_later,
    ),
    OperationKind.EVIDENCE: Consequences(
        evidence_settlement.confirm_evidence, evidence_settlement.refuse_evidence
    ),
    OperationKind.PAYOUT: Consequences(
        custody_settlement.confirm_payout,
        custody_settlement.refuse_payout,
        custody_settlement.fail_payout_later,
        custody_settlement.progress_payout,
    ),
}


def confirm_operation(session: Session, *, operation_id: str, answer: Answer, now: datetime) -> Events:
    """Book that the operation took effect; a second telling changes nothing.

    Raises:
        OperationNotFound: no operation has this id.

    """
    operation = store.lock_operation_with_escrow(session, operation_id)
    if operation.state not in OPEN_STATES:
        return _told_again(operation, answer, now)
    if answer.status in FAILED_STATUSES:
        _note_effect(operation, answer.gateway_id, answer.status)
        return refuse_operation(session, operation_id=operation_id, code=answer.status, message="", now=now)
    row_writing.change(
        session,
        operation,
        state=OperationState.CONFIRMED,
        gateway_id=answer.gateway_id or None,
        gateway_status=answer.status,
        gateway_request_id=answer.request_id,
        is_replayed=answer.is_replayed,
        **_closed(now),
    )
    happened = CONSEQUENCES[operation.kind].confirm(session, operation, answer, now)
    session.flush()
    return happened


def refuse_operation(
    session: Session, *, operation_id: str, code: str, message: str, now: datetime
) -> Events:
    """Book that the provider refused the operation: its reservation goes back; a second telling changes nothing.

    Raises:
        OperationNotFound: no operation has this id.

    """
    operation = store.lock_operation_with_escrow(session, operation_id)
    if operation.state not in OPEN_STATES:
        return []
    row_writing.change(
        session,
        operation,
        state=OperationState.REFUSED,
        failure_code=code[:100],
        failure_message=message,
        **_closed(now),
    )
    happened = CONSEQUENCES[operation.kind].refuse(session, operation, code, now)
    session.flush()
    return happened


def fail_operation_later(
    session: Session, *, operation_id: str, gateway_id: str, status: str, code: str, now: datetime
) -> Events:
    """Book that an effect that had succeeded was undone at the provider (a refund or payout that came back).

    One of which we had not heard before counts as refused; its number is kept, for the provider's balance shows it.

    Raises:
        OperationNotFound: no operation has this id.

    """
    operation = store.lock_operation_with_escrow(session, operation_id)
    if operation.state in OPEN_STATES:
        _note_effect(operation, gateway_id, status)
        return refuse_operation(session, operation_id=operation_id, code=code, message="", now=now)
    undo = CONSEQUENCES[operation.kind].fail_later
    if operation.state is not OperationState.CONFIRMED or operation.gateway_status == status or undo is None:
        return []
    operation.gateway_status, operation.failure_code = status, code[:100]
    happened = undo(session, operation, code, now)
    session.flush()
    return happened


def _note_effect(operation: MoneyOperation, gateway_id: str, status: str) -> None:
    operation.gateway_id, operation.gateway_status = gateway_id or None, status


def _closed(now: datetime) -> dict[str, object]:
    return {"settled_at": now, "lease_until": None, "lease_token": None}


def _told_again(operation: MoneyOperation, answer: Answer, now: datetime) -> Events:
    if operation.gateway_id != (answer.gateway_id or None):
        if operation.kind in REPEATABLE_KINDS:
            return []
        reason = f"a second effect: {operation.gateway_id or operation.state} and {answer.gateway_id}"
        return [events.OperationHalted(at=now, operation_id=operation.id, reason=reason)]
    progress = CONSEQUENCES[operation.kind].progress
    if operation.gateway_status in {answer.status, *FAILED_STATUSES} or operation.kind in REPEATABLE_KINDS:
        return []
    operation.gateway_status = answer.status
    return progress(operation, answer.status, now) if progress is not None else []
