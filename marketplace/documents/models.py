"""Issued documents as data, never changed; and the counters that give their numbers without a gap."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.documents.domain import DocumentKind
from marketplace.ids import new_id


class DocumentCounter(Base):
    """The last number given in a series and year; its row is the lock that makes numbers follow each other.

    Of the series of a kind in a year the last by name is in use: a restore adds one, by a row of its own.
    """

    __tablename__ = "document_counter"

    series: Mapped[str] = mapped_column(String(16), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Document(Base):
    """One document. `content` holds everything on it, its words in both languages too, `content_hash` is SHA-256 of it; triggers refuse every change.

    `key` names the fact it was issued for, so that a repeated event issues nothing.
    """

    __tablename__ = "document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        UniqueConstraint("series", "year", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence_counted"),
        Index("ix_document_brand", "brand_id", "issued_at"),
        Index("ix_document_influencer", "influencer_id", "issued_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    series: Mapped[str] = mapped_column(String(16))
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"), index=True)
    #: the side it is for; the other one is empty
    brand_id: Mapped[str | None] = mapped_column(ForeignKey("brand.id"))
    influencer_id: Mapped[str | None] = mapped_column(ForeignKey("influencer.id"))
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
