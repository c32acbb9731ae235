"""Journal entries of a booking read back with all their legs, for whoever checks the books."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.ledger_models import JournalEntryRow, JournalLegRow


@dataclass(frozen=True, slots=True)
class EntryView:
    """One journal entry; `legs` holds (account, currency, amount in minor units, debit positive), in order."""

    entry_id: int
    at: datetime
    kind: str
    operation_id: str | None
    entry_hash: str
    legs: tuple[tuple[str, str, int], ...]


def list_entries(session: Session, *, booking_ref: str) -> list[EntryView]:
    """Return every entry of a booking with all its legs, oldest first, in one statement."""
    rows = session.execute(
        select(JournalEntryRow, JournalLegRow)
        .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
        .where(JournalEntryRow.booking_ref == booking_ref)
        .order_by(JournalEntryRow.id, JournalLegRow.position)
    )
    found: dict[int, tuple[JournalEntryRow, list[tuple[str, str, int]]]] = {}
    for entry, leg in rows:
        found.setdefault(entry.id, (entry, []))[1].append((leg.account, leg.currency, leg.amount_minor))
    return [
        EntryView(entry.id, entry.occurred_at, entry.kind, entry.operation_id, entry.entry_hash, tuple(legs))
        for entry, legs in found.values()
    ]
