"""Tax status of brands and influencers: whom documents name, and under which tax number."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.taxes.sides import TaxSide


class TaxProfile(Base):
    """What a side stated about itself. `number` is empty for who is not registered; documents keep a copy."""

    __tablename__ = "tax_profile"
    __table_args__ = (one_of("side", TaxSide), UniqueConstraint("side", "subject_id"))

    id: Mapped[str] = id_column(default=new_id)
    side: Mapped[str] = mapped_column(String(12))
    #: the brand's or the influencer's id
    subject_id: Mapped[str] = mapped_column(String(20))
    legal_name: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(300))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(20), default="")
    updated_at: Mapped[datetime]
    updated_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
