"""Flask-Login over our session table: the cookie holds a token, the row decides."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Flask, Request, g, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.accounts.models import ApiKey, User, UserSession
from marketplace.accounts.sessions import SEEN_EVERY, start_session, token_hash
from marketplace.db import READ_METHODS, db, transaction
from marketplace.web.actors import find_live_session
from marketplace.web.context import is_api, now, services

_SIGN_UP = "sign_up"


class SignedIn(UserMixin):
    """The user of a request with the session it came through; `scopes` is None for a browser session.

    `unread_count` was read with the session; None where that was not asked.
    """

    def __init__(
        self,
        user: User,
        *,
        token: str,
        session_id: str | None,
        scopes: list[Any] | None = None,
        unread_count: int | None = None,
    ) -> None:
        self.user = user
        self.token = token
        self.session_id = session_id
        self.scopes = scopes
        self.unread_count = unread_count

    def get_id(self) -> str:
        return self.token


def _load_from_cookie(token: str) -> SignedIn | None:
    if is_api() and "Authorization" in request.headers:
        return None  # a bad key beside a good cookie must not pass without CSRF protection
    found = find_live_session(db.session, token=token, now=now())
    if found is None:
        return None
    g.actor = found.actor
    if found.last_seen_at + SEEN_EVERY <= now():
        _note_seen(found.session_id, now())
    return SignedIn(found.user, token=token, session_id=found.session_id, unread_count=found.unread_count)


def _note_seen(session_id: str, at: datetime) -> None:
    """Write in a transaction of its own, since GET requests are read-only."""
    if request.method not in READ_METHODS:
        db.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=at))
        return
    db.session.rollback()  # SQLite: our read snapshot must not be held while we write
    with suppress(OperationalError), transaction(services().sessions) as own:  # a look must not fail for it
        own.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=at))


def _load_from_key(incoming: Request) -> SignedIn | None:
    scheme, _, key = incoming.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not is_api():
        return None
    row = db.session.execute(
        select(User, ApiKey)
        .join(ApiKey, ApiKey.user_id == User.id)
        .where(ApiKey.key_hash == token_hash(key.strip()), ApiKey.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    user, api_key = row
    return SignedIn(user, token="", session_id=None, scopes=list(api_key.scopes))


def sign_in(own: Session, user: User) -> None:
    """Open a session row for the user and put its token into a fresh cookie."""
    language = session.get("language")
    session.clear()  # no data of the visitor's session survives into the signed-in one
    if language:
        session["language"] = language
    token = start_session(
        own, user=user, user_agent=request.user_agent.string, address=request.remote_addr or "", now=now()
    )
    own.flush()
    g.pop("actor", None)
    login_user(SignedIn(user, token=token, session_id=None))
    session.permanent = True


def remember_sign_up(link: str) -> None:
    """Keep in this browser's cookie which link its sign-up awaits: it typed the password, so the link may sign it in."""
    session[_SIGN_UP] = token_hash(link)


def signed_up_here(link: str) -> bool:
    """Return whether this very browser made the sign-up that a link confirms."""
    return bool(session.get(_SIGN_UP) == token_hash(link))


def sign_out() -> None:
    """Forget the cookie; the caller revokes the row."""
    logout_user()
    session.clear()
    g.pop("actor", None)


def install_identity(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # bound to our session row instead
    manager.user_loader(_load_from_cookie)
    manager.request_loader(_load_from_key)
    manager.init_app(app)
