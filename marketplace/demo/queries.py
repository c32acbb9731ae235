"""Who one can become in the demo."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User, UserSession
from marketplace.brands.models import Brand, Membership
from marketplace.influencers.models import Influencer


def list_personas(
    session: Session, *, wanted: str, favourites: Sequence[str], limit: int
) -> Sequence[Row[User, str, str]]:
    """Return (user, handle, brand name) by name, handle, brand or address; without words the favourites and all but influencers."""
    statement = (
        select(User, Influencer.handle, Brand.name)
        .outerjoin(Influencer, Influencer.user_id == User.id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Brand, Brand.id == Membership.brand_id)
        .order_by(User.kind, User.email)
        .limit(limit)
    )
    if wanted:
        pattern = f"%{wanted.casefold()}%"
        columns = (User.email, User.display_name, Influencer.handle, Brand.name)
        statement = statement.where(or_(*(func.lower(column).like(pattern) for column in columns)))
    else:
        statement = statement.where(User.email.in_(favourites) | (User.kind != "influencer"))
    return session.execute(statement).all()


def carry_sessions_along(session: Session, *, by: timedelta) -> None:
    """Move live sessions with the demo's clock: who plays all sides stays signed in."""
    for live in session.scalars(select(UserSession).where(UserSession.revoked_at.is_(None))):
        live.last_seen_at += by
        live.fresh_at += by
        live.expires_at += by
