"""What the posts of influencers prove, by topic, as last computed; and who names whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column
from marketplace.ids import new_id


class SpecialistProfile(Base):
    """One influencer's cell among peers, the spread of their posts over topics, and when all of it was computed."""

    __tablename__ = "specialist_profile"

    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), primary_key=True)
    platform: Mapped[str | None] = mapped_column(String(20))
    #: peer band of the largest known channel (matching.market.BANDS); None when followers are unknown
    band: Mapped[int | None]
    country: Mapped[str | None] = mapped_column(String(2))
    followers: Mapped[float | None]
    posts: Mapped[int]
    #: e^entropy of the posts' main topics: 1 is one topic only
    effective_topics: Mapped[float]
    is_celebrity: Mapped[bool]
    formula_version: Mapped[str] = mapped_column(String(20))
    document_version: Mapped[int]
    computed_at: Mapped[datetime]


class SpecialistTopic(Base):
    """The specialist index of one influencer on one topic, with the evidence and the place among peers."""

    __tablename__ = "specialist_topic"
    __table_args__ = (
        UniqueConstraint("influencer_id", "topic"),
        Index("ix_specialist_topic_place", "topic", "placed_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"))
    topic: Mapped[str] = mapped_column(String(60))
    #: 0 to 100
    value: Mapped[float]
    #: what it was computed from, as matching.specialism says it, with the posts that prove it
    evidence: Mapped[dict[str, Any]]
    #: the tenth of the peers, 1 is the best; None while there are too few
    decile: Mapped[int | None]
    peers: Mapped[int | None]
    #: what the peers share beside the topic
    shared: Mapped[list[Any]] = mapped_column(default=list)
    #: None: to be placed again
    placed_at: Mapped[datetime | None]


class Endorsement(Base):
    """A post about a topic names another influencer's account."""

    __tablename__ = "endorsement"
    __table_args__ = (UniqueConstraint("endorser_id", "endorsed_id", "topic"),)

    id: Mapped[str] = id_column(default=new_id)
    endorser_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"))
    endorsed_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    topic: Mapped[str] = mapped_column(String(60))
    post_id: Mapped[str] = mapped_column(String(20))
