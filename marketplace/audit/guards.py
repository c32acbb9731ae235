"""Triggers that make the audit trail append-only on both databases.

Alembic's batch mode drops a table's triggers silently: remove them before such a migration and install them after.
"""

from sqlalchemy import Connection, text

TABLES = ("audit_entry", "audit_seal")
#: what makes a row the same as another, beside its id
UNIQUE = {
    "audit_entry": "hash = NEW.hash OR (stream = NEW.stream AND sequence = NEW.sequence)",
    "audit_seal": "root = NEW.root",
}


def install(connection: Connection) -> None:
    """Create the triggers (idempotent)."""
    remove(connection)
    statements = _sqlite() if connection.dialect.name == "sqlite" else _postgresql()
    for statement in statements:
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Drop the triggers."""
    for table in TABLES:
        for what in ("update", "delete", "replace", "truncate"):
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{what}"))
            else:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}"))


def _sqlite() -> list[str]:
    statements = []
    for table in TABLES:
        refused = f"SELECT RAISE(ABORT, '{table} is append-only')"
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refused}; END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refused}; END",
            # INSERT OR REPLACE would go round the delete trigger.
            _no_replace(table, refused),
        ]
    return statements


def _no_replace(table: str, refused: str) -> str:
    is_there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR {UNIQUE[table]})"  # noqa: S608  # a table name of ours
    return f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} BEGIN {refused}; END"


def _postgresql() -> list[str]:
    function = (
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql"
    )
    statements = [function]
    for table in TABLES:
        for what, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            statements.append(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION audit_append_only()"
            )
    return statements
