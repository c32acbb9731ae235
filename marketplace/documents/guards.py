"""Triggers of documents: issued rows never change, and every number follows the one before it."""

from sqlalchemy import Connection, text

from marketplace import append_only
from payments.guards import enabled_triggers

TABLES = {
    "document": "id = NEW.id OR number = NEW.number OR key = NEW.key"
    " OR (series = NEW.series AND year = NEW.year AND sequence = NEW.sequence)"
}
CHECKS = {
    # table and moment -> (what is refused, why)
    ("document", "INSERT"): (
        (
            "NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM document"
            " WHERE series = NEW.series AND year = NEW.year)"
        ),
        "numbers of documents have no gap",
    ),
    ("document_counter", "UPDATE"): (
        "NEW.series <> OLD.series OR NEW.year <> OLD.year OR NEW.last <> OLD.last + 1",
        "numbers of documents go up by one",
    ),
    ("document_counter", "DELETE"): ("1 = 1", "numbers of documents are not given again"),
}


def install(connection: Connection) -> None:
    """Create the triggers (idempotent)."""
    remove(connection)
    append_only.install(connection, TABLES)
    is_sqlite = connection.dialect.name == "sqlite"
    for (table, moment), (wrong, message) in CHECKS.items():
        name = _name(table, moment)
        if is_sqlite:
            body = f"BEGIN SELECT RAISE(ABORT, '{message}') WHERE {wrong}; END"
            connection.execute(text(f"CREATE TRIGGER {name} BEFORE {moment} ON {table} {body}"))
            continue
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {wrong} THEN"
                f" RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}';"
                f" END IF; RETURN {'OLD' if moment == 'DELETE' else 'NEW'}; END $$"
            )
        )
        connection.execute(
            text(f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        )


def missing(connection: Connection) -> list[str]:
    """Return the triggers that are not there or switched off."""
    enabled = enabled_triggers(connection)
    checks = [name for name in (_name(*each) for each in CHECKS) if name not in enabled]
    return [*append_only.missing(connection, TABLES), *checks]


def remove(connection: Connection) -> None:
    """Drop the triggers."""
    append_only.remove(connection, TABLES)
    is_sqlite = connection.dialect.name == "sqlite"
    for table, moment in CHECKS:
        name = _name(table, moment)
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + ("" if is_sqlite else f" ON {table}")))
        if not is_sqlite:
            connection.execute(text(f"DROP FUNCTION IF EXISTS {name}()"))


def _name(table: str, moment: str) -> str:
    return f"{table}_checks_{moment.lower()}"
