"""The statement that puts an entry at the end of its stream: place, predecessor and hash are found where it is written.

To read the newest entry first would cost each posting a way to the database and back, and leave a gap for another one.
"""

from functools import cache, reduce
from operator import add
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    Text,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy import cast as cast_as
from sqlalchemy.orm import Session

from payments.ledger import GENESIS_HASH, JournalEntry, canonical_content
from payments.ledger_models import JournalEntryRow
from payments.prepared import PreparedStatement

_ENTRIES = cast("Table", JournalEntryRow.__table__)
_ONE, _NOUGHT = literal_column("1", Integer), literal_column("0", Integer)
_GIVEN = ("key", "kind", "stream", "booking_ref", "operation_id", "memo", "occurred_at")


def insert_following(session: Session, entry: JournalEntry) -> int | None:
    """Insert an entry after the newest one of its stream and return its number; None where its key is known already.

    What is being changed must have been flushed: the guards look at it.
    """
    values = {
        "key": entry.key,
        "kind": entry.kind,
        "stream": entry.stream,
        "booking_ref": entry.booking_ref,
        "operation_id": entry.operation_id,
        "memo": dict(entry.memo),
        "occurred_at": entry.occurred_at,
        "content": canonical_content(entry),
    }
    rows = _insert_following(session.connection().dialect.name).send(session, values)
    return cast("int", rows[0][0]) if rows else None


@cache
def _insert_following(dialect: str) -> PreparedStatement:
    """Build the statement; the text it hashes is `ledger.entry_hash`'s."""
    entry, content = _ENTRIES.c, bindparam("content", type_=Text)
    newest = (
        select(entry.stream_sequence, entry.entry_hash)
        .where(entry.stream == bindparam("stream", type_=entry.stream.type))
        .order_by(entry.stream_sequence.desc())
        .limit(_ONE)
        .subquery()
    )
    # an aggregate has one row where a stream has none yet
    before = select(
        func.coalesce(func.max(newest.c.stream_sequence), _NOUGHT).label("place"),
        func.coalesce(func.max(newest.c.entry_hash), _constant(GENESIS_HASH)).label("hash"),
    ).subquery()
    place: ColumnElement[int] = before.c.place + _ONE
    hashed = _joined('["', before.c.hash, '",', cast_as(place, Text), ",", content, "]")
    values: dict[str, ColumnElement[Any]] = {
        **{name: bindparam(name, type_=entry[name].type) for name in _GIVEN},
        "stream_sequence": place,
        "previous_hash": before.c.hash,
        "entry_hash": _sha256(hashed, dialect),
    }
    is_known = exists().where(entry.key == values["key"])
    source = select(*values.values()).select_from(before).where(~is_known)
    statement = insert(_ENTRIES).from_select(list(values), source, include_defaults=False)
    return PreparedStatement(statement.returning(entry.id))


def _sha256(text: ColumnElement[str], dialect: str) -> ColumnElement[str]:
    """Return the SQL for a text's hash in hex; SQLite has none of its own (`marketplace.db` lends it Python's)."""
    if dialect == "postgresql":
        return func.encode(func.sha256(func.convert_to(text, _constant("UTF8"))), _constant("hex"))
    return func.sha256_hex(text)


def _joined(*parts: str | ColumnElement[Any]) -> ColumnElement[str]:
    texts = (_constant(part) if isinstance(part, str) else part for part in parts)
    return reduce(add, texts)


def _constant(value: str) -> ColumnElement[str]:
    """Write a text without quotation marks of its own into the statement, so that it is not sent each time."""
    return literal_column(f"'{value}'", Text)
