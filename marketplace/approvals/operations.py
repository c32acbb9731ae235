"""One person asks, another approves: the act happens in the approving transaction, exactly as it was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.domain import PERMISSION_OF_KIND, Act, ActKind, RequestStatus
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.policy_records import approval_policy_at
from marketplace.audit.operations import record
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.outbox.operations import put
from marketplace.policies import Actor, may
from marketplace.web.language import lazy_gettext as _

REASON_MAX = 2_000


class SamePerson(Forbidden):
    """Who asked cannot approve or refuse."""

    code = "same_person"


class NotRequester(Conflict):
    """A request is taken back by who made it; others refuse it."""

    code = "not_requester"


class RequestClosed(Conflict):
    """Somebody decided about it, or its time ran out."""

    code = "approval_request_closed"


class RequestChanged(Conflict):
    """What would happen is not what was read."""

    code = "approval_request_changed"


class RequestRepeated(Conflict):
    """The same act waits for its second person already."""

    code = "approval_request_repeated"


@dataclass(frozen=True, slots=True)
class ApprovedAct:
    """An act that may happen now, with both persons."""

    request_id: str
    act: Act
    reason: str
    requested_by: str
    approver: Actor
    now: datetime


Carrier = Callable[[Session, ApprovedAct], None]
"""Does what was approved, in the approving transaction. What it raises undoes the approval as well."""


def request_act(session: Session, *, actor: Actor, act: Act, reason: str, now: datetime) -> ApprovalRequest:
    """Ask for an act that needs a second person.

    Raises:
        Forbidden: the role does not allow it.
        Invalid: no reason, or one that is too long.
        RequestRepeated: the same act on the same subject waits already.

    """
    _require(actor, act.kind)
    cleaned = _written(reason, "reason", missing=_("Say why. The second person and the audit trail read it."))
    expire_requests(session, now=now)
    if find_waiting(session, kind=act.kind, subject_id=act.subject_id) is not None:
        raise RequestRepeated(_("This waits for a second person already."))
    request = ApprovalRequest(
        kind=act.kind,
        subject_type=act.subject_type,
        subject_id=act.subject_id,
        payload=dict(act.payload),
        payload_hash=act.digest(),
        reason=cleaned,
        status=RequestStatus.WAITING,
        requested_by=actor.user_id,
        requested_at=now,
        expires_at=now + approval_policy_at(now).request_valid,
    )
    session.add(request)
    session.flush()
    _tell(session, actor, request, "approval.requested", reason=cleaned, now=now)
    return request


def approve_act(
    session: Session,
    *,
    actor: Actor,
    request_id: str,
    seen_hash: str,
    carriers: Mapping[ActKind, Carrier],
    now: datetime,
) -> ApprovalRequest:
    """Let the act happen now. `seen_hash` is that of the act as the second person read it.

    Raises:
        NotFound, Forbidden, SamePerson, RequestClosed: see their classes.
        RequestChanged: the stored act is not the one that was asked for, or not the one that was read.
        Whatever the act itself refuses; then the request still waits.

    """
    request = _open_request(session, actor, request_id, now=now)
    act = act_of(request)
    if not act.digest() == request.payload_hash == seen_hash:
        raise RequestChanged(_("This is not what you read. Open it again and look."))
    request.status, request.second_person, request.closed_at = RequestStatus.APPROVED, actor.user_id, now
    session.flush()
    _tell(session, actor, request, "approval.approved", reason=request.reason, now=now)
    carriers[act.kind](
        session, ApprovedAct(request.id, act, request.reason, request.requested_by, actor, now)
    )
    return request


def refuse_act(
    session: Session, *, actor: Actor, request_id: str, note: str, now: datetime
) -> ApprovalRequest:
    """Refuse what a colleague asked for, with a note they read.

    Raises:
        NotFound, Forbidden, SamePerson, RequestClosed: see their classes.
        Invalid: no note, or one that is too long.

    """
    request = _open_request(session, actor, request_id, now=now)
    cleaned = _written(note, "note", missing=_("Say why not. Your colleague reads it."))
    request.status, request.second_person, request.closed_at = RequestStatus.REFUSED, actor.user_id, now
    request.note = cleaned
    session.flush()
    _tell(session, actor, request, "approval.refused", reason=cleaned, now=now)
    return request


def _written(text: str, field: str, *, missing: object) -> str:
    """Return a text without blanks around it. Raises Invalid for none, and for one that is too long to be kept whole."""
    cleaned = text.strip()
    if 0 < len(cleaned) <= REASON_MAX:
        return cleaned
    message = _("Use at most %(most)s characters.", most=REASON_MAX) if cleaned else missing
    raise Invalid(message, fields={field: message})


def withdraw_act(session: Session, *, actor: Actor, request_id: str, now: datetime) -> ApprovalRequest:
    """Take one's own request back. Raises NotFound, NotRequester, RequestClosed."""
    request = _find(session, request_id)
    if request.requested_by != actor.user_id:
        raise NotRequester(_("Only who asked can take it back."))
    _check_waiting(request, now=now)
    request.status, request.closed_at = RequestStatus.WITHDRAWN, now
    session.flush()
    _tell(session, actor, request, "approval.withdrawn", reason="", now=now)
    return request


def expire_requests(session: Session, *, now: datetime) -> int:
    """Close requests whose time ran out; returns how many."""
    overdue = session.scalars(
        select(ApprovalRequest)
        .where(ApprovalRequest.status == RequestStatus.WAITING, ApprovalRequest.expires_at <= now)
        .with_for_update()
    ).all()
    for request in overdue:
        request.status, request.closed_at = RequestStatus.EXPIRED, now
    session.flush()
    return len(overdue)


def find_waiting(session: Session, *, kind: ActKind, subject_id: str) -> ApprovalRequest | None:
    """Return the request for this act on this subject that waits, if there is one."""
    return session.scalar(
        select(ApprovalRequest).where(
            ApprovalRequest.kind == kind,
            ApprovalRequest.subject_id == subject_id,
            ApprovalRequest.status == RequestStatus.WAITING,
        )
    )


def act_of(request: ApprovalRequest) -> Act:
    """Return the act as it is stored."""
    return Act(ActKind(request.kind), request.subject_type, request.subject_id, request.payload)


def _open_request(session: Session, actor: Actor, request_id: str, *, now: datetime) -> ApprovalRequest:
    request = _find(session, request_id)
    _require(actor, ActKind(request.kind))
    if request.requested_by == actor.user_id:
        raise SamePerson(_("Somebody else than who asked decides about it."))
    _check_waiting(request, now=now)
    return request


def _find(session: Session, request_id: str) -> ApprovalRequest:
    request = session.get(ApprovalRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None:
        raise NotFound(_("There is no such request."))
    return request


def _check_waiting(request: ApprovalRequest, *, now: datetime) -> None:
    if request.status != RequestStatus.WAITING or request.expires_at <= now:
        raise RequestClosed(_("This request is closed. Ask anew if it is still needed."))


def _require(actor: Actor, kind: ActKind) -> None:
    if not may(actor, PERMISSION_OF_KIND[kind]):
        raise Forbidden(_("Your role does not allow this."))


def _tell(
    session: Session, actor: Actor, request: ApprovalRequest, event: str, *, reason: str, now: datetime
) -> None:
    after: dict[str, Any] = {
        "request": request.id,
        "kind": request.kind,
        "requested_by": request.requested_by,
        "payload_hash": request.payload_hash,
    }
    record(
        session,
        actor=actor,
        action=event,
        subject_type=request.subject_type,
        subject_id=request.subject_id,
        after=after,
        reason=reason,
        now=now,
        stream=f"approval:{request.id}",
    )
    put(session, event, {"approval_request_id": request.id}, now=now, key=f"{event}:{request.id}")
