"""The audit trail: append-only rows, a hash chain per stream, sealed roots over all streams, keys per person."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


class AuditEntry(Base):
    """One act. Personal values inside `before` and `after` are encrypted with the person's key."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("stream", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    stream: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(40), index=True)
    session_id: Mapped[str | None] = mapped_column(String(20))
    request_id: Mapped[str | None] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text, default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditSeal(Base):
    """A root over the heads of all streams at one moment, chained to the seal before it."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    last_entry_id: Mapped[int]
    previous_root: Mapped[str] = mapped_column(String(64))
    root: Mapped[str] = mapped_column(String(64), unique=True)


class PersonKey(Base):
    """The key of one person's values in the trail; erasure destroys it and the chain stays valid."""

    __tablename__ = "person_key"

    person_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
