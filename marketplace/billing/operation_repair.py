"""Operators set stopped provider calls going again: alone where no money can move twice, else with a second person."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.audit.operations import record
from marketplace.bookings.money import RUN_OPERATION
from marketplace.errors import Conflict, Forbidden
from marketplace.outbox.operations import put
from marketplace.policies import Actor, Permission, may
from marketplace.web.language import lazy_gettext as _
from payments.operation_repair import MOVES_NO_MONEY, hurry_operation
from payments.operation_repair import resume_operation as resume_call
from payments.statements import get_operation
from payments.statuses import OperationState


class CallNotHalted(Conflict):
    """It went on, or somebody else saw to it."""

    code = "call_not_halted"


def ask_again(session: Session, *, actor: Actor, operation_id: str, now: datetime) -> None:
    """Ask the provider now about a call of unknown outcome. Moves nothing twice.

    Raises:
        Forbidden: the role does not allow it.
        OperationNotFound, OperationNotWaiting: see their classes.

    """
    _require(actor)
    hurry_operation(session, operation_id=operation_id, now=now)
    _note(session, actor, operation_id, "operation.asked_again", reason="", now=now)
    _run(session, operation_id, now=now)


def resume_operation(
    session: Session, *, actor: Actor, operation_id: str, reason: str, now: datetime
) -> ApprovalRequest | None:
    """Let a halted call go on; where money could move twice a second person must approve (the request is returned).

    Raises:
        Forbidden: the role does not allow it.
        OperationNotFound: see its class. CallNotHalted: it is not halted (any more).
        Invalid, RequestRepeated: what `request_act` refuses.

    """
    _require(actor)
    call = get_operation(session, operation_id=operation_id)
    if call.state is not OperationState.HALTED:
        raise CallNotHalted(_("This call is not halted (any more)."))
    if call.kind in MOVES_NO_MONEY:
        _resume(session, actor, operation_id, reason=reason, now=now)
        return None
    payload = {
        "call": call.kind,
        "operation_id": operation_id,
        "booking_id": call.booking_ref,
        "currency": call.currency,
        "amount_minor": call.amount_minor,
        "attempt": call.attempt,
        "failure_code": call.failure_code,
    }
    act = Act(ActKind.RESUME_OPERATION, "operation", operation_id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_resume(session: Session, approved: ApprovedAct) -> None:
    """Let the halted call go on that two persons agreed about. Raises OperationNotHalted."""
    _resume(session, approved.approver, approved.act.subject_id, reason=approved.reason, now=approved.now)


def _resume(session: Session, actor: Actor, operation_id: str, *, reason: str, now: datetime) -> None:
    resume_call(session, operation_id=operation_id, now=now)
    _note(session, actor, operation_id, "operation.resumed", reason=reason, now=now)
    _run(session, operation_id, now=now)


def _require(actor: Actor) -> None:
    if not may(actor, Permission.MONEY_ACT):
        raise Forbidden(_("Your role does not allow this."))


def _note(
    session: Session, actor: Actor, operation_id: str, action: str, *, reason: str, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject_type="operation",
        subject_id=operation_id,
        reason=reason,
        now=now,
    )


def _run(session: Session, operation_id: str, *, now: datetime) -> None:
    key = f"{RUN_OPERATION}:{operation_id}:{now.isoformat()}"
    put(session, RUN_OPERATION, {"operation_id": operation_id}, now=now, key=key)
