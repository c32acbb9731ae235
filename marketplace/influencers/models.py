"""Influencers, their channels, dated figures, posts, audience and calendar."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.influencers.domain import FigureSource, InfluencerStatus, Platform, SplitKind

PROVEN = text("proven_at IS NOT NULL")


class Influencer(Base):
    """A person who sells. `version` grows with every change the index must follow."""

    __tablename__ = "influencer"
    __table_args__ = (
        one_of("status", InfluencerStatus),
        CheckConstraint("open_slots >= 0", name="slots_counted"),
    )

    id: Mapped[str] = id_column(default=new_id)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    handle: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    bio: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[list[Any]] = mapped_column(default=list)
    country: Mapped[str | None] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(80), default="")
    claimed_topics: Mapped[list[Any]] = mapped_column(default=list)
    refused_categories: Mapped[list[Any]] = mapped_column(default=list)
    #: how many bookings they take at once, and how many of these are taken now
    open_slots: Mapped[int] = mapped_column(default=2)
    taken_slots: Mapped[int] = mapped_column(default=0)
    consented_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(20), default=InfluencerStatus.DRAFT)
    external_ref: Mapped[str | None] = mapped_column(String(120), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Channel(Base):
    """An account on a platform. Proven = our code was seen in its bio by a reviewer.

    Several may claim an account, because a claim costs nothing; only one can have it proven.
    """

    __tablename__ = "channel"
    __table_args__ = (
        one_of("platform", Platform),
        UniqueConstraint("influencer_id", "platform", "handle"),
        Index(
            "uq_channel_proven",
            "platform",
            "handle",
            unique=True,
            sqlite_where=PROVEN,
            postgresql_where=PROVEN,
        ),
        Index("ix_channel_account", "platform", "handle"),
    )

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    platform: Mapped[str] = mapped_column(String(20))
    handle: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(300))
    proof_code: Mapped[str] = mapped_column(String(20))
    proof_requested_at: Mapped[datetime | None]
    proven_at: Mapped[datetime | None]
    proven_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]


class Metric(Base):
    """One dated figure of a channel (followers, views_median, engagement_rate, ...) with its source."""

    __tablename__ = "metric"
    __table_args__ = (
        one_of("source", FigureSource),
        UniqueConstraint("channel_id", "name", "as_of", "source"),
        Index("ix_metric_latest", "channel_id", "name", "as_of"),
    )

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"))
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[float]
    source: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    sample_size: Mapped[int | None]


class Post(Base):
    """One published post; missing counts are NULL, never 0."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("channel_id", "url"),
        Index("ix_post_recent", "influencer_id", "published_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"))
    url: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), default="post")
    text: Mapped[str] = mapped_column(Text, default="")
    hashtags: Mapped[list[Any]] = mapped_column(default=list)
    published_at: Mapped[datetime]
    views: Mapped[int | None]
    likes: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    saves: Mapped[int | None]
    is_sponsored: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(20), default=FigureSource.SELF_DECLARED)


class AudienceSplit(Base):
    """The share (0 to 1) of a channel's audience in one country, language, age band or gender."""

    __tablename__ = "audience_split"
    __table_args__ = (
        one_of("kind", SplitKind),
        one_of("source", FigureSource),
        UniqueConstraint("channel_id", "kind", "key", "as_of"),
        CheckConstraint("share >= 0 AND share <= 1", name="share_bounded"),
    )

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channel.id"))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(20))
    share: Mapped[float]
    source: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]


class BusyPeriod(Base):
    """Days on which an influencer takes nothing new."""

    __tablename__ = "busy_period"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ordered"),)

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
