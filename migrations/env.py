"""Alembic's environment: both metadatas, numbered revisions, one transaction on a connection that is handed in."""

from typing import Any, Literal

from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import TypeDecorator, text

from marketplace.tables import METADATAS

LOCK_NUMBER = 4_127_009  # any number; the same in every process that migrates


def number(_migration_context: MigrationContext, _revision: object, directives: list[Any]) -> None:
    """Give the next number as the revision's id."""
    head = ScriptDirectory.from_config(context.config).get_current_head()
    directives[0].rev_id = f"{int(head or 0) + 1:04d}"


def render_item(kind: str, value: object, _autogen: object) -> str | Literal[False]:
    """Write our own column types as the plain ones they store, so that migrations do not follow the code."""
    if kind == "type" and isinstance(value, TypeDecorator):
        return f"sa.{value.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATAS,
    render_as_batch=True,
    transactional_ddl=True,
    compare_server_default=True,
    process_revision_directives=number,
    render_item=render_item,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})"))
    context.run_migrations()
