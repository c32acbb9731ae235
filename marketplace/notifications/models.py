"""Notices inside the product and the mail that was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.notifications.domain import MailTopic


class Notice(Base):
    """A line in a user's notices; the sentence is made from `kind` and `params` in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_user", "user_id", "read_at", "created_at"),)

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]]
    path: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MailMessage(Base):
    """One mail. The Message-ID is made from `key`, so that a repeated sending can be recognised by the receiver."""

    __tablename__ = "mail_message"

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    #: what to put into the outbox once an adapter accepted it: {"kind": str, "payload": dict}; empty = nothing
    then: Mapped[dict[str, Any]] = mapped_column(default=dict)


class MailSwitch(Base):
    """A person wants no mail of a topic; without a row they get it."""

    __tablename__ = "mail_switch"
    __table_args__ = (UniqueConstraint("user_id", "topic"), one_of("topic", MailTopic))

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    topic: Mapped[str] = mapped_column(String(20))
    off_at: Mapped[datetime]
