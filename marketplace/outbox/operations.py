"""Writing to the outbox, and claiming from it by lease."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from marketplace.outbox.models import OutboxRow

LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 8
#: mail waits out an outage of days: silence counts only after its reminders were sent
ATTEMPTS_OF_KIND = {"mail.deliver": 80}
BACKOFF_MOST = timedelta(hours=1)
BACKOFF_FIRST = timedelta(seconds=5)
ERROR_LENGTH_MAX = 2_000
NUDGES = "outbox_nudges"
PENDING = "outbox_pending"
WORKER_ENDED = "every worker that took this row ended before it was done"


def put_latest(
    session: Session, kind: str, payload: dict[str, Any], *, now: datetime, subject: str, key: str
) -> None:
    """Put a row that replaces the one of the same kind and subject, if this transaction has put one already.

    For facts of which only the last counts, such as "this changed": nobody has seen the row before the commit.
    """
    mine = (session.get_transaction() or session.begin(), kind, subject)
    pending: dict[tuple[Any, ...], OutboxRow] = session.info.setdefault(PENDING, {})
    row = pending.get(mine)
    if row is not None and row in session:
        row.payload, row.key, row.run_after = json.loads(json.dumps(payload)), key, now
        return
    for old in [each for each in pending if each[0] is not mine[0]]:
        del pending[old]
    added = put(session, kind, payload, now=now, key=key)
    if added is not None:
        pending[mine] = added


def put(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_after: datetime | None = None,
) -> OutboxRow | None:
    """Add a row inside the caller's transaction. The same `key` twice is one row (the second call adds nothing)."""
    if key is not None:
        key = key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest()
        if session.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is not None:
            return None
    row = OutboxRow(
        kind=kind,
        payload=json.loads(json.dumps(payload)),
        key=key,
        created_at=now,
        run_after=run_after or now,
    )
    session.add(row)
    session.flush()
    session.info.setdefault(NUDGES, []).append(row.id)
    return row


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (
        OutboxRow.done_at.is_(None)
        & OutboxRow.parked_at.is_(None)
        & (OutboxRow.run_after <= now)
        & or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    )


def due_rows(session: Session, *, now: datetime, limit: int = 100) -> Sequence[tuple[int, str]]:
    """Return (id, kind) of the rows that wait for a worker, oldest first."""
    rows = session.execute(
        select(OutboxRow.id, OutboxRow.kind).where(_is_due(now)).order_by(OutboxRow.id).limit(limit)
    )
    return [(row_id, kind) for row_id, kind in rows]


def claim(session: Session, *, row_id: int, owner: str, now: datetime) -> OutboxRow | None:
    """Take the row if it is due and nobody holds it; None otherwise. One conditional UPDATE decides races.

    A row whose workers ended before they could note an error is parked too, once its attempts are used up.
    """
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, _is_due(now))
        .values(lease_until=now + LEASE, lease_owner=owner, attempts=OutboxRow.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        return None
    row = session.get_one(OutboxRow, row_id, populate_existing=True)
    if row.attempts > attempts_most(row.kind):
        row.lease_until = row.lease_owner = None
        row.parked_at, row.last_error = now, row.last_error or WORKER_ENDED
        return None
    return row


def finish(session: Session, *, row_id: int, owner: str, now: datetime) -> bool:
    """Mark the row done inside the handler's transaction; False when the lease was lost meanwhile."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.lease_owner == owner, OutboxRow.done_at.is_(None))
        .values(done_at=now, lease_until=None, last_error=None)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


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
