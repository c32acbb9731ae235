"""Suspending an account and lifting that, with word to the person."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.operations import record
from marketplace.errors import Invalid, NotFound
from marketplace.outbox.operations import put
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

REASON_MAX = 500


def suspend_user(
    session: Session, *, actor: Actor, user_id: str, reason: str, reason_ar: str = "", now: datetime
) -> User:
    """Suspend an account: it starts nothing new, running bookings go on. Raises NotFound, Invalid for a long reason.

    The person is told `reason`, or `reason_ar` where that is given and Arabic their language.
    """
    if len(reason) > REASON_MAX:
        message = _("Use at most %(most)s characters.", most=REASON_MAX)
        raise Invalid(message, fields={"reason_en": message})
    return _change(session, actor, user_id, is_suspended=True, reasons=(reason, reason_ar), now=now)


def restore_user(
    session: Session, *, actor: Actor, user_id: str, reason: str, reason_ar: str = "", now: datetime
) -> User:
    """Lift a suspension and tell the person why, as `suspend_user` does. Raises NotFound."""
    return _change(session, actor, user_id, is_suspended=False, reasons=(reason, reason_ar), now=now)


def _change(
    session: Session,
    actor: Actor,
    user_id: str,
    *,
    is_suspended: bool,
    reasons: tuple[str, str],
    now: datetime,
) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    event = "account.suspended" if is_suspended else "account.restored"
    user.suspended_at = (user.suspended_at or now) if is_suspended else None
    user.suspension_reason = reasons[0] if is_suspended else None
    record(
        session,
        actor=actor,
        action=event,
        subject_type="user",
        subject_id=user.id,
        after={"suspended": is_suspended},
        reason=reasons[0],
        now=now,
    )
    told = dict(zip(("en", "ar"), reasons, strict=True))
    put(session, event, {"user_id": user.id, "at": now.isoformat(), "reasons": told}, now=now)
    return user
