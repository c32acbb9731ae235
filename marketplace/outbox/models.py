"""The outbox: what must happen outside the transaction, written inside it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


class OutboxRow(Base):
    """One thing to do. Handlers are idempotent; `key` makes a second row for the same fact impossible."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "done_at", "parked_at", "run_after"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
