"""What people do with their accounts: sign in, prove an address, reset a password, keep API keys."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.domain import DIGITS, LANGUAGES, TokenPurpose
from marketplace.accounts.models import AccountToken, ApiKey, User
from marketplace.accounts.passwords import Passwords, is_too_weak
from marketplace.accounts.sessions import revoke_sessions, token_hash
from marketplace.audit.operations import record
from marketplace.errors import Invalid, NotFound
from marketplace.ids import new_token
from marketplace.outbox.operations import put
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

LIFE = {
    TokenPurpose.VERIFY_EMAIL: timedelta(hours=48),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
    TokenPurpose.JOIN_BRAND: timedelta(days=14),
}
SCOPES = ("read", "write", "money")


class LinkUnusable(Invalid):
    """The link was used, is too old, or was never ours."""

    code = "link_unusable"


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
            "Choose a password of 10 to 128 characters that is hard to guess; a few unrelated words are good."
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


def issue_token(
    session: Session,
    *,
    purpose: TokenPurpose,
    user_id: str | None,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> str:
    """Make a single-use link secret; older ones of the same purpose and user stop working."""
    if user_id is not None:
        session.execute(
            update(AccountToken)
            .where(
                AccountToken.user_id == user_id,
                AccountToken.purpose == purpose,
                AccountToken.used_at.is_(None),
            )
            .values(used_at=now)
        )
    token = new_token()
    session.add(
        AccountToken(
            user_id=user_id,
            purpose=purpose,
            token_hash=token_hash(token),
            payload=dict(payload or {}),
            created_at=now,
            expires_at=now + LIFE[purpose],
        )
    )
    session.flush()
    return token


def find_token(session: Session, *, purpose: TokenPurpose, token: str, now: datetime) -> AccountToken | None:
    """Return a token that may still be used, or None."""
    row = session.scalar(
        select(AccountToken).where(
            AccountToken.token_hash == token_hash(token), AccountToken.purpose == purpose
        )
    )
    return row if row is not None and row.used_at is None and row.expires_at > now else None


def use_token(session: Session, *, purpose: TokenPurpose, token: str, now: datetime) -> AccountToken:
    """Use a link up. Raises LinkUnusable."""
    row = find_token(session, purpose=purpose, token=token, now=now)
    if row is None:
        raise LinkUnusable(_("This link was used already or is too old. Ask for a new one."))
    taken = session.execute(
        update(AccountToken)
        .where(AccountToken.id == row.id, AccountToken.used_at.is_(None))
        .values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE; another was faster
        raise LinkUnusable(_("This link was used already or is too old. Ask for a new one."))
    return row


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
        raise LinkUnusable(_("This link was used already or is too old. Ask for a new one."))
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


def add_api_key(
    session: Session, *, user: User, name: str, scopes: Sequence[str], now: datetime
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is shown this once.

    Raises:
        Invalid: for an unknown scope.
    """
    if not scopes or any(scope not in SCOPES for scope in scopes):
        text = _("Choose at least one of the offered scopes.")
        raise Invalid(text, fields={"scopes": text})
    prefix = "ath_" + secrets.token_hex(4)
    secret = f"{prefix}_{new_token()}"
    key = ApiKey(
        user_id=user.id,
        name=name,
        prefix=prefix,
        key_hash=token_hash(secret),
        scopes=list(scopes),
        created_at=now,
    )
    session.add(key)
    session.flush()
    record(
        session,
        actor=Actor(kind=user.kind, user_id=user.id),
        action="api_key.created",
        subject_type="api_key",
        subject_id=key.id,
        after={"prefix": prefix, "scopes": list(scopes)},
        now=now,
    )
    return key, secret


def revoke_api_key(session: Session, *, user_id: str, key_id: str, now: datetime) -> None:
    """End one's own key. Raises NotFound."""
    key = session.get(ApiKey, key_id)
    if key is None or key.user_id != user_id:
        raise NotFound
    key.revoked_at = key.revoked_at or now


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
