"""What was promised, what came of it, and what it earned."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.influencers.domain import FigureSource


class BookingForecast(Base):
    """The forecast of a booking as it stood when the work began; never changed, so that results are held against it."""

    __tablename__ = "booking_forecast"

    id: Mapped[str] = id_column(default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"), unique=True)
    made_at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(20))
    #: as `matching.forecasting.bands.Forecast` writes it
    forecast: Mapped[dict[str, Any]]


class PostResult(Base):
    """Counts of one published deliverable on one day, as they were handed in; a later row corrects, none is changed.

    Missing counts are NULL, never 0.
    """

    __tablename__ = "post_result"
    __table_args__ = (
        one_of("source", FigureSource),
        UniqueConstraint("deliverable_id", "number"),
        CheckConstraint("views >= 0", name="views_counted"),
    )

    id: Mapped[str] = id_column(default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"), index=True)
    deliverable_id: Mapped[str] = mapped_column(ForeignKey("deliverable.id"))
    number: Mapped[int]
    impressions: Mapped[int | None]
    reach: Mapped[int | None]
    views: Mapped[int | None]
    likes: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    saves: Mapped[int | None]
    clicks: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    handed_in_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    handed_in_at: Mapped[datetime]


class CampaignFigures(Base):
    """What the brand says a brief earned it: conversions, sales and margin; the newest row counts."""

    __tablename__ = "campaign_figures"
    __table_args__ = (
        UniqueConstraint("brief_id", "number"),
        CheckConstraint("margin_bps >= 0 AND margin_bps <= 10000", name="margin_bounded"),
    )

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"))
    number: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    conversions: Mapped[int | None]
    sales_minor: Mapped[int | None]
    #: the margin on sales, in basis points
    margin_bps: Mapped[int | None]
    entered_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]
