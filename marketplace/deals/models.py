"""Applications (influencer to brief), invitations (brand to influencer, for a brief), orders (brand to listing)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.deals.domain import ApplicationStatus, InvitationStatus, OrderStatus
from marketplace.ids import new_id
from marketplace.matches.models import MatchRun

LIVE_APPLICATION = text("status IN ('submitted', 'shortlisted', 'quoted', 'booked')")
LIVE_INVITATION = text("status IN ('sent', 'accepted', 'quoted', 'booked')")


class Application(Base):
    """One live application per influencer and brief, which the database enforces."""

    __tablename__ = "application"
    __table_args__ = (
        one_of("status", ApplicationStatus),
        Index(
            "uq_application_live",
            "brief_id",
            "influencer_id",
            unique=True,
            sqlite_where=LIVE_APPLICATION,
            postgresql_where=LIVE_APPLICATION,
        ),
    )

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"), index=True)
    brief_version_id: Mapped[str] = mapped_column(ForeignKey("brief_version.id"))
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    listing_version_id: Mapped[str | None] = mapped_column(ForeignKey("listing_version.id"))
    terms_id: Mapped[str] = mapped_column(ForeignKey("terms_snapshot.id"))
    quote_id: Mapped[str | None] = mapped_column(ForeignKey("quote.id"))
    status: Mapped[str] = mapped_column(String(20))
    pitch: Mapped[str] = mapped_column(Text)
    refusal_code: Mapped[str | None] = mapped_column(String(30))
    refusal_note: Mapped[str] = mapped_column(String(500), default="")
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Invitation(Base):
    """One live invitation per influencer and brief."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("status", InvitationStatus),
        Index(
            "uq_invitation_live",
            "brief_id",
            "influencer_id",
            unique=True,
            sqlite_where=LIVE_INVITATION,
            postgresql_where=LIVE_INVITATION,
        ),
    )

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"), index=True)
    brief_version_id: Mapped[str] = mapped_column(ForeignKey("brief_version.id"))
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    listing_version_id: Mapped[str | None] = mapped_column(ForeignKey("listing_version.id"))
    terms_id: Mapped[str | None] = mapped_column(ForeignKey("terms_snapshot.id"))
    quote_id: Mapped[str | None] = mapped_column(ForeignKey("quote.id"))
    match_run_id: Mapped[str | None] = mapped_column(ForeignKey(MatchRun.id))
    invited_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    status: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text, default="")
    refusal_code: Mapped[str | None] = mapped_column(String(30))
    refusal_note: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Order(Base):
    """A brand's order of a listing as it stands; the influencer answers within 72 h of funding."""

    __tablename__ = "listing_order"
    __table_args__ = (one_of("status", OrderStatus),)

    id: Mapped[str] = id_column(default=new_id)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), index=True)
    listing_version_id: Mapped[str] = mapped_column(ForeignKey("listing_version.id"))
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    ordered_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    terms_id: Mapped[str] = mapped_column(ForeignKey("terms_snapshot.id"))
    quote_id: Mapped[str] = mapped_column(ForeignKey("quote.id"))
    status: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    #: what the brand chose: {"rush": bool, "amplification_months": int, "exclusivity_days": int, ...}
    choices: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
