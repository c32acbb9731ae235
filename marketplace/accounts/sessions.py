"""Sessions as rows: a cookie holds a token, the table holds its hash, revoking the row ends the session everywhere."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.domain import UserKind
from marketplace.accounts.models import User, UserSession
from marketplace.ids import new_token

IDLE = {"member": timedelta(days=7), "operator": timedelta(minutes=30)}
ABSOLUTE = {"member": timedelta(days=30), "operator": timedelta(hours=12)}
SEEN_EVERY = timedelta(minutes=5)


def token_hash(token: str) -> str:
    """Return what is stored of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _limits(user: User) -> str:
    return "operator" if user.kind == UserKind.OPERATOR else "member"


def start_session(session: Session, *, user: User, user_agent: str, address: str, now: datetime) -> str:
    """Open a session and return its token; the caller puts it into the cookie."""
    token = new_token()
    session.add(
        UserSession(
            user_id=user.id,
            token_hash=token_hash(token),
            created_at=now,
            last_seen_at=now,
            fresh_at=now,
            expires_at=now + ABSOLUTE[_limits(user)],
            user_agent=user_agent[:200],
            address=address[:45],
        )
    )
    session.flush()
    return token


def is_live(
    user: User,
    *,
    revoked_at: datetime | None,
    expires_at: datetime,
    last_seen_at: datetime,
    now: datetime,
) -> bool:
    """Return whether a session still signs its user in: neither revoked, idle too long nor over."""
    return revoked_at is None and expires_at > now and last_seen_at + IDLE[_limits(user)] > now


def revoke_sessions(session: Session, *, user_id: str, now: datetime, but: str | None = None) -> int:
    """End all sessions of a user (but one, by id); returns how many."""
    statement = update(UserSession).where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(UserSession.id != but)
    result = session.execute(statement.values(revoked_at=now))
    return int(result.rowcount)  # type: ignore[attr-defined]  # CursorResult of an UPDATE
