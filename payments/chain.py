"""Reads the journal stream by stream, and proves its balance and its hash chains.

Memory does not grow with the journal: rows are streamed, and nothing is kept of a stream once it is read.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from payments import chain_sql, store
from payments.errors import PaymentError
from payments.ledger import GENESIS_HASH, entry_hash
from payments.ledger_models import JournalEntryRow
from payments.raw_reading import is_postgresql, stream

AFTER_EVERY_NAME = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the books do not explain: `code` for machines, the subject, and what is wrong in words."""

    code: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to which entry the journal is read, and up to which one its newest root covers it (0 without a root)."""

    last_entry_id: int
    sealed_to: int


@dataclass(frozen=True, slots=True)
class Span:
    """The streams after the name `after` up to the name `upto`, in byte order; by default all."""

    after: str = ""
    upto: str = AFTER_EVERY_NAME


@dataclass(slots=True)
class _Link:
    """Where the walk stands in the stream it is reading."""

    stream: str | None = None
    sequence: int = 0
    digest: str = GENESIS_HASH
    sealed_digest: str | None = None


class SpanWalk:
    """One pass over every entry of a span in the order of streams; counts what it passes. Use once.

    `seal(stream, hash)` is told the newest hash of each stream that the newest root covers.
    """

    def __init__(
        self, session: Session, *, moment: Moment, seal: Callable[[str, str], None], span: Span | None = None
    ) -> None:
        self.entry_count = 0
        self.stream_count = 0
        self._session = session
        self._moment = moment
        self._seal = seal
        self._span = span or Span()

    def problems(self) -> Iterator[Problem]:
        """Walk the span and yield what does not fit."""
        link, sealed_to, sha256 = _Link(), self._moment.sealed_to, hashlib.sha256
        for row in self._read():
            entry_id, name, sequence, previous, digest, sealed, legs, total, lowest, highest, hashed = row
            if name != link.stream:
                self._seal_stream(link)
                link = _Link(name)
                self.stream_count += 1
            is_linked = sequence == link.sequence + 1 and previous == link.digest
            is_plain = sealed == legs and total == 0 and lowest == highest and hashed is not None
            if not (is_linked and is_plain and sha256(hashed.encode()).hexdigest() == digest):
                yield from self._explain(row, link)
            self.entry_count += 1
            link.sequence, link.digest = sequence, digest
            if entry_id <= sealed_to:
                link.sealed_digest = digest
        self._seal_stream(link)

    def _read(self) -> Iterator[Any]:
        sql = chain_sql.POSTGRESQL if is_postgresql(self._session) else chain_sql.SQLITE
        bounds = {
            "after": self._span.after,
            "upto": self._span.upto,
            "last": self._moment.last_entry_id,
        }
        return stream(self._session, sql, bounds)

    def _seal_stream(self, link: _Link) -> None:
        if link.stream is not None and link.sealed_digest is not None:
            self._seal(link.stream, link.sealed_digest)

    def _explain(self, row: Any, link: _Link) -> Iterator[Problem]:
        """Say what is wrong with an entry that was not accepted at once; nothing, when it was only written otherwise."""
        entry_id, _, sequence, previous, _, sealed, legs, *_ = row
        if sequence != link.sequence + 1 or previous != link.digest:
            detail = "The entry does not follow the one before it in its stream."
            yield Problem("chain_broken", f"{link.stream} {sequence}", detail)
        if sealed != legs:
            detail = "The entry has other legs than were sealed."
            yield Problem("seal_differs", f"{link.stream} {sequence}", detail)
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
