"""Cases, decisions with reasons in both languages, appeals."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.moderation.domain import AppealStatus, CaseStatus, DecisionAction, SubjectType


class ModerationCase(Base):
    """One version of one subject waiting for an operator; claimed by lease, decided once (`revision` guards)."""

    __tablename__ = "moderation_case"
    __table_args__ = (
        one_of("subject_type", SubjectType),
        one_of("status", CaseStatus),
        UniqueConstraint("subject_type", "subject_id", "version_ref"),
        Index("ix_moderation_case_queue", "status", "opened_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(64), index=True)
    version_ref: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    #: the subject as it was when the case was opened
    snapshot: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_until: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]


class Decision(Base):
    """What an operator decided, under which policy, why. One per case: never two decisions on one version."""

    __tablename__ = "decision"
    __table_args__ = (one_of("action", DecisionAction),)

    id: Mapped[str] = id_column(default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("moderation_case.id"), unique=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(20))
    policy_code: Mapped[str] = mapped_column(String(40))
    reason_en: Mapped[str] = mapped_column(Text)
    reason_ar: Mapped[str] = mapped_column(Text)
    #: field name -> {"en": note, "ar": note}
    field_notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class Appeal(Base):
    """One per decision; never decided by the operator who made the decision."""

    __tablename__ = "appeal"
    __table_args__ = (one_of("status", AppealStatus),)

    id: Mapped[str] = id_column(default=new_id)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"), unique=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    answer_en: Mapped[str] = mapped_column(Text, default="")
    answer_ar: Mapped[str] = mapped_column(Text, default="")
