"""Suspending and restoring accounts: a decision like any other, made without a case that waited."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import UserKind
from marketplace.accounts.models import User
from marketplace.accounts.operations import normal_email
from marketplace.errors import Forbidden, NotFound
from marketplace.ids import new_id
from marketplace.influencers.models import Influencer
from marketplace.moderation.domain import CaseStatus, DecisionAction, SubjectType
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.operations import (
    AlreadyDecided,
    DecisionInput,
    complete_input,
    put_into_effect,
)
from marketplace.policies import Actor, Permission, may
from marketplace.web.language import lazy_gettext as _

PAGE = 30


def find_accounts(session: Session, *, text: str, limit: int = PAGE) -> Sequence[User]:
    """Return accounts of both sides by id or part of mail address, name or handle; without a text the suspended ones."""
    statement = select(User).where(User.kind != UserKind.OPERATOR).limit(limit)
    if not text:
        return session.scalars(
            statement.where(User.suspended_at.is_not(None)).order_by(User.suspended_at.desc(), User.id)
        ).all()
    handle = text.removeprefix("@")
    is_meant = or_(
        User.id == text,
        User.email.contains(normal_email(text), autoescape=True),
        User.display_name.icontains(text, autoescape=True),
        User.id.in_(select(Influencer.user_id).where(Influencer.handle.icontains(handle, autoescape=True))),
    )
    return session.scalars(statement.where(is_meant).order_by(User.display_name, User.id)).all()


def get_account(session: Session, *, user_id: str, is_locked: bool = False) -> User:
    """Return an account of one of the sides. Raises NotFound, also for operators."""
    user = session.get(User, user_id, with_for_update=is_locked)
    if user is None or user.kind == UserKind.OPERATOR:
        raise NotFound(_("There is no such account."))
    return user


def list_account_decisions(session: Session, *, user_id: str) -> list[tuple[Decision, Appeal | None]]:
    """Return what was decided about an account, newest first, with the appeal against it."""
    rows = session.execute(
        select(Decision, Appeal)
        .join(ModerationCase, ModerationCase.id == Decision.case_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(ModerationCase.subject_type == SubjectType.ACCOUNT, ModerationCase.subject_id == user_id)
        .order_by(Decision.at.desc(), Decision.id)
        .limit(PAGE)
    )
    return [(row[0], row[1]) for row in rows]


def decide_about_account(
    session: Session, *, actor: Actor, user_id: str, given: DecisionInput, now: datetime
) -> Decision:
    """Suspend or restore an account under a policy; the person is told, and may appeal a suspension.

    Raises:
        Forbidden, NotFound. Invalid: the decision is not complete. AlreadyDecided: the account is so already.

    """
    if not may(actor, Permission.ACCOUNT_SUSPEND):
        raise Forbidden(_("Your role may not suspend accounts."))
    user = get_account(session, user_id=user_id, is_locked=True)
    given = complete_input(SubjectType.ACCOUNT, given)
    if (given.action == DecisionAction.SUSPEND) == (user.suspended_at is not None):
        raise AlreadyDecided(_("A colleague was faster: the account is in this state already."))
    case = _decided_case(session, user, now)
    given = replace(given, reason_en=given.reason_en.strip(), reason_ar=given.reason_ar.strip())
    return put_into_effect(session, actor, case, given, now=now)


def _decided_case(session: Session, user: User, now: datetime) -> ModerationCase:
    case = ModerationCase(
        subject_type=SubjectType.ACCOUNT,
        subject_id=user.id,
        version_ref=new_id(),
        status=CaseStatus.DECIDED,
        snapshot={"title": user.display_name, "owner": user.display_name, "fields": {"kind": user.kind}},
        opened_at=now,
        closed_at=now,
    )
    session.add(case)
    session.flush()
    return case
