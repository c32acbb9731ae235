"""A person's account as a subject of decisions: how it is shown, how it is suspended and restored."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.operations import restore_user, suspend_user
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.influencers.operations import set_suspension
from marketplace.moderation.domain import DecisionAction, SubjectType
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.subject_views import Named, Ruling, SubjectView


def view_account(session: Session, subject_id: str, version_ref: str) -> SubjectView:
    """Show whose account it is; `version_ref` tells one decision about it from the next."""
    user = session.get_one(User, subject_id)
    return SubjectView(
        title=user.display_name,
        owner=Named(user.display_name),
        fields={"kind": user.kind, "is_suspended": user.suspended_at is not None},
        before={},
        brand_id=None,
        influencer_id=None,
        is_current=_newest_version(session, user.id) == version_ref,
        is_waiting=False,
        user_id=user.id,
    )


def decide_account(session: Session, subject_id: str, version_ref: str, ruling: Ruling) -> None:
    """Suspend or restore; an appeal lifts the suspension it is about and no later one."""
    is_suspended = ruling.action == DecisionAction.SUSPEND
    is_appeal = ruling.action == DecisionAction.APPROVE
    if is_appeal and _newest_version(session, subject_id) != version_ref:
        return
    change = suspend_user if is_suspended else restore_user
    change(
        session,
        actor=ruling.actor,
        user_id=subject_id,
        reason=ruling.reason,
        reason_ar=ruling.reason_ar,
        now=ruling.now,
    )
    influencer = session.scalar(select(Influencer).where(Influencer.user_id == subject_id))
    if influencer is not None and is_suspended != (influencer.status == InfluencerStatus.SUSPENDED):
        set_suspension(
            session,
            actor=ruling.actor,
            influencer_id=influencer.id,
            is_suspended=is_suspended,
            now=ruling.now,
        )


def _newest_version(session: Session, user_id: str) -> str | None:
    return session.scalar(
        select(ModerationCase.version_ref)
        .where(ModerationCase.subject_type == SubjectType.ACCOUNT, ModerationCase.subject_id == user_id)
        .order_by(ModerationCase.opened_at.desc(), ModerationCase.id.desc())
        .limit(1)
    )
