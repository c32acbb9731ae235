"""Tables of people who sign in: users, their sessions, single-use links, API keys and remembered answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.domain import DIGITS, LANGUAGES, TokenPurpose, UserKind
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id


class User(Base):
    """A person. `email` is stored case-folded; a user is on one side of the market only."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("kind", UserKind), one_of("language", LANGUAGES), one_of("digits", DIGITS))

    id: Mapped[str] = id_column(default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    operator_role: Mapped[str | None] = mapped_column(String(20))
    display_name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="en")
    digits: Mapped[str] = mapped_column(String(4), default="latn")
    time_zone: Mapped[str] = mapped_column(String(40), default="Asia/Riyadh")
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]


class UserSession(Base):
    """One sign-in on one device; the cookie carries a token whose hash is here, so every session can be revoked."""

    __tablename__ = "user_session"

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")


class AccountToken(Base):
    """A single-use link sent by mail; only its hash is kept. `payload` carries what it grants."""

    __tablename__ = "account_token"
    __table_args__ = (one_of("purpose", TokenPurpose),)

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    """A scoped key of one user, shown once, stored hashed; `prefix` lets its owner recognise it."""

    __tablename__ = "api_key"

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RememberedAnswer(Base):
    """The answer to an unsafe API call under its Idempotency-Key; the same key with another body is refused."""

    __tablename__ = "remembered_answer"
    __table_args__ = (UniqueConstraint("user_id", "idempotency_key"),)

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    idempotency_key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
