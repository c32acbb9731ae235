"""What a person sees of their own account: the devices that are signed in and the API keys that work."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import ApiKey, UserSession

DEVICES_MAX = 50


def list_devices(session: Session, *, user_id: str, now: datetime) -> list[UserSession]:
    """Return the live sessions of a user, the last used first."""
    is_live = (UserSession.revoked_at.is_(None), UserSession.expires_at > now)
    statement = select(UserSession).where(UserSession.user_id == user_id, *is_live)
    return list(session.scalars(statement.order_by(UserSession.last_seen_at.desc()).limit(DEVICES_MAX)))


def list_api_keys(session: Session, *, user_id: str) -> list[ApiKey]:
    """Return the keys of a user that were not revoked, the newest first."""
    statement = select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
    return list(session.scalars(statement.order_by(ApiKey.created_at.desc())))
