"""Reads the whole journal once, stream by stream, and proves its balance, its hash chains and its newest root."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import store
from payments.errors import PaymentError
from payments.ledger import GENESIS_HASH, entry_hash, root_hash
from payments.ledger_models import JournalEntryRow, JournalLegRow, JournalRootRow, JournalSealRow

BATCH = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the books do not explain: `code` for machines, the subject, and what is wrong in words."""

    code: str
    subject: str
    detail: str


@dataclass(slots=True)
class _Link:
    """Where the walk stands in the stream it is reading."""

    stream: str = ""
    sequence: int = 0
    digest: str = GENESIS_HASH


def check_chains(session: Session) -> Iterator[Problem]:
    """Walk every stream in order with flat memory; yields what does not fit."""
    link = _Link()
    for row, legs, seal_count in _read_entries(session):
        if row.stream != link.stream:
            link = _Link(row.stream)
        yield from _check_entry(row, legs, seal_count, link)
        link.sequence, link.digest = row.stream_sequence, row.entry_hash


def check_roots(session: Session) -> Iterator[Problem]:
    """Check that the roots follow on one another and that the newest one still covers every stream's head."""
    previous, newest = GENESIS_HASH, None
    for root in session.scalars(select(JournalRootRow).order_by(JournalRootRow.id)):
        if root.previous_root != previous:
            yield Problem("root_chain_broken", str(root.id), "This root does not follow the one before it.")
        previous, newest = root.root_hash, root
    if newest is None:
        return
    heads = store.stream_heads(session, last_entry_id=newest.last_entry_id)
    if root_hash(previous_root=newest.previous_root, heads=heads) != newest.root_hash:
        yield Problem("root_differs", str(newest.id), "The streams are not those that were sealed.")


def _read_entries(session: Session) -> Iterator[tuple[Any, list[Any], int | None]]:
    columns = (
        JournalEntryRow.id,
        JournalEntryRow.key,
        JournalEntryRow.kind,
        JournalEntryRow.stream,
        JournalEntryRow.stream_sequence,
        JournalEntryRow.previous_hash,
        JournalEntryRow.entry_hash,
        JournalEntryRow.booking_ref,
        JournalEntryRow.operation_id,
        JournalEntryRow.memo,
        JournalEntryRow.occurred_at,
        JournalSealRow.leg_count,
    )
    query = (
        select(*columns)
        .outerjoin(JournalSealRow, JournalSealRow.entry_id == JournalEntryRow.id)
        .order_by(JournalEntryRow.stream, JournalEntryRow.stream_sequence)
        .execution_options(yield_per=BATCH)
    )
    for batch in session.execute(query).partitions():
        legs = _read_legs(session, [row.id for row in batch])
        for row in batch:
            yield row, legs.get(row.id, []), row.leg_count


def _read_legs(session: Session, entry_ids: list[int]) -> dict[int, list[Any]]:
    query = (
        select(
            JournalLegRow.entry_id,
            JournalLegRow.account,
            JournalLegRow.currency,
            JournalLegRow.amount_minor,
            JournalLegRow.part_ref,
        )
        .where(JournalLegRow.entry_id.in_(entry_ids))
        .order_by(JournalLegRow.entry_id, JournalLegRow.position)
    )
    legs: dict[int, list[Any]] = {}
    for leg in session.execute(query):
        legs.setdefault(leg.entry_id, []).append(leg)
    return legs


def _check_entry(row: Any, legs: list[Any], seal_count: int | None, link: _Link) -> Iterator[Problem]:
    try:
        entry = store.entry_value(row, legs)
    except PaymentError as error:
        yield Problem(error.code, row.key, error.message)
        return
    if seal_count != len(legs):
        yield Problem("seal_differs", row.key, "The entry has other legs than were sealed.")
    if row.stream_sequence != link.sequence + 1 or row.previous_hash != link.digest:
        yield Problem("chain_broken", row.key, "The entry does not follow the one before it in its stream.")
    if entry_hash(entry, sequence=row.stream_sequence, previous_hash=row.previous_hash) != row.entry_hash:
        yield Problem("hash_differs", row.key, "The entry is not what was posted.")
