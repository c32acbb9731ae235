"""The walk over the whole journal: every chain, and the roots over them; in this process, or on several processors."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import chain_crew
from payments.chain import Moment, Problem, Span, SpanWalk
from payments.ledger import GENESIS_HASH, RootDigest
from payments.ledger_models import JournalEntryRow, JournalRootRow

WORTH_PROCESSES = 40_000
"""So many entries take longer to read than further processes take to start."""


class JournalWalk:
    """One pass over every entry; counts what it passes. Use once, as a context.

    With more than one process a long walk begins with the block, beside what the block does, and ends in `problems`.
    """

    def __init__(self, session: Session, *, processes: int = 1) -> None:
        self.entry_count = 0
        self.stream_count = 0
        self._session = session
        self._processes = processes
        self._roots = list(session.scalars(select(JournalRootRow).order_by(JournalRootRow.id)))
        newest = self._roots[-1] if self._roots else None
        last = session.scalar(select(func.max(JournalEntryRow.id))) or 0
        self._moment = Moment(last, newest.last_entry_id if newest is not None else 0)
        self._root = RootDigest(newest.previous_root if newest is not None else GENESIS_HASH)
        self._walking: Future[list[Problem]] | None = None
        self._stack = ExitStack()

    @property
    def root_count(self) -> int:
        return len(self._roots)

    def __enter__(self) -> Self:
        if self._processes > 1 and self._moment.last_entry_id >= WORTH_PROCESSES:
            crew = chain_crew.Crew(self._session, processes=self._processes)
            spans = chain_crew.divide(self._session, self._moment)
            beside = self._stack.enter_context(ThreadPoolExecutor(1, "ledger-root"))
            self._walking = beside.submit(self._collect, crew, spans)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def problems(self) -> Iterator[Problem]:
        """Walk the journal, or wait until it was walked, and yield what does not fit."""
        if self._walking is not None:
            yield from self._walking.result()
        else:
            walk = SpanWalk(self._session, moment=self._moment, seal=self._root.add)
            yield from walk.problems()
            self.entry_count, self.stream_count = walk.entry_count, walk.stream_count
        yield from _check_roots(self._roots, self._root.hexdigest())

    def _collect(self, crew: chain_crew.Crew, spans: list[Span]) -> list[Problem]:
        problems: list[Problem] = []
        for report in crew.walk(spans, self._moment):
            self.entry_count += report.entry_count
            self.stream_count += report.stream_count
            self._root.extend(report.heads)
            problems += report.problems
        return problems


def _check_roots(roots: list[JournalRootRow], found: str) -> Iterator[Problem]:
    """Check that the roots follow on one another and that the newest one still covers every stream's head."""
    previous = GENESIS_HASH
    for root in roots:
        if root.previous_root != previous:
            yield Problem("root_chain_broken", str(root.id), "This root does not follow the one before it.")
        previous = root.root_hash
    if roots and found != roots[-1].root_hash:
        yield Problem("root_differs", str(roots[-1].id), "The streams are not those that were sealed.")
