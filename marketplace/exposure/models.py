"""Who was shown where, and what a place costs those whose calendar is full."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column
from marketplace.ids import new_id


class Impression(Base):
    """One influencer seen at one place of a list by a brand. Facts of that moment, kept as they were.

    `propensity` is how often the seeded draw would have put them on the first page; it corrects what is learnt.
    """

    __tablename__ = "impression"
    __table_args__ = (Index("ix_impression_shown", "shown_at", "influencer_id"),)

    id: Mapped[str] = id_column(default=new_id)
    run_id: Mapped[str] = mapped_column(String(20), index=True)
    brief_id: Mapped[str] = mapped_column(String(20), index=True)
    influencer_id: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    propensity: Mapped[float]
    shown_at: Mapped[datetime]


class ShadowPrice(Base):
    """What is taken off an influencer's score while more is asked of them than their calendar holds."""

    __tablename__ = "shadow_price"

    influencer_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    points: Mapped[float]
    expected_demand: Mapped[float]
    slots: Mapped[int]
    updated_at: Mapped[datetime]
