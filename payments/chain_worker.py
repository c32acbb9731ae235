"""A process that walks spans of the journal for `chain_crew`: `python -m payments.chain_worker`.

The first line it reads names the database and the snapshot (on PostgreSQL), each further one a span; it answers each with a line
and ends with its input.
"""

import json
import re
import sys
from typing import Any, TextIO

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from payments.chain import Moment, Span, SpanWalk
from payments.ledger import StreamHeads

_SNAPSHOT = re.compile(r"[0-9A-F-]+")


def serve(asked: TextIO, answers: TextIO) -> None:
    """Answer until there is nothing more to read."""
    start = json.loads(next(asked))
    engine = create_engine(start["url"], poolclass=NullPool)
    with Session(engine) as session:
        _take_snapshot(session, start["snapshot"])
        for line in asked:
            answers.write(json.dumps(_walk(session, json.loads(line)), ensure_ascii=False) + "\n")
            answers.flush()
    engine.dispose()


def _walk(session: Session, task: dict[str, Any]) -> dict[str, Any]:
    heads = StreamHeads()
    walk = SpanWalk(
        session,
        moment=Moment(task["last_entry_id"], task["sealed_to"]),
        seal=heads.add,
        span=Span(task["after"], task["upto"]),
    )
    problems = [(each.code, each.subject, each.detail) for each in walk.problems()]
    return {
        "entries": walk.entry_count,
        "streams": walk.stream_count,
        "first": heads.first,
        "last": heads.last,
        "heads": heads.text,
        "problems": problems,
    }


def _take_snapshot(session: Session, snapshot: str | None) -> None:
    """Read only; on PostgreSQL what the snapshot shows."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA query_only=1"))
        return
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    if snapshot is None or not _SNAPSHOT.fullmatch(snapshot):
        raise ValueError("A snapshot of PostgreSQL is named by its number.")
    session.execute(text(f"SET TRANSACTION SNAPSHOT '{snapshot}'"))
    session.execute(text("SET TRANSACTION READ ONLY"))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    serve(sys.stdin, sys.stdout)
