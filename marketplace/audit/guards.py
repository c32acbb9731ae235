"""The audit trail is append-only, its seals too."""

from sqlalchemy import Connection

from marketplace import append_only

TABLES = {
    "audit_entry": "id = NEW.id OR hash = NEW.hash OR (stream = NEW.stream AND sequence = NEW.sequence)",
    "audit_seal": "id = NEW.id OR root = NEW.root",
}


def install(connection: Connection) -> None:
    """Create the triggers (idempotent)."""
    append_only.install(connection, TABLES)


def missing(connection: Connection) -> list[str]:
    """Return the triggers that are not there or switched off."""
    return append_only.missing(connection, TABLES)


def remove(connection: Connection) -> None:
    """Drop the triggers."""
    append_only.remove(connection, TABLES)
