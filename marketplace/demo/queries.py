"""Who one can become in the demo."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User, UserSession
from marketplace.brands.models import Brand, Membership
from marketplace.influencers.models import Influencer


def list_personas(
    session: Session, *, wanted: str, favourites: Sequence[str], limit: int
) -> Sequence[Row[User, Influencer | None, str | None]]:
    """Return (user, influencer, brand name) who hold every word in their names, handle, brand or address.

    Names are searched in both spellings. Without words: the favourites and all but influencers.
    """
    statement = (
        select(User, Influencer, Brand.name)
        .outerjoin(Influencer, Influencer.user_id == User.id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Brand, Brand.id == Membership.brand_id)
        .order_by(User.kind, User.email)
        .limit(limit)
    )
    if wanted:
        columns = (
            User.email,
            User.display_name,
            Influencer.handle,
            Influencer.name,
            Influencer.name_ar,
            Brand.name,
        )
        for word in wanted.removeprefix("@").split():
            statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    else:
        statement = statement.where(User.email.in_(favourites) | (User.kind != "influencer"))
    return session.execute(statement).all()


def carry_sessions_along(session: Session, *, by: timedelta) -> None:
    """Move live sessions with the demo's clock: who plays all sides stays signed in."""
    for live in session.scalars(select(UserSession).where(UserSession.revoked_at.is_(None))):
        live.last_seen_at += by
        live.fresh_at += by
        live.expires_at += by
