"""The journal as rows for other programs: one row a leg, in the order of posting, as CSV or as JSON lines.

Text cells of the CSV that a spreadsheet would read as a formula begin with an apostrophe, as OWASP's note on CSV
injection advises; amounts are numbers of ours and stay as they are.
"""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.ledger_models import JournalEntryRow, JournalLegRow
from payments.money import format_minor
from payments.raw_reading import stream

COLUMNS = (
    "entry",
    "at",
    "kind",
    "key",
    "booking",
    "operation",
    "part",
    "account",
    "currency",
    "amount_minor",
    "amount",
    "stream",
    "sequence",
    "hash",
)
WIDE_STARTS = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # the wide =, +, - and @ of East Asian keyboards
FORMULA_STARTS = ("=", "+", "-", "@", *WIDE_STARTS, "\t", "\r", "\n")


class TextTarget(Protocol):
    """Where lines go: a file or standard output."""

    def write(self, text: str, /) -> object: ...


def export_journal(
    session: Session,
    target: TextTarget,
    *,
    as_csv: bool,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Write every leg whose entry's moment lies in [since, until) and return how many there were; memory stays flat."""
    count = 0
    writer = csv.writer(target)
    if as_csv:
        writer.writerow(COLUMNS)
    for row in _rows(session, since, until):
        count += 1
        if as_csv:
            writer.writerow([guard_cell(value) for value in row])
        else:
            target.write(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")
    return count


def guard_cell(value: str | int | None) -> str | int:
    """Return a cell that no spreadsheet runs; numbers, also those written as text with a point, stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    is_number = value.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{value}" if value.startswith(FORMULA_STARTS) and not is_number else value


def _rows(
    session: Session, since: datetime | None, until: datetime | None
) -> Iterator[tuple[str | int | None, ...]]:
    entry, leg = JournalEntryRow, JournalLegRow
    query = (
        select(
            entry.id,
            entry.occurred_at,
            entry.kind,
            entry.key,
            entry.booking_ref,
            entry.operation_id,
            leg.part_ref,
            leg.account,
            leg.currency,
            leg.amount_minor,
            entry.stream,
            entry.stream_sequence,
            entry.entry_hash,
        )
        .join(leg, leg.entry_id == entry.id)
        .order_by(entry.id, leg.position)
    )
    if since is not None:
        query = query.where(entry.occurred_at >= since)
    if until is not None:
        query = query.where(entry.occurred_at < until)
    for number, at, kind, key, booking, operation, part, account, currency, minor, *chained in stream(
        session, query
    ):
        moment, amount = at.isoformat(timespec="seconds"), format_minor(minor, currency)
        yield number, moment, kind, key, booking, operation, part, account, currency, minor, amount, *chained
