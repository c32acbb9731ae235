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
WORKER_ENDED = "every worker that took this row ended before it was done"


def put(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_after: datetime | None = None,
) -> None:
    """Add a row inside the caller's transaction. The same `key` twice is one row (the second call does nothing)."""
    if key is not None:
        key = key if len(key) <= 200 else hashlib.sha256(key.encode()).hexdigest()
        if session.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is not None:
            return
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


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (
        OutboxRow.done_at.is_(None)
        & OutboxRow.parked_at.is_(None)
        & (OutboxRow.run_after <= now)
        & or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    )


def due_ids(session: Session, *, now: datetime, limit: int = 100) -> Sequence[int]:
    """Return rows that wait for a worker, oldest first."""
    return session.scalars(select(OutboxRow.id).where(_is_due(now)).order_by(OutboxRow.id).limit(limit)).all()


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
    if row.attempts > ATTEMPTS_MAX:
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


def fail(session: Session, *, row_id: int, owner: str, error: str, now: datetime) -> None:
    """Note the error and try again later, doubling the wait; after ATTEMPTS_MAX the row is parked for an operator."""
    row = session.get_one(OutboxRow, row_id)
    if row.lease_owner != owner or row.done_at is not None:
        return
    row.last_error = error[:ERROR_LENGTH_MAX]
    row.lease_until = None
    row.lease_owner = None
    if row.attempts >= ATTEMPTS_OF_KIND.get(row.kind, ATTEMPTS_MAX):
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
