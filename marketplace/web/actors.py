"""From a signed-in user to the actor that policies judge."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import UserKind
from marketplace.accounts.models import User
from marketplace.brands.models import Membership
from marketplace.influencers.models import Influencer
from marketplace.policies import Actor


def actor_of(session: Session, user: User, *, session_id: str | None = None) -> Actor:
    """Return who the user is to the policies."""
    brand_id = brand_role = influencer_id = None
    if user.kind == UserKind.BRAND:
        membership = session.get(Membership, user.id)
        if membership is not None:
            brand_id, brand_role = membership.brand_id, membership.role
    elif user.kind == UserKind.INFLUENCER:
        influencer_id = session.scalar(select(Influencer.id).where(Influencer.user_id == user.id))
    return Actor(
        kind=user.kind,
        user_id=user.id,
        brand_id=brand_id,
        brand_role=brand_role,
        influencer_id=influencer_id,
        operator_role=user.operator_role,
        session_id=session_id,
        is_verified=user.email_verified_at is not None,
        is_suspended=user.suspended_at is not None,
    )
