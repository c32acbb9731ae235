"""Triggers that make tables append-only on both databases: no update, delete, replace or truncate.

Alembic's batch mode drops a table's triggers silently: `remove` them before such a migration and `install` them after.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from payments.guards import enabled_triggers

FUNCTION = "refuse_change"


def install(connection: Connection, tables: Mapping[str, str]) -> None:
    """Create the triggers (idempotent). `tables` maps a table to the SQL condition that says NEW has a key that exists."""
    remove(connection, tables)
    statements = _sqlite(tables) if connection.dialect.name == "sqlite" else _postgresql(tables)
    for statement in statements:
        connection.execute(text(statement))


def remove(connection: Connection, tables: Mapping[str, str]) -> None:
    """Drop the triggers."""
    for table in tables:
        for what in ("update", "delete", "replace", "truncate"):
            on_table = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{what}{on_table}"))


def missing(connection: Connection, tables: Mapping[str, str]) -> list[str]:
    """Return the triggers that are not there or switched off."""
    last = "replace" if connection.dialect.name == "sqlite" else "truncate"
    enabled = enabled_triggers(connection)
    names = (f"{table}_no_{what}" for table in tables for what in ("update", "delete", last))
    return [name for name in names if name not in enabled]


def _sqlite(tables: Mapping[str, str]) -> list[str]:
    statements = []
    for table, same_key in tables.items():
        refused = f"SELECT RAISE(ABORT, '{table} is append-only')"
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {same_key})"  # noqa: S608  # table and keys are our constants
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refused}; END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refused}; END",
            # INSERT OR REPLACE would go round the delete trigger.
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} BEGIN {refused}; END",
        ]
    return statements


def _postgresql(tables: Mapping[str, str]) -> list[str]:
    statements = [
        (
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$ LANGUAGE plpgsql"
        )
    ]
    for table in tables:
        for what, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            statements.append(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
            )
    return statements
