"""What operators read about requests: those that wait, those that were decided, one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import User
from marketplace.approvals.domain import RequestStatus
from marketplace.approvals.models import ApprovalRequest
from marketplace.errors import NotFound
from marketplace.web.language import lazy_gettext as _

PAGE = 50
_FIRST, _SECOND = aliased(User), aliased(User)
_REQUESTS = (
    select(ApprovalRequest, _FIRST.display_name.label("first"), _SECOND.display_name.label("second"))
    .join(_FIRST, _FIRST.id == ApprovalRequest.requested_by)
    .outerjoin(_SECOND, _SECOND.id == ApprovalRequest.second_person)
)
_WAITING = (
    select(func.count())
    .select_from(ApprovalRequest)
    .where(ApprovalRequest.status == RequestStatus.WAITING, ApprovalRequest.expires_at > bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with the names of both persons. `is_over` says that its time ran out though nobody closed it yet."""

    id: str
    kind: str
    subject_type: str
    subject_id: str
    payload: dict[str, Any]
    payload_hash: str
    reason: str
    status: str
    requested_by: str
    requester: str
    requested_at: datetime
    expires_at: datetime
    second_person: str | None
    closed_at: datetime | None
    note: str
    is_over: bool


def list_requests(
    session: Session, *, is_waiting: bool, now: datetime, limit: int = PAGE
) -> Sequence[RequestView]:
    """Return requests that wait (oldest first) or are closed (newest first), in one statement."""
    statement = _REQUESTS.limit(limit)
    if is_waiting:
        statement = statement.where(ApprovalRequest.status == RequestStatus.WAITING)
        statement = statement.order_by(ApprovalRequest.requested_at, ApprovalRequest.id)
    else:
        statement = statement.where(ApprovalRequest.status != RequestStatus.WAITING)
        statement = statement.order_by(ApprovalRequest.closed_at.desc(), ApprovalRequest.id)
    return [_view(row, now) for row in session.execute(statement)]


def get_request(session: Session, *, request_id: str, now: datetime) -> RequestView:
    """Return one request. Raises NotFound."""
    row = session.execute(_REQUESTS.where(ApprovalRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such request."))
    return _view(row, now)


def count_waiting(session: Session, *, now: datetime) -> int:
    """Return how many requests wait for a second person."""
    return session.scalar(_WAITING, {"now": now}) or 0


def _view(row: Any, now: datetime) -> RequestView:
    request: ApprovalRequest = row.ApprovalRequest
    return RequestView(
        id=request.id,
        kind=request.kind,
        subject_type=request.subject_type,
        subject_id=request.subject_id,
        payload=request.payload,
        payload_hash=request.payload_hash,
        reason=request.reason,
        status=request.status,
        requested_by=request.requested_by,
        requester=row.first,
        requested_at=request.requested_at,
        expires_at=request.expires_at,
        second_person=row.second,
        closed_at=request.closed_at,
        note=request.note,
        is_over=request.status == RequestStatus.WAITING and request.expires_at <= now,
    )
