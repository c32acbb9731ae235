"""What people do with their accounts: sign up, prove an address, set passwords and preferences.

Links from mails, API keys and suspensions stand in modules of their own and are imported here.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.api_keys import add_api_key, revoke_api_key
from marketplace.accounts.domain import DIGITS, LANGUAGES, TokenPurpose
from marketplace.accounts.links import LinkUnusable, find_token, issue_token, use_token
from marketplace.accounts.models import ApiKey, User, UserSession
from marketplace.accounts.passwords import LENGTH_MAX, LENGTH_MIN, Passwords, is_too_weak
from marketplace.accounts.sessions import revoke_sessions
from marketplace.accounts.suspension import restore_user, suspend_user
from marketplace.audit.operations import record
from marketplace.errors import Invalid, NotFound
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

__all__ = [
    "LinkUnusable",
    "add_api_key",
    "find_token",
    "issue_token",
    "restore_user",
    "revoke_api_key",
    "revoke_sessions",
    "suspend_user",
    "use_token",
]


class PasswordTooWeak(Invalid):
    """Guessable, short or too long."""

    code = "password_too_weak"


def normal_email(email: str) -> str:
    """Return the form under which an address is kept and compared."""
    return email.strip().casefold()


def find_user(session: Session, *, email: str) -> User | None:
    """Return the user with this address, or None."""
    return session.scalar(select(User).where(User.email == normal_email(email)))


def check_password(password: str, *, own_words: list[str]) -> None:
    """Refuse a weak password with what to do. Raises PasswordTooWeak."""
    if is_too_weak(password, own_words):
        text = _(
            "Choose a password of %(least)s to %(most)s characters that is hard to guess; a few unrelated words are good.",
            least=LENGTH_MIN,
            most=LENGTH_MAX,
        )
        raise PasswordTooWeak(text, fields={"password": text})


def add_user(
    session: Session,
    *,
    passwords: Passwords,
    email: str,
    password: str,
    display_name: str,
    kind: str,
    language: str,
    now: datetime,
    operator_role: str | None = None,
    is_verified: bool = False,
) -> User:
    """Add a user whose address nobody has yet (the caller looked)."""
    user = User(
        email=normal_email(email),
        email_verified_at=now if is_verified else None,
        password_hash=passwords.hash(password),
        kind=kind,
        operator_role=operator_role,
        display_name=display_name,
        language=language,
        created_at=now,
    )
    session.add(user)
    session.flush()
    record(
        session,
        actor=Actor(kind=kind, user_id=user.id),
        action="account.created",
        subject_type="user",
        subject_id=user.id,
        after={"kind": kind, "operator_role": operator_role},
        now=now,
    )
    return user


def verify_email(session: Session, *, token: str, now: datetime) -> User:
    """Prove an address by the link that was sent to it."""
    row = use_token(session, purpose=TokenPurpose.VERIFY_EMAIL, token=token, now=now)
    user = session.get_one(User, row.user_id)
    user.email_verified_at = user.email_verified_at or now
    return user


def reset_password(
    session: Session, *, passwords: Passwords, token: str, password: str, now: datetime
) -> User:
    """Set a new password by a mailed link; every session and API key ends. The address is proven by that, too."""
    found = find_token(session, purpose=TokenPurpose.RESET_PASSWORD, token=token, now=now)
    if found is None:
        raise LinkUnusable
    user = session.get_one(User, found.user_id)
    check_password(password, own_words=[user.email, user.display_name])
    use_token(session, purpose=TokenPurpose.RESET_PASSWORD, token=token, now=now)
    user.email_verified_at = user.email_verified_at or now
    _set_password(session, passwords=passwords, user=user, password=password, now=now, keep=None)
    session.execute(
        update(ApiKey).where(ApiKey.user_id == user.id, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    )
    return user


def change_password(
    session: Session,
    *,
    passwords: Passwords,
    user: User,
    old: str,
    new: str,
    session_id: str | None,
    now: datetime,
) -> None:
    """Change the password; every other session ends. Raises Invalid when the old one is wrong."""
    if not passwords.is_right(user.password_hash, old):
        text = _("This is not your present password.")
        raise Invalid(text, fields={"old_password": text})
    check_password(new, own_words=[user.email, user.display_name])
    _set_password(session, passwords=passwords, user=user, password=new, now=now, keep=session_id)


def _set_password(
    session: Session, *, passwords: Passwords, user: User, password: str, now: datetime, keep: str | None
) -> None:
    user.password_hash = passwords.hash(password)
    revoke_sessions(session, user_id=user.id, now=now, but=keep)
    record(
        session,
        actor=Actor(kind=user.kind, user_id=user.id),
        action="account.password_changed",
        subject_type="user",
        subject_id=user.id,
        now=now,
    )


def change_preferences(user: User, *, display_name: str, language: str, digits: str, time_zone: str) -> None:
    """Set how the product speaks to the user. Raises Invalid for an unknown language or digits."""
    if language not in LANGUAGES or digits not in DIGITS:
        raise Invalid(_("Choose one of the offered values."))
    user.display_name, user.language, user.digits, user.time_zone = display_name, language, digits, time_zone


def choose_language(session: Session, *, user_id: str, language: str) -> None:
    """Set the language in which the product speaks to a user. Raises Invalid for an unknown one."""
    if language not in LANGUAGES:
        raise Invalid(_("Choose English or Arabic."))
    session.get_one(User, user_id).language = language


def end_session(session: Session, *, user_id: str, session_id: str, now: datetime) -> None:
    """End one of a user's own sessions; repeating it changes nothing. Raises NotFound."""
    row = session.get(UserSession, session_id)
    if row is None or row.user_id != user_id:
        raise NotFound(_("There is no such device."))
    row.revoked_at = row.revoked_at or now
