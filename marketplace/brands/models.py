"""Brand organisations and who belongs to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.domain import BrandRole
from marketplace.brands.domain import BrandStatus
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id


class Brand(Base):
    """An organisation that posts briefs and pays. `category` is what it sells (the brief may narrow it)."""

    __tablename__ = "brand"
    __table_args__ = (one_of("status", BrandStatus),)

    id: Mapped[str] = id_column(default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    country: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default=BrandStatus.PENDING)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Membership(Base):
    """A user's place in one brand; a user belongs to one brand only."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", BrandRole),)

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
