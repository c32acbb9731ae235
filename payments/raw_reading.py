"""Reads millions of rows with flat memory: batch by batch, on PostgreSQL from a cursor on the server.

For checks and exports only. Of SQL text the values come as the driver gives them, without the column types of the models.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Executable, text
from sqlalchemy.orm import Session

BATCH = 2_000


def stream(
    session: Session, statement: str | Executable, parameters: Mapping[str, object] | None = None
) -> Iterator[Any]:
    """Yield the rows of a statement (SQL text with `:name` parameters, or an expression)."""
    clause = text(statement) if isinstance(statement, str) else statement
    options = {"yield_per": BATCH}
    with session.connection().execute(clause, dict(parameters or {}), execution_options=options) as result:
        for rows in result.partitions(BATCH):  # without a size PostgreSQL's cursor is read to its end at once
            yield from rows


def in_byte_order(session: Session, column: str) -> str:
    """Return the SQL that sorts text as its UTF-8 bytes, as Python does, whatever the language of the database."""
    return f'{column} COLLATE "C"' if is_postgresql(session) else column


def is_postgresql(session: Session) -> bool:
    """Tell which of the two dialects the session speaks."""
    return session.get_bind().dialect.name == "postgresql"
