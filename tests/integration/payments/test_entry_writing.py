"""Entries take their place, their predecessor and their hash from the statement that writes them, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from payments import chart, store
from payments.ledger import GENESIS_HASH, JournalEntry, entry_hash, legs_of
from payments.ledger_models import JournalEntryRow

NOW = datetime(2026, 5, 1, 12, 30, 0, 7, tzinfo=UTC)
MEMOS: tuple[dict[str, str], ...] = (
    {},
    {"memo": 'quoted "so", \\ back\nnew line'},
    {"memo": "أثر — ١٢٣ é 😀", "part_ref": "d'1"},
)


def entry(number, *, memo=None, amount_minor=100, stream="payment:p1"):
    legs = legs_of((chart.PSP_FEE, amount_minor), (chart.PSP, -amount_minor), currency="SAR")
    return JournalEntry(f"key {number}", "fee", stream, NOW + timedelta(days=number), legs, memo=memo or {})


def rows(sessions, stream="payment:p1"):
    query = select(JournalEntryRow).where(JournalEntryRow.stream == stream)
    with sessions() as session:
        return list(session.scalars(query.order_by(JournalEntryRow.stream_sequence)))


def test_the_database_hashes_what_the_ledger_says(sessions):
    told = [entry(number, memo=memo) for number, memo in enumerate(MEMOS)]
    with sessions.begin() as session:
        assert all(store.append(session, each) for each in told)
    previous = GENESIS_HASH
    for at, (each, row) in enumerate(zip(told, rows(sessions), strict=True), start=1):
        assert (row.stream_sequence, row.previous_hash) == (at, previous)
        assert row.entry_hash == entry_hash(each, sequence=at, previous_hash=previous)
        assert (row.memo, row.occurred_at) == (each.memo, each.occurred_at)
        previous = row.entry_hash


def test_streams_do_not_follow_each_other(sessions):
    with sessions.begin() as session:
        store.append(session, entry(1))
        store.append(session, entry(2, stream="payment:p2"))
    (other,) = rows(sessions, "payment:p2")
    assert (other.stream_sequence, other.previous_hash) == (1, GENESIS_HASH)


def test_the_same_entry_again_changes_nothing(sessions):
    with sessions.begin() as session:
        store.append(session, entry(1))
    with sessions.begin() as session:
        assert store.append(session, entry(1)) is False
        assert store.append(session, entry(2)) is True
    assert [row.key for row in rows(sessions)] == ["key 1", "key 2"]


def test_a_key_with_other_amounts_is_a_conflict(sessions):
    with sessions.begin() as session:
        store.append(session, entry(1))
    with sessions.begin() as session, pytest.raises(store.JournalKeyConflict):
        store.append(session, entry(1, amount_minor=101))
