"""The only writer of the journal, and the row locks and sums that money decisions stand on."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from payments import row_reading, row_writing
from payments.entry_writing import insert_following
from payments.errors import EscrowNotFound, OperationNotFound, PartNotFound, PaymentError
from payments.ledger import GENESIS_HASH, JournalEntry, Leg, RootDigest
from payments.ledger_models import JournalEntryRow, JournalLegRow, JournalRootRow, JournalSealRow
from payments.models import Escrow, EscrowPartRow, MoneyOperation, PayoutAccount
from payments.prepared import PreparedStatement, Row
from payments.raw_reading import in_byte_order, stream
from payments.row_reading import columns

_BALANCE = select(func.coalesce(func.sum(JournalLegRow.amount_minor), 0)).where(
    JournalLegRow.account == bindparam("account"), JournalLegRow.currency == bindparam("currency")
)
# One statement locks the payment and its parts: what PostgreSQL waited for it reads afresh of every row that it locks.
_ESCROW_END = len(columns(Escrow))
_PART_END = _ESCROW_END + len(columns(EscrowPartRow))
_ESCROW = (
    select(*columns(Escrow), *columns(EscrowPartRow))
    .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
    .order_by(EscrowPartRow.position)
    .with_for_update()
)
_ESCROW_OF_BOOKING = PreparedStatement(_ESCROW.where(Escrow.booking_ref == bindparam("ref")))
_ESCROW_BY_ID = PreparedStatement(_ESCROW.where(Escrow.id == bindparam("ref")))
# PostgreSQL locks the rows of a join in the order of its tables: an operation after the payment that it moves.
_OPERATION_WITH_ESCROW = PreparedStatement(
    _ESCROW.add_columns(*columns(MoneyOperation))
    .join(MoneyOperation, MoneyOperation.escrow_id == Escrow.id)
    .where(MoneyOperation.id == bindparam("ref"))
)
_OPERATION = PreparedStatement(
    select(*columns(MoneyOperation)).where(MoneyOperation.id == bindparam("ref")).with_for_update()
)
_ACCOUNT = PreparedStatement(
    select(*columns(PayoutAccount)).where(PayoutAccount.payee_ref == bindparam("ref")).with_for_update()
)


class JournalKeyConflict(PaymentError):
    """The same business event was told again with other amounts: somebody must look."""

    code = "journal_key_conflict"
    kind = "conflict"


def append(session: Session, entry: JournalEntry) -> bool:
    """Insert the entry, its legs and its seal; return False when the same entry stands already.

    Raises:
        JournalKeyConflict: an entry with this key and other legs stands already.

    """
    session.flush()  # the guards look at what is being changed
    entry_id = insert_following(session, entry)
    if entry_id is None:
        known = session.scalars(select(JournalEntryRow).where(JournalEntryRow.key == entry.key)).one()
        if read_entry(session, known).legs != entry.legs:
            raise JournalKeyConflict(f"{entry.key} was posted before with other amounts.", key=entry.key)
        return False
    legs = (_leg_values(entry_id, at, leg) for at, leg in enumerate(entry.legs))
    row_writing.insert(session, JournalLegRow, *legs)
    row_writing.insert(session, JournalSealRow, {"entry_id": entry_id, "leg_count": len(entry.legs)})
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
    total = session.scalar(_BALANCE, {"account": account, "currency": currency})
    return int(total or 0)


def lock_escrow(session: Session, *, booking_ref: str) -> Escrow:
    """Lock a booking's held payment for this transaction and read it afresh, with its parts.

    On SQLite the writer's BEGIN IMMEDIATE is the lock; FOR UPDATE is left out there.

    Raises:
        EscrowNotFound: nothing is held or awaited under this reference.

    """
    return _locked(_find_escrow(session, _ESCROW_OF_BOOKING, booking_ref))


def lock_escrow_id(session: Session, escrow_id: str) -> Escrow:
    """Lock by the escrow's own id; see `lock_escrow`."""
    return _locked(_find_escrow(session, _ESCROW_BY_ID, escrow_id))


def find_part(escrow: Escrow, part_ref: str) -> EscrowPartRow:
    """Return a part of a locked held payment. Raises PartNotFound."""
    part = next((row for row in escrow.parts if row.part_ref == part_ref), None)
    if part is None:
        raise PartNotFound("This booking has no such part.", part_ref=part_ref)
    return part


def lock_operation(session: Session, operation_id: str) -> MoneyOperation:
    """Lock an operation for this transaction and read it afresh.

    Raises:
        OperationNotFound: no operation has this id.

    """
    rows = row_reading.read(session, _OPERATION, {"ref": operation_id})
    if not rows:
        raise OperationNotFound("No money operation has this id.", operation_id=operation_id)
    return row_reading.show(session, MoneyOperation, rows[0])


def lock_operation_with_escrow(session: Session, operation_id: str) -> MoneyOperation:
    """Lock an operation after the held payment that it moves, always in this order, so that no two wait for each other.

    Its `escrow` is that payment with its parts, None where it moves none.

    Raises:
        OperationNotFound: no operation has this id.

    """
    rows = row_reading.read(session, _OPERATION_WITH_ESCROW, {"ref": operation_id})
    if rows:
        operation = row_reading.show(session, MoneyOperation, rows[0][_PART_END:])
        escrow = _show_escrow(session, rows)
    else:
        operation, escrow = lock_operation(session, operation_id), None
    set_committed_value(operation, "escrow", escrow)
    return operation


def lock_account(session: Session, payee_ref: str) -> PayoutAccount | None:
    """Lock a payee's payout account for this transaction and read it afresh."""
    rows = row_reading.read(session, _ACCOUNT, {"ref": payee_ref})
    return row_reading.show(session, PayoutAccount, rows[0]) if rows else None


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


def _find_escrow(session: Session, statement: PreparedStatement, ref: str) -> Escrow | None:
    """Return the one payment that the statement finds, with its parts (there is none without)."""
    rows = row_reading.read(session, statement, {"ref": ref})
    return _show_escrow(session, rows) if rows else None


def _show_escrow(session: Session, rows: list[Row]) -> Escrow:
    escrow = row_reading.show(session, Escrow, rows[0][:_ESCROW_END])
    parts = [row_reading.show(session, EscrowPartRow, row[_ESCROW_END:_PART_END]) for row in rows]
    set_committed_value(escrow, "parts", parts)
    return escrow


def _locked(escrow: Escrow | None) -> Escrow:
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
