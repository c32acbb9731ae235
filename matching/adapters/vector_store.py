"""Vectors of texts in a file beside the index, so that a new post costs one encoding, over restarts and processes.

A cache: what is lost is encoded again. It is an SQLite file of its own (no table of the application's), 1 KB a text as
float16; beyond its budget the texts that were used longest ago are forgotten. A damaged file is thrown away, a full disk
only means that nothing more is remembered.
"""

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

BUDGET_BYTES = 2 * 1024**3
_BYTES_A_VECTOR = 1_100
_ASKED_AT_ONCE = 500
KEY_BYTES = 16
_WAIT_SECONDS = 5.0
_FORGOTTEN_SHARE = 0.2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (
  key BLOB PRIMARY KEY, era INTEGER NOT NULL, content BLOB NOT NULL
) WITHOUT ROWID
"""


class VectorFile:
    """Implements `matching.vector_cache.VectorCache`. Safe to share between threads; several processes may use one file."""

    def __init__(self, path: Path, *, budget_bytes: int = BUDGET_BYTES) -> None:
        self._path = path
        self._most = max(1, budget_bytes // _BYTES_A_VECTOR)
        self._lock = threading.Lock()
        self._era = 0
        self._count = 0
        self._is_open = False

    def get_many(self, keys: Sequence[str]) -> dict[str, Vector]:
        """Return what is remembered of the keys (hexadecimal hashes); nothing when the file cannot be used."""
        found: dict[str, Vector] = {}

        def read(connection: sqlite3.Connection) -> None:
            waiting = iter(keys)
            while part := list(islice(waiting, _ASKED_AT_ONCE)):
                by_key = {bytes.fromhex(key)[:KEY_BYTES]: key for key in part}
                marks = ",".join("?" * len(by_key))
                rows = connection.execute(
                    f"SELECT key, content, era FROM vector WHERE key IN ({marks})",  # noqa: S608 (question marks only)
                    list(by_key),
                ).fetchall()
                for key, content, _ in rows:
                    found[by_key[key]] = np.frombuffer(content, "<f2").astype(np.float32)
                used = [(self._era, key) for key, _, era in rows if era < self._era]
                connection.executemany("UPDATE vector SET era = ? WHERE key = ?", used)

        self._try(read)
        return found

    def put_many(self, vectors: Mapping[str, Vector]) -> None:
        """Remember vectors, and forget the oldest beyond the budget."""

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR REPLACE INTO vector (key, era, content) VALUES (?, ?, ?)",
                [
                    (bytes.fromhex(key)[:KEY_BYTES], self._era, vector.astype("<f2").tobytes())
                    for key, vector in vectors.items()
                ],
            )
            self._count += len(vectors)
            if self._count > self._most:
                self._forget(connection)

        self._try(write)

    def _try(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do it in one transaction; what goes wrong with the file costs encodings, never an answer."""
        with self._lock:
            try:
                with closing(self._connect()) as connection, connection:
                    work(connection)
            except (sqlite3.OperationalError, OSError):
                pass  # locked by another process, disk full, folder away
            except sqlite3.DatabaseError:
                self._is_open = False
                for end in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def _forget(self, connection: sqlite3.Connection) -> None:
        """Remove the texts that were used longest ago, and begin a new era."""
        (held,) = connection.execute("SELECT count(*) FROM vector").fetchone()
        surplus = held - int(self._most * (1 - _FORGOTTEN_SHARE))
        if held > self._most:
            connection.execute(
                "DELETE FROM vector WHERE key IN (SELECT key FROM vector ORDER BY era, key LIMIT ?)",
                (surplus,),
            )
            held -= surplus
        self._count = held
        self._era += 1

    def _connect(self) -> sqlite3.Connection:
        if not self._is_open:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        if not self._is_open:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)
            self._era = connection.execute("SELECT coalesce(max(era), 0) + 1 FROM vector").fetchone()[0]
            self._count = connection.execute("SELECT count(*) FROM vector").fetchone()[0]
            self._is_open = True
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection
