"""A booking's life beside the same rows written in raw SQL: time, statements, commits, on SQLite and on PostgreSQL.

`python -m benchmarks.money_lives [--lives 200] [--workers 1,4,8] [--dialect sqlite]`. A life is opened, paid, released, claimed and
confirmed in five transactions; the provider's time is none (its answers are handed in). Every write of recorded lives is
then repeated through the driver alone, in as many transactions, on an empty database of the same kind with the same
triggers: no checks, no hashing, no mapping. Raw SQL is taken twice: bare (writes alone: it locks nothing and knows every hash
beforehand) and with the reads that no right program could leave out (the rows it locks, the head of the chain that it goes on with).
All are timed in turn within one run, on one worker and on several.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.money_server import postgres_url
from marketplace.collector import settle_collector
from marketplace.db import prepare_engine
from payments import attempts, funding, operations, settlement
from payments.escrow import EscrowPart
from payments.ledger_models import JournalEntryRow
from payments.models import Escrow, EscrowPartRow, PaymentsBase, PayoutAccount
from payments.policy import DEFAULT_POLICY
from payments.ports import Answer, PaymentState
from payments.statuses import AccountStatus
from payments.transactions import in_transaction

START = datetime(2026, 1, 1, tzinfo=UTC)
PART = EscrowPart("d1", 100_000, 10_000, 1_500)
WRITES = ("INSERT", "UPDATE")
LOCKS = ("FROM pay_escrow JOIN pay_part",)
"""What the reads hold that lock rows."""
GIVEN = ("key", "kind", "stream", "booking_ref", "operation_id", "memo", "occurred_at")
PLACED = ("id", "stream_sequence", "previous_hash", "entry_hash")
"""Columns of an entry: what the program gives, in the order in which its statement has them, and what is found for it."""
ROUNDS = 2

Job = Callable[..., tuple[float, float]]


@dataclass
class Recording:
    """The writes of one life: for each transaction its statements with their values, as the driver got them."""

    transactions: list[list[tuple[str, Any, bool]]] = field(default_factory=lambda: [[]])
    statement_count: int = 0


def live(sessions: sessionmaker[Session], ref: str) -> None:
    """One booking's money from opening to the confirmed release, each step in the transaction the product gives it."""
    payment = PaymentState(
        gateway_payment_id=f"pi_{ref}", is_succeeded=True, currency="SAR", amount_minor=PART.total_minor,
        booking_ref=ref, gateway_charge_id=f"ch_{ref}", fee_minor=3_233, settlement_currency="SAR",
    )  # fmt: skip
    in_transaction(
        sessions,
        lambda session: operations.open_escrow(
            session,
            booking_ref=ref,
            payer_ref="payer",
            payee_ref="someone",
            currency="SAR",
            parts=[PART],
            now=START,
        ),
    )
    in_transaction(sessions, lambda session: funding.settle_payment(session, payment=payment, now=START))
    decision = in_transaction(
        sessions, lambda session: operations.release_part(session, booking_ref=ref, part_ref="d1", now=START)
    )
    operation_id = decision.release_operation_id or ""
    in_transaction(
        sessions,
        lambda session: attempts.claim_operation(
            session, operation_id, token=f"worker-{ref}", policy=DEFAULT_POLICY, now=START
        ),
    )
    answer = Answer(f"tr_{ref}", "succeeded")
    in_transaction(
        sessions,
        lambda session: settlement.confirm_operation(
            session, operation_id=operation_id, answer=answer, now=START
        ),
    )


@contextmanager
def recording(engine: Engine) -> Iterator[Recording]:
    """Record what the engine sends in the block."""
    kept = Recording()

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool) -> None:  # noqa: FBT001  # SQLAlchemy's signature
        if statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            return
        kept.statement_count += 1
        if statement.lstrip().startswith(WRITES) or any(each in statement for each in LOCKS):
            kept.transactions[-1].append((statement, values, is_many))

    def end(_connection: Any) -> None:
        kept.transactions.append([])

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", end)
    yield kept
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", end)
    kept.transactions.pop()


def repeat(raw: Any, life: Recording, *, is_sqlite: bool, has_reads: bool) -> None:
    """Write a recorded life again through the driver."""
    for statements in life.transactions:
        cursor = raw.cursor()
        if is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for statement, values, is_many in statements:
            is_read = not statement.lstrip().startswith(WRITES)
            if is_read and not has_reads:
                continue
            if is_many:
                cursor.executemany(statement, values)
            else:
                cursor.execute(statement, values)
            if is_read:
                cursor.fetchall()
        raw.commit()


def number_rows(life: Recording, sessions: sessionmaker[Session], ref: str) -> None:
    """Put the numbers that the database gave into the recorded inserts, so that what refers to them fits anywhere."""
    with sessions() as session:
        placed = select(
            JournalEntryRow.id,
            JournalEntryRow.stream_sequence,
            JournalEntryRow.previous_hash,
            JournalEntryRow.entry_hash,
        )
        entries = list(
            session.execute(placed.where(JournalEntryRow.booking_ref == ref).order_by(JournalEntryRow.id))
        )
        part = select(EscrowPartRow.id).join(Escrow, Escrow.id == EscrowPartRow.escrow_id)
        parts = list(session.scalars(part.where(Escrow.booking_ref == ref)))
    for at, statements in enumerate(life.transactions):
        numbered: list[tuple[str, Any, bool]] = []
        for statement, values, is_many in statements:
            if statement.startswith("INSERT INTO pay_part"):
                numbered.append((*_with_number(statement, values, parts.pop(0)), is_many))
            elif statement.startswith("INSERT INTO journal_entry"):
                numbered.extend(_head_and_entry(values, entries.pop(0)))
            else:
                numbered.append((statement.split(" RETURNING", maxsplit=1)[0], values, is_many))
        life.transactions[at] = numbered
    assert not parts
    assert not entries


def _head_and_entry(values: Any, placed: Sequence[Any]) -> list[tuple[str, Any, bool]]:
    """Return, of the one statement that finds an entry's place and writes it, the read of the head and a plain insert."""
    is_named = isinstance(values, dict)
    known = values if is_named else dict(zip(GIVEN, values, strict=False))
    row = {**{name: known[name] for name in GIVEN}, **dict(zip(PLACED, placed, strict=True))}
    marks = [f"%({name})s" if is_named else "?" for name in row]
    insert = f"INSERT INTO journal_entry ({', '.join(row)}) VALUES ({', '.join(marks)})"
    head = f"SELECT stream_sequence, entry_hash FROM journal_entry WHERE stream = {marks[GIVEN.index('stream')]} ORDER BY stream_sequence DESC LIMIT 1"  # fmt: skip
    stream = {"stream": row["stream"]} if is_named else (row["stream"],)
    return [(head, stream, False), (insert, row if is_named else list(row.values()), False)]


def _with_number(statement: str, values: Any, number: int) -> tuple[str, Any]:
    is_named = isinstance(values, dict)
    mark = "%(number)s" if is_named else "?"
    columns, rest = statement.split("(", 1)[1], ""
    columns, rest = columns.split("VALUES (", 1)
    rewritten = f"{statement.split('(', 1)[0]}(id, {columns}VALUES ({mark}, {rest}".split(
        " RETURNING", maxsplit=1
    )[0]
    return rewritten, {**values, "number": number} if is_named else (number, *values)


@contextmanager
def empty_database(dialect: str, folder: Path, name: str) -> Iterator[str]:
    """A database with the tables and triggers of payments and a payee who can be paid."""
    with ExitStack() as stack:
        url = (
            f"sqlite:///{folder / name}.sqlite3"
            if dialect == "sqlite"
            else stack.enter_context(postgres_url(folder, name))
        )
        engine = prepare_engine(create_engine(url))
        PaymentsBase.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.add(PayoutAccount(payee_ref="someone", country="SA", gateway_account_id="acct_1", status=AccountStatus.ACTIVE, is_payout_enabled=True, created_at=START))  # fmt: skip
        engine.dispose()
        yield url


def record_lives(url: str, count: int, name: str) -> list[Recording]:
    """Live `count` lives and return their writes; their time is not taken."""
    engine = prepare_engine(create_engine(url))
    sessions = sessionmaker(engine)
    found = []
    for number in range(count):
        with recording(engine) as life:
            live(sessions, f"{name}{number}")
        number_rows(life, sessions, f"{name}{number}")
        found.append(life)
    engine.dispose()
    return found


def product(url: str, names: list[str], meet: Callable[[], object] = int) -> tuple[float, float]:
    """Live lives through the product; returns seconds by the clock and of processor. `meet` is called before and after them.

    A worker lives for weeks, so its first life, for which it compiles its statements, is not counted, and its garbage collector is
    set as the product's processes set theirs.
    """
    engine = prepare_engine(create_engine(url))
    sessions = sessionmaker(engine)
    live(sessions, f"{names[0]}warm")
    settle_collector()
    meet()
    started, used = time.perf_counter(), time.process_time()
    for name in names:
        live(sessions, name)
    spent = time.perf_counter() - started, time.process_time() - used
    meet()
    engine.dispose()
    return spent


def raw(
    url: str, lives: list[Recording], meet: Callable[[], object] = int, *, has_reads: bool = False
) -> tuple[float, float]:
    """Write recorded lives through the driver; returns what `product` returns."""
    engine = prepare_engine(create_engine(url))
    connection = engine.raw_connection()
    is_sqlite = engine.dialect.name == "sqlite"
    driver = connection.driver_connection
    connection.rollback()
    if is_sqlite:
        connection.cursor().execute("PRAGMA busy_timeout=120000")
    meet()
    started, used = time.perf_counter(), time.process_time()
    for life in lives:
        repeat(driver, life, is_sqlite=is_sqlite, has_reads=has_reads)
    spent = time.perf_counter() - started, time.process_time() - used
    meet()
    connection.close()
    engine.dispose()
    return spent


def compare_alone(dialect: str, folder: Path, lives: int) -> None:
    """One worker: product and raw in turn, statements and commits of one life."""
    with ExitStack() as stack:
        scratch, ours, bare, locking = (
            stack.enter_context(empty_database(dialect, folder, f"{name}1"))
            for name in ("scratch", "ours", "bare", "locking")
        )
        share = lives // ROUNDS
        recorded = [record_lives(scratch, share, f"r{number}-") for number in range(ROUNDS)]
        spent = {"product": (0.0, 0.0), "bare": (0.0, 0.0), "locking": (0.0, 0.0)}
        for number in range(ROUNDS):
            took = {
                "product": product(ours, [f"p{number}-{at}" for at in range(share)]),
                "bare": raw(bare, recorded[number]),
                "locking": raw(locking, recorded[number], has_reads=True),
            }
            for name, (wall, used) in took.items():
                spent[name] = spent[name][0] + wall, spent[name][1] + used
        _print_alone(dialect, recorded[0][-1], spent, lives)


def _print_alone(dialect: str, life: Recording, spent: dict[str, tuple[float, float]], lives: int) -> None:
    statements = [each[0] for transaction in life.transactions for each in transaction]
    writes = sum(each.lstrip().startswith(WRITES) for each in statements)
    wall, used = spent["product"]
    for name, count in (("bare", writes), ("locking", len(statements))):
        raw_wall, raw_used = spent[name]
        # The server's own processor time is nobody's here: on PostgreSQL the clock alone compares like with like.
        by_processor = (
            f" product {1e3 * used / lives:.2f} ms of processor a life, raw {1e3 * raw_used / lives:.2f}: {raw_used / used:.0%};"
            if dialect == "sqlite"
            else ""
        )
        print(
            f"{dialect}, 1 worker, {name} raw:{by_processor} by the clock {1e3 * wall / lives:.2f} against {1e3 * raw_wall / lives:.2f} ms:"
            f" {raw_wall / wall:.0%} of raw; statements {life.statement_count} against {count}:"
            f" {life.statement_count / count:.2f}; commits {len(life.transactions)}",
            flush=True,
        )


def compare_together(dialect: str, folder: Path, lives: int, workers: int) -> None:
    """Several workers at once on one database: lives a second of the product and of raw SQL, in turn."""
    share = max(1, lives // workers)
    with ExitStack() as stack:
        names = [f"{name}{workers}" for name in ("scratch", "ours", "bare", "locking")]
        scratch, ours, bare, locking = (
            stack.enter_context(empty_database(dialect, folder, name)) for name in names
        )
        recorded = [record_lives(scratch, share, f"w{number}-") for number in range(workers)]
        named = [[f"p{number}-{at}" for at in range(share)] for number in range(workers)]
        spent = _at_once([partial(product, ours, names) for names in named])
        done = share * workers
        for name, url, has_reads in (("bare", bare, False), ("locking", locking, True)):
            raw_spent = _at_once([partial(raw, url, lived, has_reads=has_reads) for lived in recorded])
            print(
                f"{dialect}, {workers} workers, {name} raw: product {done / spent:.1f} lives a second, raw {done / raw_spent:.1f}:"
                f" {raw_spent / spent:.0%} of raw by the clock",
                flush=True,
            )


def _at_once(jobs: list[Job]) -> float:
    """Do every job in a process of its own; returns the seconds from when all are ready until the last is done."""
    meeting = FORKS.Barrier(len(jobs) + 1)
    running = [FORKS.Process(target=job, kwargs={"meet": meeting.wait}) for job in jobs]
    for process in running:
        process.start()
    meeting.wait()
    started = time.perf_counter()
    meeting.wait()
    spent = time.perf_counter() - started
    for process in running:
        process.join()
    assert all(process.exitcode == 0 for process in running)
    return spent


FORKS = multiprocessing.get_context("fork")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=200)
    parser.add_argument("--workers", default="1,4,8")
    parser.add_argument("--dialect", choices=("sqlite", "postgresql"), action="append")
    options = parser.parse_args()
    for dialect in options.dialect or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            for workers in (int(each) for each in options.workers.split(",")):
                if workers == 1:
                    compare_alone(dialect, Path(folder), options.lives)
                else:
                    compare_together(dialect, Path(folder), options.lives, workers)


if __name__ == "__main__":
    main()
