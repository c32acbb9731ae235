"""The only writer of the journal, and the row locks and sums that money decisions stand on."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, text
from sqlalchemy.orm import Session, selectinload

from payments.errors import EscrowNotFound, OperationNotFound, PaymentError
from payments.ledger import GENESIS_HASH, JournalEntry, Leg, RootDigest, entry_hash
from payments.ledger_models import JournalEntryRow, JournalLegRow, JournalRootRow, JournalSealRow
from payments.models import Escrow, MoneyOperation, PayoutAccount
from payments.raw_reading import in_byte_order, stream


class JournalKeyConflict(PaymentError):
    """The same business event was told again with other amounts: somebody must look."""

    code = "journal_key_conflict"
    kind = "conflict"


def append(session: Session, entry: JournalEntry) -> bool:
    """Insert the entry, its legs and its seal; return False when the same entry stands already.

    Raises:
        JournalKeyConflict: an entry with this key and other legs stands already.

    """
    known = session.scalar(select(JournalEntryRow).where(JournalEntryRow.key == entry.key))
    if known is not None:
        if read_entry(session, known).legs != entry.legs:
            raise JournalKeyConflict(f"{entry.key} was posted before with other amounts.", key=entry.key)
        return False
    head = session.execute(
        select(JournalEntryRow.stream_sequence, JournalEntryRow.entry_hash)
        .where(JournalEntryRow.stream == entry.stream)
        .order_by(JournalEntryRow.stream_sequence.desc())
        .limit(1)
    ).first()
    sequence, previous = (head[0] + 1, head[1]) if head else (1, GENESIS_HASH)
    row = JournalEntryRow(
        key=entry.key,
        kind=entry.kind,
        stream=entry.stream,
        stream_sequence=sequence,
        previous_hash=previous,
        entry_hash=entry_hash(entry, sequence=sequence, previous_hash=previous),
        booking_ref=entry.booking_ref,
        operation_id=entry.operation_id,
        memo=dict(entry.memo),
        occurred_at=entry.occurred_at,
    )
    session.add(row)
    session.flush()
    session.execute(
        insert(JournalLegRow), [_leg_values(row.id, at, leg) for at, leg in enumerate(entry.legs)]
    )
    session.execute(insert(JournalSealRow).values(entry_id=row.id, leg_count=len(entry.legs)))
    return True


def read_entry(session: Session, row: JournalEntryRow) -> JournalEntry:
    """Read a stored entry back as the value it was made from."""
    legs = session.scalars(
        select(JournalLegRow).where(JournalLegRow.entry_id == row.id).order_by(JournalLegRow.position)
    )
    return entry_value(row, legs)


def entry_value(row: JournalEntryRow, legs: Iterable[JournalLegRow]) -> JournalEntry:
    """Build the pure entry of stored rows."""
    return JournalEntry(
        key=row.key,
        kind=row.kind,
        stream=row.stream,
        occurred_at=row.occurred_at,
        legs=tuple(Leg(leg.account, leg.currency, leg.amount_minor, leg.part_ref) for leg in legs),
        booking_ref=row.booking_ref,
        operation_id=row.operation_id,
        memo=row.memo,
    )


def balance(session: Session, account: str, *, currency: str) -> int:
    """Return the sum of an account in minor units, debit positive."""
    total = session.scalar(
        select(func.coalesce(func.sum(JournalLegRow.amount_minor), 0)).where(
            JournalLegRow.account == account, JournalLegRow.currency == currency
        )
    )
    return int(total or 0)


def lock_escrow(session: Session, *, booking_ref: str) -> Escrow:
    """Lock a booking's held payment for this transaction and read it afresh, with its parts.

    On SQLite the writer's BEGIN IMMEDIATE is the lock; FOR UPDATE is left out there.

    Raises:
        EscrowNotFound: nothing is held or awaited under this reference.

    """
    return _lock_escrow(session, Escrow.booking_ref == booking_ref)


def lock_escrow_id(session: Session, escrow_id: str) -> Escrow:
    """Lock by the escrow's own id; see `lock_escrow`."""
    return _lock_escrow(session, Escrow.id == escrow_id)


def lock_operation(session: Session, operation_id: str) -> MoneyOperation:
    """Lock an operation for this transaction and read it afresh.

    Raises:
        OperationNotFound: no operation has this id.

    """
    operation = session.get(MoneyOperation, operation_id, with_for_update=True, populate_existing=True)
    if operation is None:
        raise OperationNotFound("No money operation has this id.", operation_id=operation_id)
    return operation


def lock_account(session: Session, payee_ref: str) -> PayoutAccount | None:
    """Lock a payee's payout account for this transaction and read it afresh."""
    return session.get(PayoutAccount, payee_ref, with_for_update=True, populate_existing=True)


def seal_root(session: Session, *, now: datetime) -> JournalRootRow | None:
    """Seal the newest hash of every stream into a root; None when nothing was posted since the last one."""
    if session.get_bind().dialect.name == "postgresql":  # a lower id may still be on its way to its commit
        session.execute(text("LOCK TABLE journal_entry IN SHARE ROW EXCLUSIVE MODE"))
    last = session.scalar(select(JournalRootRow).order_by(JournalRootRow.id.desc()).limit(1))
    last_entry_id = session.scalar(select(func.max(JournalEntryRow.id)))
    if last_entry_id is None or (last is not None and last.last_entry_id == last_entry_id):
        return None
    previous = last.root_hash if last else GENESIS_HASH
    digest, count = RootDigest(previous), 0
    for name, head in stream_heads(session, last_entry_id=last_entry_id):
        digest.add(name, head)
        count += 1
    root = JournalRootRow(
        last_entry_id=last_entry_id,
        stream_count=count,
        previous_root=previous,
        root_hash=digest.hexdigest(),
        sealed_at=now,
    )
    session.add(root)
    session.flush()
    return root


def stream_heads(session: Session, *, last_entry_id: int) -> Iterator[tuple[str, str]]:
    """Yield (stream, newest hash as of an entry) of every stream, in byte order of the names."""
    order = in_byte_order(session, "e.stream")
    statement = f"""
        SELECT e.stream, e.entry_hash FROM journal_entry e
        WHERE e.id <= :last AND NOT EXISTS (
          SELECT 1 FROM journal_entry n
          WHERE n.stream = e.stream AND n.stream_sequence > e.stream_sequence AND n.id <= :last)
        ORDER BY {order}"""  # noqa: S608 - a constant by dialect
    return stream(session, statement, {"last": last_entry_id})


def _lock_escrow(session: Session, condition: ColumnElement[bool]) -> Escrow:
    escrow = session.scalar(
        select(Escrow)
        .where(condition)
        .options(selectinload(Escrow.parts))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if escrow is None:
        raise EscrowNotFound("No held payment is known for this booking.")
    return escrow


def _leg_values(entry_id: int, position: int, leg: Leg) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "position": position,
        "account": leg.account,
        "currency": leg.currency,
        "amount_minor": leg.amount_minor,
        "part_ref": leg.part_ref,
    }
