"""Reads the whole journal once, stream by stream, and proves its balance, its hash chains and its newest root.

Memory does not grow with the journal: rows are streamed, and nothing is kept of a stream once it is read.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chain_sql, store
from payments.errors import PaymentError
from payments.ledger import GENESIS_HASH, RootDigest, entry_hash
from payments.ledger_models import JournalEntryRow, JournalRootRow
from payments.raw_reading import is_postgresql, stream


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the books do not explain: `code` for machines, the subject, and what is wrong in words."""

    code: str
    subject: str
    detail: str


@dataclass(slots=True)
class _Link:
    """Where the walk stands in the stream it is reading."""

    stream: str | None = None
    sequence: int = 0
    digest: str = GENESIS_HASH
    sealed_digest: str | None = None


class JournalWalk:
    """One pass over every entry in the order of streams; counts what it passes. Use once."""

    def __init__(self, session: Session) -> None:
        self.entry_count = 0
        self.stream_count = 0
        self.root_count = 0
        self._session = session

    def problems(self) -> Iterator[Problem]:
        """Walk the journal and yield what does not fit."""
        roots = list(self._session.scalars(select(JournalRootRow).order_by(JournalRootRow.id)))
        self.root_count = len(roots)
        newest = roots[-1] if roots else None
        sealed_to = newest.last_entry_id if newest is not None else 0
        root = RootDigest(newest.previous_root) if newest is not None else RootDigest(GENESIS_HASH)
        link = _Link()
        for row in self._read():
            if row[1] != link.stream:
                _seal_stream(root, link)
                link = _Link(row[1])
                self.stream_count += 1
            self.entry_count += 1
            yield from self._check(row, link)
            link.sequence, link.digest = row[2], row[4]
            if row[0] <= sealed_to:
                link.sealed_digest = row[4]
        _seal_stream(root, link)
        yield from _check_roots(roots, root.hexdigest())

    def _read(self) -> Iterator[Any]:
        sql = chain_sql.POSTGRESQL if is_postgresql(self._session) else chain_sql.SQLITE
        return stream(self._session, sql)

    def _check(self, row: Any, link: _Link) -> Iterator[Problem]:
        entry_id, _, sequence, previous, digest, sealed, legs, total, lowest, highest, hashed = row
        if sequence != link.sequence + 1 or previous != link.digest:
            detail = "The entry does not follow the one before it in its stream."
            yield Problem("chain_broken", f"{link.stream} {sequence}", detail)
        if sealed != legs:
            detail = "The entry has other legs than were sealed."
            yield Problem("seal_differs", f"{link.stream} {sequence}", detail)
        is_plain = total == 0 and lowest == highest and hashed is not None
        if not is_plain or hashlib.sha256(hashed.encode()).hexdigest() != digest:
            yield from self._look_again(entry_id)

    def _look_again(self, entry_id: int) -> Iterator[Problem]:
        """Read an entry through its own types and rules: several currencies, other writing, or a forgery."""
        row = self._session.get_one(JournalEntryRow, entry_id)
        key, sequence, previous, digest = (
            row.key,
            row.stream_sequence,
            row.previous_hash,
            row.entry_hash,
        )
        try:
            entry = store.read_entry(self._session, row)
        except PaymentError as error:
            yield Problem(error.code, key, error.message)
            return
        finally:
            self._session.expunge(row)
        if entry_hash(entry, sequence=sequence, previous_hash=previous) != digest:
            yield Problem("hash_differs", key, "The entry is not what was posted.")


def _seal_stream(root: RootDigest, link: _Link) -> None:
    if link.stream is not None and link.sealed_digest is not None:
        root.add(link.stream, link.sealed_digest)


def _check_roots(roots: list[JournalRootRow], found: str) -> Iterator[Problem]:
    """Check that the roots follow on one another and that the newest one still covers every stream's head."""
    previous = GENESIS_HASH
    for root in roots:
        if root.previous_root != previous:
            yield Problem("root_chain_broken", str(root.id), "This root does not follow the one before it.")
        previous = root.root_hash
    if roots and found != roots[-1].root_hash:
        yield Problem("root_differs", str(roots[-1].id), "The streams are not those that were sealed.")
