"""Suspending an account and lifting that, with word to the person."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.operations import record
from marketplace.errors import NotFound
from marketplace.outbox.operations import put
from marketplace.policies import Actor


def suspend_user(
    session: Session, *, actor: Actor, user_id: str, reason: str, reason_ar: str = "", now: datetime
) -> User:
    """Suspend an account: it starts nothing new, running bookings go on. Raises NotFound.

    The person is told `reason`, or `reason_ar` where that is given and Arabic their language.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    user.suspended_at, user.suspension_reason = user.suspended_at or now, reason
    record(
        session,
        actor=actor,
        action="account.suspended",
        subject_type="user",
        subject_id=user.id,
        after={"suspended": True},
        reason=reason,
        now=now,
    )
    _tell_user(session, "account.suspended", user, {"en": reason, "ar": reason_ar}, now)
    return user


def restore_user(
    session: Session, *, actor: Actor, user_id: str, reason: str, reason_ar: str = "", now: datetime
) -> User:
    """Lift a suspension and tell the person why, as `suspend_user` does. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    user.suspended_at, user.suspension_reason = None, None
    record(
        session,
        actor=actor,
        action="account.restored",
        subject_type="user",
        subject_id=user.id,
        after={"suspended": False},
        reason=reason,
        now=now,
    )
    _tell_user(session, "account.restored", user, {"en": reason, "ar": reason_ar}, now)
    return user


def _tell_user(session: Session, event: str, user: User, reasons: dict[str, str], now: datetime) -> None:
    put(session, event, {"user_id": user.id, "at": now.isoformat(), "reasons": reasons}, now=now)
