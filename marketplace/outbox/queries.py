"""What an operator sees of the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.outbox.models import OutboxRow

_IS_OPEN = OutboxRow.done_at.is_(None) & OutboxRow.parked_at.is_(None)
_STATE = select(
    func.count().filter(_IS_OPEN),
    func.count().filter(_IS_OPEN & OutboxRow.last_error.is_not(None)),
    func.count().filter(OutboxRow.parked_at.is_not(None)),
    func.min(OutboxRow.run_after).filter(_IS_OPEN),
).where(
    OutboxRow.done_at.is_(None)
)  # by the index of what is due: what is done is never parked, and most is done
_PARKED = (
    select(OutboxRow)
    .where(OutboxRow.done_at.is_(None), OutboxRow.parked_at.is_not(None))
    .order_by(OutboxRow.id.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many rows wait, failed and are parked, and since when the oldest waits."""

    waiting: int
    retrying: int
    parked: int
    oldest_waiting_at: datetime | None


def outbox_state(session: Session) -> OutboxState:
    """Count the rows in one statement."""
    row = session.execute(_STATE).one()
    return OutboxState(waiting=row[0], retrying=row[1], parked=row[2], oldest_waiting_at=row[3])


def is_awaited(session: Session, *, key_start: str) -> bool:
    """Return whether a row whose key begins so is not done yet; one that is parked may still be tried again."""
    found = select(OutboxRow.id).where(
        OutboxRow.key.startswith(key_start, autoescape=True), OutboxRow.done_at.is_(None)
    )
    return session.scalar(found.limit(1)) is not None


def is_fact_awaited(session: Session, kind: str, about: Mapping[str, str]) -> bool:
    """Return whether a row of a kind that tells of these values is not done yet; one that is parked may still be tried again."""
    found = select(OutboxRow.id).where(OutboxRow.kind == kind, OutboxRow.done_at.is_(None))
    told = [OutboxRow.payload[name].as_string() == value for name, value in about.items()]
    return session.scalar(found.where(*told).limit(1)) is not None


def list_parked(session: Session, *, limit: int = 100) -> Sequence[OutboxRow]:
    """Return parked rows, newest first."""
    return session.scalars(_PARKED, {"most": limit}).all()
