"""Fee policies of this site. A row never changes; the one in force is the newest whose day has come."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


class FeePolicyRow(Base):
    """One edition as `domain.FeePolicy` reads it, and who decided about it (nobody for the one a site begins with)."""

    __tablename__ = "fee_policy"
    __table_args__ = (
        CheckConstraint(
            "proposed_by IS NULL OR (approved_by IS NOT NULL AND approved_by <> proposed_by)",
            name="two_persons",
        ),
    )

    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: the first day, in the zone of the business calendar
    valid_from: Mapped[date] = mapped_column(unique=True)
    record: Mapped[dict[str, Any]]
    #: what changes, shown to everybody
    note_en: Mapped[str] = mapped_column(Text)
    note_ar: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    proposed_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
