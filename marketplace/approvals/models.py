"""Requests for acts on money. That the second person is another one is a rule of the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.approvals.domain import ActKind, RequestStatus
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id


class ApprovalRequest(Base):
    """One act that waits for a second person, or what became of it. One may wait per act and subject."""

    __tablename__ = "approval_request"
    __table_args__ = (
        one_of("kind", ActKind),
        one_of("status", RequestStatus),
        CheckConstraint("second_person IS NULL OR second_person <> requested_by", name="two_persons"),
        CheckConstraint(
            "status NOT IN ('approved', 'refused') OR second_person IS NOT NULL", name="second_person_named"
        ),
        Index(
            "uq_approval_request_waiting",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_approval_request_list", "status", "requested_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    kind: Mapped[str] = mapped_column(String(24))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    payload_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    requested_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: who approved or refused
    second_person: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
