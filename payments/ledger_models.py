"""The journal's tables. Rows are only ever inserted; `guards` makes the database itself refuse anything else.

An entry references its seal by a deferred foreign key, and a seal is refused unless the entry's legs sum to zero:
so an unbalanced or unfinished entry cannot be committed.
"""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.schema import PaymentsBase, UtcDateTime

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
NAME_IN_BYTES = String(140).with_variant(String(140, collation="C"), "postgresql")
"""Names that are read in the order of their bytes whatever the language of the database."""


class JournalSealRow(PaymentsBase):
    """Says that an entry is complete; after it no leg can be added."""

    __tablename__ = "journal_seal"

    entry_id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, autoincrement=False)
    leg_count: Mapped[int] = mapped_column(Integer)


class JournalEntryRow(PaymentsBase):
    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("stream", "stream_sequence"),
        CheckConstraint("stream_sequence >= 1", name="stream_sequence_from_one"),
        CheckConstraint("length(entry_hash) = 64 AND length(previous_hash) = 64", name="hash_length"),
    )

    id: Mapped[int] = mapped_column(
        ROW_ID,
        ForeignKey("journal_seal.entry_id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=True,
    )
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    stream: Mapped[str] = mapped_column(NAME_IN_BYTES)
    stream_sequence: Mapped[int] = mapped_column(Integer)
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))
    booking_ref: Mapped[str | None] = mapped_column(String(100), index=True)
    operation_id: Mapped[str | None] = mapped_column(String(36))
    memo: Mapped[dict[str, str]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JournalLegRow(PaymentsBase):
    __tablename__ = "journal_leg"
    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
        CheckConstraint("length(currency) = 3", name="currency_length"),
        CheckConstraint(
            "currency <> 'KWD' OR substr(account, 1, 5) <> 'liab:' OR amount_minor % 10 = 0", name="kwd_step"
        ),
        Index("ix_journal_leg_balance", "account", "currency", "amount_minor"),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, autoincrement=True)
    entry_id: Mapped[int] = mapped_column(ROW_ID, ForeignKey("journal_entry.id"))
    position: Mapped[int] = mapped_column(Integer)
    account: Mapped[str] = mapped_column(NAME_IN_BYTES)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    part_ref: Mapped[str | None] = mapped_column(String(100))


class JournalRootRow(PaymentsBase):
    """A periodic seal over the newest hash of every stream, so that removing a whole stream shows too."""

    __tablename__ = "pay_journal_root"
    __table_args__ = (CheckConstraint("length(root_hash) = 64", name="hash_length"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, autoincrement=True)
    last_entry_id: Mapped[int] = mapped_column(ROW_ID, unique=True)
    stream_count: Mapped[int] = mapped_column(Integer)
    previous_root: Mapped[str] = mapped_column(String(64))
    root_hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
