"""A fee policy that was in force explains old quotes: its row never changes."""

from sqlalchemy import Connection

from marketplace import append_only

TABLES = {"fee_policy": "version = NEW.version OR valid_from = NEW.valid_from"}


def install(connection: Connection) -> None:
    """Create the triggers (idempotent)."""
    append_only.install(connection, TABLES)


def missing(connection: Connection) -> list[str]:
    """Return the triggers that are not there or switched off."""
    return append_only.missing(connection, TABLES)


def remove(connection: Connection) -> None:
    """Drop the triggers."""
    append_only.remove(connection, TABLES)
