"""A ledger of a million bookings: `ledger verify`, balances, a past day and a statement, on SQLite and on PostgreSQL.

`python -m benchmarks.money_million [--bookings 1000000] [--folder FOLDER] [--dialect sqlite]`. The rows of whole lives with their real
hashes are written by the driver alone, with the guards off while they are (through them a million takes half an hour of processor); they
are in place again before anything is read. PostgreSQL gets the same rows by COPY. The files stay in the folder for another run.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Table, create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.money import BATCH, collect_rows
from benchmarks.money_server import postgres_url
from marketplace.db import prepare_engine, snapshot
from payments import guards
from payments.account_statements import Party, stream_statement
from payments.balances import list_totals, stream_balances
from payments.models import (
    Escrow,
    EscrowPartRow,
    JournalEntryRow,
    JournalLegRow,
    JournalRootRow,
    JournalSealRow,
    MoneyOperation,
    PaymentsBase,
    ReceivedPayment,
)
from payments.verification import seal_ledger, verify_ledger

NOW = datetime(2027, 6, 1, tzinfo=UTC)
HALFWAY = datetime(2026, 6, 1, tzinfo=UTC)
TABLES: tuple[Table, ...] = tuple(
    each.__table__  # type: ignore[misc]
    for each in (
        Escrow, EscrowPartRow, MoneyOperation, ReceivedPayment, JournalSealRow, JournalEntryRow, JournalLegRow, JournalRootRow,
    )
)  # fmt: skip


def write_sqlite(path: Path, bookings: int) -> None:
    """Write the rows with the guards off and put these in place again."""
    engine = prepare_engine(create_engine(f"sqlite:///{path}"))
    PaymentsBase.metadata.create_all(engine)
    with engine.begin() as connection:
        guards.remove(connection)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("PRAGMA cache_size=-1500000")
    entry_id = 0
    for first in range(0, bookings, BATCH):
        rows, entry_id = collect_rows(first, min(BATCH, bookings - first), entry_id=entry_id)
        for table, values in rows.items():
            _insert(raw, engine, table.__table__, values)
        raw.commit()
    raw.close()
    with Session(engine) as session, session.begin():
        guards.install(session.connection())
        seal_ledger(session, now=NOW)
    engine.dispose()


def _insert(raw: sqlite3.Connection, engine: Any, table: Table, values: list[dict[str, Any]]) -> None:
    """Insert rows through the driver, each value as its column type writes it."""
    names = list(values[0])
    writers = [
        table.c[name].type.dialect_impl(engine.dialect).bind_processor(engine.dialect) for name in names
    ]
    # what a row does not name is left to the database: a default of Python's would be a parameter that nobody gives
    columns, marks = ", ".join(names), ", ".join("?" for _ in names)
    raw.executemany(
        f"INSERT INTO {table.name} ({columns}) VALUES ({marks})",
        (
            [_written(writer, each[name]) for name, writer in zip(names, writers, strict=True)]
            for each in values
        ),
    )


def _written(writer: Any, value: Any) -> Any:
    return writer(value) if writer is not None else value


def copy_to_postgresql(path: Path, url: str) -> None:
    """Copy the rows of the SQLite file; triggers and foreign keys sleep meanwhile."""
    engine = create_engine(url)
    PaymentsBase.metadata.create_all(engine)
    engine.dispose()
    target = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    source = sqlite3.connect(path)
    with psycopg.connect(target) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in TABLES:
            names = [column.name for column in table.columns]
            flags = [at for at, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
            command = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
            )
            found = source.execute(f"SELECT {', '.join(names)} FROM {table.name}")
            with connection.cursor() as cursor, cursor.copy(command) as copy:
                for row in _with_flags(found, flags):
                    copy.write_row(row)
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    source.close()


def _with_flags(rows: Iterator[Any], flags: list[int]) -> Iterator[Any]:
    if not flags:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for at in flags:
            values[at] = bool(values[at])
        yield values


def read(url: str, what: str) -> None:
    """Do one thing in this process and print what it took."""
    sessions = sessionmaker(prepare_engine(create_engine(url)))
    started, used = time.perf_counter(), time.process_time()
    with snapshot(sessions) as session:
        found = _read(session, what)
    print(json.dumps({"found": found, "wall": time.perf_counter() - started, "processor": time.process_time() - used}))  # fmt: skip


def _read(session: Session, what: str) -> str:
    if what.startswith("verify"):
        report = verify_ledger(session, processes=int(what.removeprefix("verify")))
        assert report.is_sound, report.problems[:3]
        return f"{report.entry_count} entries, {report.root_count} root, sound"
    if what == "totals":
        return f"{len(list_totals(session))} kinds"
    if what == "totals of a past day":
        return f"{len(list_totals(session, until=HALFWAY))} kinds"
    if what == "every account":
        return f"{sum(1 for _ in stream_balances(session))} accounts"
    if what == "one account":
        return f"{sum(1 for _ in stream_balances(session, below='custody:balance:payee7'))} account"
    party, ref = (
        (Party.BOOKING, "big00000123") if what == "statement of a booking" else (Party.PAYEE, "payee7")
    )
    return f"{sum(1 for _ in stream_statement(session, party=party, ref=ref))} lines"


READINGS = ("verify1", "verify2", "totals", "totals of a past day", "every account", "one account", "statement of a booking", "statement of a payee")  # fmt: skip


def measure(url: str) -> None:
    """Run each reading in a process of its own, and watch the memory of it and of what it starts."""
    for what in READINGS:
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.money_million", "--read", what, "--url", url], stdout=subprocess.PIPE, text=True)  # fmt: skip
        most = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, most))
        watcher.start()
        answer = process.communicate()[0]
        watcher.join()
        if process.returncode:
            raise SystemExit(f"{what}: ended with {process.returncode}")
        found = json.loads(answer)
        print(
            f"  {what}: {found['found']}; {found['wall']:.1f} s, {found['processor']:.1f} s of processor in its own process,"
            f" at most {most[0]:.0f} MiB with all its processes",
            flush=True,
        )


def _watch(process: Any, most: list[float]) -> None:
    """Keep the most memory (proportional share, in MiB) that the process and its children held together."""
    while process.poll() is None:
        with suppress(OSError, StopIteration):  # it may end while it is looked at
            most[0] = max(most[0], sum(map(_share, [process.pid, *_children(process.pid)])))
        time.sleep(0.3)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(each) for each in (task / "children").read_text().split()]
    return found


def _share(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1_024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--dialect", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.url, options.read)
        return
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(exist_ok=True, parents=True)
        path = folder / f"money-{options.bookings}.sqlite3"
        dialects = options.dialect or ["sqlite", "postgresql"]
        if not path.exists():
            started = time.perf_counter()
            write_sqlite(path, options.bookings)
            print(f"{options.bookings} bookings written in {time.perf_counter() - started:.0f} s, {path.stat().st_size / 1e9:.2f} GB", flush=True)  # fmt: skip
        if "sqlite" in dialects:
            print("sqlite", flush=True)
            measure(f"sqlite:///{path}")
        if "postgresql" in dialects:
            url = stack.enter_context(postgres_url(folder, f"money{options.bookings}"))
            started = time.perf_counter()
            copy_to_postgresql(path, url)
            print(f"postgresql, copied in {time.perf_counter() - started:.0f} s", flush=True)
            measure(url)


if __name__ == "__main__":
    main()
