"""Telling operators of requests that need a second person, and who asked how it ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import UserKind
from marketplace.accounts.models import User
from marketplace.announcements.facts import moment
from marketplace.announcements.operations import path_to
from marketplace.approvals.act_words import act_title
from marketplace.approvals.domain import PERMISSION_OF_KIND, ActKind, RequestStatus
from marketplace.approvals.models import ApprovalRequest
from marketplace.notifications.operations import notify
from marketplace.policies import Actor, Permission, may
from marketplace.services import Services
from marketplace.web.language import force_locale


def tell_request(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell every operator who could be the second person, as long as the request waits."""
    request = session.get_one(ApprovalRequest, payload["approval_request_id"])
    if request.status != RequestStatus.WAITING:
        return
    requester = session.get_one(User, request.requested_by)
    for user in _second_persons(session, request):
        _tell(session, services, request, user, "approval.requested", person=requester)


def tell_answer(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell who asked that it was approved and done, or refused."""
    request = session.get_one(ApprovalRequest, payload["approval_request_id"])
    if request.second_person is None:
        return
    user, person = session.get_one(User, request.requested_by), session.get_one(User, request.second_person)
    kind = "approval.approved" if request.status == RequestStatus.APPROVED else "approval.refused"
    _tell(session, services, request, user, kind, person=person)


def _second_persons(session: Session, request: ApprovalRequest) -> Sequence[User]:
    operators = session.scalars(
        select(User).where(
            User.kind == UserKind.OPERATOR, User.suspended_at.is_(None), User.id != request.requested_by
        )
    )
    return [user for user in operators if _may_decide(user, ActKind(request.kind))]


def _may_decide(user: User, kind: ActKind) -> bool:
    actor = Actor(user_id=user.id, kind=UserKind(user.kind), operator_role=user.operator_role)
    return may(actor, Permission.ACT_APPROVE) and may(actor, PERMISSION_OF_KIND[kind])


def _tell(
    session: Session,
    services: Services,
    request: ApprovalRequest,
    user: User,
    sentence: str,
    *,
    person: User,
) -> None:
    notify(
        session,
        services,
        user=user,
        kind=sentence,
        params={
            "person": person.display_name,
            "act": {language: _title(request, language) for language in ("en", "ar")},
            "until": moment(request.expires_at),
            "note": request.note or "",
        },
        path=path_to("approvals.request", request_id=request.id),
        key=f"{sentence}:{request.id}",
        now=services.clock(),
    )


def _title(request: ApprovalRequest, language: str) -> str:
    with force_locale(language):
        return str(act_title(request.kind))
