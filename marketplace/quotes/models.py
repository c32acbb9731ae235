"""Terms that an influencer consented to, and the quotes derived from them unchanged."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.quotes.domain import DealPath, QuoteStatus


class TermsSnapshot(Base):
    """What the influencer agreed to do for what they receive. Immutable; valid until `expires_at` (14 days)."""

    __tablename__ = "terms_snapshot"
    __table_args__ = (one_of("path", DealPath), CheckConstraint("net_minor > 0", name="net_positive"))

    id: Mapped[str] = id_column(default=new_id)
    path: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    brief_version_id: Mapped[str | None] = mapped_column(ForeignKey("brief_version.id"))
    listing_version_id: Mapped[str | None] = mapped_column(ForeignKey("listing_version.id"))
    currency: Mapped[str] = mapped_column(String(3))
    base_minor: Mapped[int]
    rights_minor: Mapped[int]
    exclusivity_minor: Mapped[int]
    rush_minor: Mapped[int]
    net_minor: Mapped[int]
    #: [{"number", "kind", "platform", "title", "is_published", "net_minor"}], net_minor sums to the whole
    deliverables: Mapped[list[Any]]
    #: [{"id", "kind", "text", "weight"}]
    criteria: Mapped[list[Any]]
    rights: Mapped[dict[str, Any]]
    exclusivity: Mapped[dict[str, Any]]
    requires_disclosure: Mapped[bool]
    due_on: Mapped[date]
    #: days from the beginning of the work to the first submission
    turnaround_days: Mapped[int]
    posting_from: Mapped[date | None]
    posting_until: Mapped[date | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    def as_agreed(self) -> dict[str, Any]:
        """Return what both sides agree on beside the money, as JSON values."""
        days = {name: getattr(self, name) for name in ("due_on", "posting_from", "posting_until")}
        names = ("title", "deliverables", "criteria", "rights", "exclusivity", "requires_disclosure")
        return {
            **{name: getattr(self, name) for name in names},
            **{name: day.isoformat() if day is not None else None for name, day in days.items()},
            "turnaround_days": self.turnaround_days,
        }


class Quote(Base):
    """The whole price, the same for both sides before they agree. Immutable but for its status; `hash` covers the rest, and its terms."""

    __tablename__ = "quote"
    __table_args__ = (
        one_of("path", DealPath),
        one_of("status", QuoteStatus),
        CheckConstraint("total_minor = net_minor + fee_minor + tax_minor", name="sums"),
    )

    id: Mapped[str] = id_column(default=new_id)
    path: Mapped[str] = mapped_column(String(20))
    terms_id: Mapped[str] = mapped_column(ForeignKey("terms_snapshot.id"), index=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    base_minor: Mapped[int]
    rights_minor: Mapped[int]
    exclusivity_minor: Mapped[int]
    rush_minor: Mapped[int]
    net_minor: Mapped[int]
    fee_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    #: per deliverable: {"number", "kind", "title", "net_minor", "fee_minor", "tax_minor", "total_minor"}
    parts: Mapped[list[Any]]
    #: by stage: {"stage", "influencer_share_bps", "influencer_minor", "refund_minor"}
    cancellation: Mapped[list[Any]]
    #: fees, tax rates with source, clocks: everything it was made with, copied whole
    policy: Mapped[dict[str, Any]]
    policy_version: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=QuoteStatus.OPEN)
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    #: when its booking was completed, empty again once all of it was taken back; the loyalty taper counts these
    fulfilled_at: Mapped[datetime | None]
