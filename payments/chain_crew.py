"""Walks the journal on several processors: processes of their own take spans of streams, one after another.

Each is `python -m payments.chain_worker`, which imports no more than it needs and is asked and answers in lines of JSON. The
journal only grows, and all of them stop at the entry that was the newest when the walk began, so that all see one moment of it.
"""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from typing import IO, Any, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from payments.chain import Moment, Problem, Span
from payments.errors import PaymentError
from payments.ledger import StreamHeads
from payments.raw_reading import in_byte_order, is_postgresql

SPAN_ENTRIES = 20_000
AHEAD = 4
"""How many spans a process may be ahead of the root, which is digested in the order of the streams."""


@dataclass(frozen=True, slots=True)
class SpanReport:
    """What the walk of a span found."""

    entry_count: int
    stream_count: int
    heads: StreamHeads
    problems: tuple[Problem, ...]


class CrewFailed(PaymentError):
    """A process of the crew ended before it had answered, for example because memory was short."""

    code = "crew_failed"
    kind = "unavailable"

    def __init__(self) -> None:
        super().__init__(
            "A process that was verifying the ledger ended before it had answered: the ledger is not verified. Try fewer processes, each needs memory."
        )


class Crew:
    """`processes` that walk spans of the database of `session`; they end with the walk."""

    def __init__(self, session: Session, *, processes: int) -> None:
        bind = session.get_bind()
        self._url = bind.engine.url.render_as_string(hide_password=False)
        self._snapshot = _export_snapshot(session)
        self._processes = processes

    def walk(self, spans: Sequence[Span], moment: Moment) -> Iterator[SpanReport]:
        """Walk the spans and yield what was found, in their order.

        Raises:
            CrewFailed: a process ended; what it wrote stands in this one's stderr.

        """
        members: list[_Member] = []
        free: SimpleQueue[_Member] = SimpleQueue()

        def ask(span: Span) -> SpanReport:
            member = free.get()
            try:
                return member.ask({**asdict(span), **asdict(moment)})
            finally:
                free.put(member)

        waiting: deque[Future[SpanReport]] = deque()
        try:
            for _ in range(self._processes):
                members.append(_Member())
                members[-1].begin(self._url, self._snapshot)
                free.put(members[-1])
            with ThreadPoolExecutor(self._processes, "ledger-walk") as threads:
                for span in spans:
                    waiting.append(threads.submit(ask, span))
                    if len(waiting) > AHEAD * self._processes:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
        finally:
            for member in members:
                member.close()


class _Member:
    """One process and its two pipes."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "payments.chain_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._asked = cast("IO[str]", self._process.stdin)
        self._answers = cast("IO[str]", self._process.stdout)

    def begin(self, url: str, snapshot: str | None) -> None:
        self._say({"url": url, "snapshot": snapshot})

    def ask(self, task: dict[str, Any]) -> SpanReport:
        self._say(task)
        line = self._answers.readline()
        if not line.endswith("\n"):
            raise CrewFailed
        found = json.loads(line)
        return SpanReport(
            found["entries"],
            found["streams"],
            StreamHeads(found["first"], found["last"], found["heads"]),
            tuple(Problem(*each) for each in found["problems"]),
        )

    def close(self) -> None:
        self._process.communicate()

    def _say(self, message: dict[str, Any]) -> None:
        try:
            self._asked.write(json.dumps(message) + "\n")
            self._asked.flush()
        except BrokenPipeError as error:
            raise CrewFailed from error


def divide(session: Session, moment: Moment) -> list[Span]:
    """Divide all streams into spans of about twenty thousand entries; a stream is never divided."""
    order = in_byte_order(session, "stream")
    statement = text(
        f"SELECT stream FROM journal_entry WHERE {order} > :after ORDER BY {order} LIMIT 1 OFFSET :entries"  # noqa: S608 - a constant by dialect
    )
    spans: list[Span] = []
    after = ""
    while moment.last_entry_id:
        upto = session.scalar(statement, {"after": after, "entries": SPAN_ENTRIES - 1})
        if upto is None:
            return [*spans, Span(after)]
        spans.append(Span(after, upto))
        after = upto
    return spans


def _export_snapshot(session: Session) -> str | None:
    """Return the name under which other transactions may see what this one sees; SQLite has none and needs none."""
    if not is_postgresql(session):
        return None
    return str(session.scalar(text("SELECT pg_export_snapshot()")))
