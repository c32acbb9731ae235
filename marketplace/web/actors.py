"""From a signed-in user to the actor that policies judge, in one statement with the session."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import UserKind
from marketplace.accounts.models import User, UserSession
from marketplace.accounts.sessions import is_live, token_hash
from marketplace.brands.models import Membership
from marketplace.influencers.models import Influencer
from marketplace.notifications.models import Notice
from marketplace.policies import Actor

_UNREAD = (
    select(func.count())
    .where(Notice.user_id == User.id, Notice.read_at.is_(None))
    .correlate(User)
    .scalar_subquery()
)
# Built once: every signed-in request asks the first, everybody who acts the second.
_LIVE_SESSION = (
    select(
        User,
        UserSession.id,
        UserSession.revoked_at,
        UserSession.expires_at,
        UserSession.last_seen_at,
        Membership.brand_id,
        Membership.role,
        Influencer.id,
        _UNREAD,
    )
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .outerjoin(Influencer, Influencer.user_id == User.id)
    .where(UserSession.token_hash == bindparam("token_hash"))
)

_SIDES = (
    select(Membership.brand_id, Membership.role, Influencer.id)
    .select_from(User)
    .outerjoin(Membership, Membership.user_id == User.id)
    .outerjoin(Influencer, Influencer.user_id == User.id)
    .where(User.id == bindparam("user_id"))
)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that signs its user in, who that is to the policies, and how many notices wait for them."""

    user: User
    session_id: str
    last_seen_at: datetime
    actor: Actor
    unread_count: int


def find_live_session(session: Session, *, token: str, now: datetime) -> LiveSession | None:
    """Return what a cookie's token stands for; None when revoked, idle too long or over."""
    row = session.execute(_LIVE_SESSION, {"token_hash": token_hash(token)}).one_or_none()
    if row is None:
        return None
    user, session_id, revoked_at, expires_at, last_seen_at, *sides, unread_count = row
    if not is_live(user, revoked_at=revoked_at, expires_at=expires_at, last_seen_at=last_seen_at, now=now):
        return None
    actor = _actor(user, *sides, session_id=session_id)
    return LiveSession(user, session_id, last_seen_at, actor, unread_count)


def actor_of(session: Session, user: User, *, session_id: str | None = None) -> Actor:
    """Return who the user is to the policies."""
    row = session.execute(_SIDES, {"user_id": user.id}).one()
    return _actor(user, *row, session_id=session_id)


def _actor(
    user: User,
    brand_id: str | None,
    brand_role: str | None,
    influencer_id: str | None,
    *,
    session_id: str | None,
) -> Actor:
    is_brand, is_influencer = user.kind == UserKind.BRAND, user.kind == UserKind.INFLUENCER
    return Actor(
        kind=user.kind,
        user_id=user.id,
        brand_id=brand_id if is_brand else None,
        brand_role=brand_role if is_brand else None,
        influencer_id=influencer_id if is_influencer else None,
        operator_role=user.operator_role,
        session_id=session_id,
        is_verified=user.email_verified_at is not None,
        is_suspended=user.suspended_at is not None,
    )
