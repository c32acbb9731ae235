"""Writing to the outbox, and claiming from it by lease."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, Row, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from marketplace.db import UtcDateTime
from marketplace.outbox.models import OutboxRow

LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 8
#: mail waits out an outage of days: silence counts only after its reminders were sent
ATTEMPTS_OF_KIND = {"mail.deliver": 80}
BACKOFF_MOST = timedelta(hours=1)
BACKOFF_FIRST = timedelta(seconds=5)
ERROR_LENGTH_MAX = 2_000
KEY_LENGTH_MAX = 200
NUDGES = "outbox_nudges"
PENDING = "outbox_pending"
WORKER_ENDED = "every worker that took this row ended before it was done"

# Built once: these run for every row of the outbox, and building one costs more than the database takes to answer it.
_ROWS: Table = OutboxRow.__table__  # type: ignore[assignment]
_NOW = bindparam("now", type_=UtcDateTime)
_IS_DUE = (
    _ROWS.c.done_at.is_(None)
    & _ROWS.c.parked_at.is_(None)
    & (_ROWS.c.run_after <= _NOW)
    & or_(_ROWS.c.lease_until.is_(None), _ROWS.c.lease_until < _NOW)
)
_INSERT = insert(_ROWS)
_OF_KEY = select(_ROWS.c.id).where(_ROWS.c.key == bindparam("wanted"))
_REPLACE = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("row"), _ROWS.c.key == bindparam("was"))
    .values(payload=bindparam("given"), key=bindparam("becomes"), run_after=_NOW)
)
_DUE = select(_ROWS.c.id, _ROWS.c.kind).where(_IS_DUE).order_by(_ROWS.c.id).limit(bindparam("most"))
_CLAIM = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("row"), _IS_DUE)
    .values(
        lease_until=bindparam("until", type_=UtcDateTime),
        lease_owner=bindparam("worker"),
        attempts=_ROWS.c.attempts + 1,
    )
    .returning(_ROWS.c.kind, _ROWS.c.payload, _ROWS.c.attempts)
)
_HELD = (
    (_ROWS.c.id == bindparam("row"))
    & (_ROWS.c.lease_owner == bindparam("worker"))
    & _ROWS.c.done_at.is_(None)
)
_FINISH = update(_ROWS).where(_HELD).values(done_at=_NOW, lease_until=None, last_error=None)
_FINISH_DUE = (
    update(_ROWS)
    .where(_ROWS.c.id.in_(bindparam("rows", expanding=True)), _IS_DUE)
    .values(done_at=_NOW, lease_until=None, last_error=None)
)
_RENEW = update(_ROWS).where(_HELD).values(lease_until=bindparam("until", type_=UtcDateTime))


class ClaimedRow(NamedTuple):
    """What a worker took: it alone handles the row until the lease ends."""

    id: int
    kind: str
    payload: dict[str, Any]


def put_latest(
    session: Session, kind: str, payload: dict[str, Any], *, now: datetime, subject: str, key: str
) -> None:
    """Put a row that replaces the one of the same kind and subject, if this transaction has put one already.

    For facts of which only the last counts, such as "this changed": nobody has seen the row before the commit.
    """
    key = _kept_key(key)
    mine = (session.get_transaction() or session.begin(), kind, subject)
    pending: dict[tuple[Any, ...], tuple[int, str]] = session.info.setdefault(PENDING, {})
    if mine in pending:
        row_id, was = pending[mine]
        values = {"row": row_id, "was": was, "given": payload, "becomes": key, "now": now}
        with session.no_autoflush:  # what changed is written with what changes next
            replaced = cast("CursorResult[Any]", session.execute(_REPLACE, values))
        if replaced.rowcount:
            pending[mine] = row_id, key
            return  # else it went with a savepoint that was rolled back
    for old in [each for each in pending if each[0] is not mine[0]]:
        del pending[old]
    added = put(session, kind, payload, now=now, key=key)
    if added is not None:
        pending[mine] = added, key


def put(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_after: datetime | None = None,
) -> int | None:
    """Add a row inside the caller's transaction and return its number. The same `key` twice is one row (the second call adds nothing)."""
    session.flush()  # what the row tells of goes first, as its writer ordered it
    if key is not None:
        key = _kept_key(key)
        if session.scalar(_OF_KEY, {"wanted": key}) is not None:
            return None
    values = {"kind": kind, "payload": payload, "key": key, "created_at": now, "run_after": run_after or now}
    inserted = cast("CursorResult[Any]", session.execute(_INSERT, values))
    row_id: int = cast("Row[int]", inserted.inserted_primary_key)[0]
    session.info.setdefault(NUDGES, []).append(row_id)
    return row_id


def _kept_key(key: str) -> str:
    """Return a key as its column holds it: a long one by its digest."""
    return key if len(key) <= KEY_LENGTH_MAX else hashlib.sha256(key.encode()).hexdigest()


def due_rows(session: Session, *, now: datetime, limit: int = 100) -> Sequence[tuple[int, str]]:
    """Return (id, kind) of the rows that wait for a worker, oldest first."""
    return [(row_id, kind) for row_id, kind in session.execute(_DUE, {"now": now, "most": limit})]


def claim(session: Session, *, row_id: int, owner: str, now: datetime) -> ClaimedRow | None:
    """Take the row if it is due and nobody holds it; None otherwise. One conditional UPDATE decides races.

    A row whose workers ended before they could note an error is parked too, once its attempts are used up.
    """
    found = session.execute(
        _CLAIM, {"row": row_id, "now": now, "until": now + LEASE, "worker": owner}
    ).one_or_none()
    if found is None:
        return None
    if found.attempts > attempts_most(found.kind):
        row = session.get_one(OutboxRow, row_id, populate_existing=True)
        row.lease_until = row.lease_owner = None
        row.parked_at, row.last_error = now, row.last_error or WORKER_ENDED
        return None
    return ClaimedRow(row_id, found.kind, found.payload)


def renew(session: Session, *, row_id: int, owner: str, now: datetime) -> bool:
    """Hold a claimed row for another lease; False when somebody else took it meanwhile or it is done."""
    result = session.execute(_RENEW, {"row": row_id, "worker": owner, "until": now + LEASE})
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]  # CursorResult of an UPDATE


def finish(session: Session, *, row_id: int, owner: str, now: datetime) -> bool:
    """Mark the row done inside the handler's transaction; False when the lease was lost meanwhile."""
    result = session.execute(_FINISH, {"row": row_id, "worker": owner, "now": now})
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def finish_due(session: Session, *, row_ids: Sequence[int], now: datetime) -> int:
    """Mark rows done that nobody holds and nobody needs to handle; returns how many those were."""
    finished = cast("CursorResult[Any]", session.execute(_FINISH_DUE, {"rows": list(row_ids), "now": now}))
    return finished.rowcount


def attempts_most(kind: str) -> int:
    """Return how often a row of this kind is tried before it is parked."""
    return ATTEMPTS_OF_KIND.get(kind, ATTEMPTS_MAX)


def fail(session: Session, *, row_id: int, owner: str, error: str, now: datetime) -> None:
    """Note the error and try again later, doubling the wait; after the most attempts of its kind the row is parked for an operator."""
    row = session.get_one(OutboxRow, row_id)
    if row.lease_owner != owner or row.done_at is not None:
        return
    row.last_error = error[:ERROR_LENGTH_MAX]
    row.lease_until = None
    row.lease_owner = None
    if row.attempts >= attempts_most(row.kind):
        row.parked_at = now
    else:
        row.run_after = now + min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** min(row.attempts - 1, 12))


def retry_parked(session: Session, *, row_id: int, now: datetime) -> bool:
    """Put a parked row back; False when there is no such parked row."""
    row = session.get(OutboxRow, row_id)
    if row is None or row.parked_at is None:
        return False
    row.parked_at, row.attempts, row.run_after = None, 0, now
    session.info.setdefault(NUDGES, []).append(row.id)
    return True
