"""Reading notices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.cursors import Cursor
from marketplace.notifications.models import MailMessage, Notice

PAGE = 30


def list_notices(
    session: Session,
    *,
    user_id: str,
    before: datetime | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Sequence[Notice]:
    """Return a user's notices, newest first, older than `before`, or from the cursor `after` on."""
    statement = select(Notice).where(Notice.user_id == user_id)
    if before is not None:
        statement = statement.where(Notice.created_at < before)
    if after is not None:
        statement = statement.where(after.older(Notice.created_at, Notice.id))
    return session.scalars(statement.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(limit)).all()


def unread_count(session: Session, *, user_id: str) -> int:
    """Count what a user has not read."""
    found = session.scalar(select(func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None)))
    return found or 0


def list_mail(session: Session, *, user_id: str | None = None, limit: int = PAGE) -> Sequence[MailMessage]:
    """Return mail, newest first: of one user, or of everyone (the demo's mailbox)."""
    statement = (
        select(MailMessage).order_by(MailMessage.created_at.desc(), MailMessage.id.desc()).limit(limit)
    )
    if user_id is not None:
        statement = statement.where(MailMessage.user_id == user_id)
    return session.scalars(statement).all()
