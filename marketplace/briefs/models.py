"""Briefs: a mutable draft and immutable published versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.briefs.domain import BriefStatus, Pricing, ReadingAnswer
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id


class Brief(Base):
    """A brand's need. `draft` holds what the editor saved last, valid or not; `revision` guards concurrent edits."""

    __tablename__ = "brief"
    __table_args__ = (one_of("status", BriefStatus),)

    id: Mapped[str] = id_column(default=new_id)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    status: Mapped[str] = mapped_column(String(20), default=BriefStatus.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(160), default="")
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    draft_saved_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    newest_version_id: Mapped[str | None] = mapped_column(String(20))
    live_version_id: Mapped[str | None] = mapped_column(String(20))
    is_hidden: Mapped[bool] = mapped_column(default=False)
    #: what the last change request said: field -> {"en": note, "ar": note}; "whole" is about all of it
    field_notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class BriefVersion(Base):
    """What was submitted; never changed. Amounts are minor units of `currency`, in listed prices (without the fee)."""

    __tablename__ = "brief_version"
    __table_args__ = (
        one_of("pricing", Pricing),
        UniqueConstraint("brief_id", "number"),
        CheckConstraint("budget_minor > 0", name="budget_positive"),
        CheckConstraint("ends_on >= starts_on", name="dates_ordered"),
        CheckConstraint("seats >= 1", name="seats_positive"),
    )

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"), index=True)
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(160))
    goal: Mapped[str] = mapped_column(String(40))
    product: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(40))
    topics: Mapped[list[Any]]
    platforms: Mapped[list[Any]]
    #: [{"kind": DeliverableKind, "count": int, "price_minor": int | None}] for each influencer
    deliverables: Mapped[list[Any]]
    #: {"countries": [..], "languages": [..], "share": 0.25}
    audience: Mapped[dict[str, Any]]
    creator_countries: Mapped[list[Any]] = mapped_column(default=list)
    followers_min: Mapped[int]
    followers_max: Mapped[int]
    #: why accounts above the micro gate are asked for, in the brand's words; empty within the gate
    followers_reason: Mapped[str] = mapped_column(String(300), default="")
    currency: Mapped[str] = mapped_column(String(3))
    #: all influencers together
    budget_minor: Mapped[int]
    pricing: Mapped[str] = mapped_column(String(10))
    #: how many influencers are sought
    seats: Mapped[int] = mapped_column(default=1)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: {"organic_months": 6, "amplification_months": 0, "territory": "SA", "ai_training": false}
    rights: Mapped[dict[str, Any]]
    exclusivity_category: Mapped[str] = mapped_column(String(40), default="")
    exclusivity_days: Mapped[int] = mapped_column(default=0)
    is_rush: Mapped[bool] = mapped_column(default=False)
    requires_disclosure: Mapped[bool] = mapped_column(default=True)
    #: categories the brand does not want advertised by the same influencer while the work is live
    refused_categories: Mapped[list[Any]] = mapped_column(default=list)
    #: [{"id": str, "kind": CriterionKind, "text": str, "weight": int}], weights sum to 100
    criteria: Mapped[list[Any]]
    submitted_at: Mapped[datetime]


class BriefReadingAnswer(Base):
    """What a brand said to one thing that was read in its text; kept to evaluate the reading."""

    __tablename__ = "brief_reading_answer"
    __table_args__ = (one_of("answer", ReadingAnswer), UniqueConstraint("brief_id", "item"))

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"), index=True)
    item: Mapped[str] = mapped_column(String(30))
    answer: Mapped[str] = mapped_column(String(10))
    #: what the text was read as, in fields of the draft; empty for what only informs
    read: Mapped[dict[str, Any]]
    #: what stood in these fields when it was answered
    kept: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]
