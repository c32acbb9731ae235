"""Listings: an influencer's priced packages; a version never changes once it was submitted."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.influencers.domain import Platform
from marketplace.listings.domain import ListingStatus


class Listing(Base):
    """The package as a thing with a life; `status` is that of its newest version, `live_version_id` is what sells."""

    __tablename__ = "listing"
    __table_args__ = (one_of("status", ListingStatus),)

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=ListingStatus.DRAFT)
    newest_version_id: Mapped[str | None] = mapped_column(String(20))
    live_version_id: Mapped[str | None] = mapped_column(String(20), index=True)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    #: what the last change request said: field -> {"en": note, "ar": note}; "whole" is about all of it
    field_notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ListingVersion(Base):
    """What was priced. Amounts are minor units of `currency`; the influencer receives them whole."""

    __tablename__ = "listing_version"
    __table_args__ = (
        one_of("platform", Platform),
        UniqueConstraint("listing_id", "number"),
        CheckConstraint("base_minor > 0", name="base_positive"),
    )

    id: Mapped[str] = id_column(default=new_id)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), index=True)
    number: Mapped[int]
    platform: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    #: [{"kind": DeliverableKind, "count": int}]
    deliverables: Mapped[list[Any]]
    currency: Mapped[str] = mapped_column(String(3))
    base_minor: Mapped[int]
    #: price of paid amplification for one month; None = not sold
    amplification_month_minor: Mapped[int | None]
    #: price of one day of exclusivity in one category; None = not sold
    exclusivity_day_minor: Mapped[int | None]
    #: price of delivery within `rush_days`; None = not sold
    rush_minor: Mapped[int | None]
    rush_days: Mapped[int | None]
    turnaround_days: Mapped[int]
    submitted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
