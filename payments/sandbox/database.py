"""The sandbox's own SQLite file and its transactions, apart from the application's so that crashes between them stay visible."""

import os
import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOKUPS = (
    "payment_intent",
    "charge",
    "transfer_group",
    "source_transaction",
    "destination",
    "transfer",
    "source",
    "type",
)

_TABLES = """
CREATE TABLE IF NOT EXISTS object (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  account TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_page ON object (kind, account, seq);
CREATE TABLE IF NOT EXISTS movement (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, currency TEXT NOT NULL,
  net_minor INTEGER NOT NULL, available_on INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS movement_sum ON movement (account, currency, available_on, net_minor);
CREATE TABLE IF NOT EXISTS idempotency (
  account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
  body TEXT NOT NULL, request_id TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (account, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_age ON idempotency (created);
CREATE TABLE IF NOT EXISTS timer (
  at INTEGER NOT NULL, action TEXT NOT NULL, object_id TEXT NOT NULL,
  PRIMARY KEY (at, action, object_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery (
  event_id TEXT NOT NULL, endpoint TEXT NOT NULL, seq INTEGER NOT NULL, attempts INTEGER NOT NULL,
  due_at INTEGER, state TEXT NOT NULL, last_status INTEGER,
  PRIMARY KEY (event_id, endpoint)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at, seq) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def _schema() -> str:
    lookups = "".join(
        f"CREATE INDEX IF NOT EXISTS object_{name} ON object (kind, json_extract(body, '$.{name}'));\n"
        for name in _LOOKUPS
    )
    return _TABLES + lookups


class Database:
    """A pool of connections to one file; every transaction is begun explicitly, writers by BEGIN IMMEDIATE."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._process = os.getpid()
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._open()
        connection.executescript(_schema())
        connection.close()  # none is kept, so that a fork right after the start is safe

    @contextmanager
    def transaction(self, *, is_read_only: bool = False) -> Iterator[sqlite3.Connection]:
        """Run the block in one transaction, rolled back when it raises."""
        connection = self._take()
        try:
            connection.execute("BEGIN" if is_read_only else "BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def _take(self) -> sqlite3.Connection:
        if self._process != os.getpid():  # a connection must not cross a fork
            self._idle = queue.LifoQueue()
            self._process = os.getpid()
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
        # NORMAL survives a killed process, which is what tests do; only a power cut may lose the last play money.
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        )
        return connection
