"""Bringing a database to the newest schema, and asking whether it is there. Plain Alembic on a connection of its own."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

import migrations
from marketplace.audit import guards as audit_guards
from marketplace.documents import guards as document_guards
from marketplace.errors import MarketplaceError
from marketplace.fees import guards as fee_guards
from marketplace.tables import METADATAS
from payments import guards as payment_guards


class ForeignKeyBroken(MarketplaceError):
    """A migration would leave rows that point nowhere; it was rolled back."""

    code = "foreign_key_broken"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def migration_engine(database_url: str) -> Engine:
    """Return an engine for migrations: on SQLite foreign keys are off while tables are rebuilt, checked at the end."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA busy_timeout=30000")
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            msg = f"{broken[0]}: a row points to a missing row of {broken[2]}; restore a backup or mend the data"
            raise ForeignKeyBroken(msg)

    return engine


def upgrade(database_url: str, revision: str = "head") -> list[str]:
    """Migrate up to `revision`; safe to call from several processes at once.

    At the newest, triggers that a restored dump or a hand has lost are made again; returns their names.
    """
    engine = migration_engine(database_url)
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)
        mended = _mend_guards(connection) if revision == "head" else []
    engine.dispose()
    return mended


def _mend_guards(connection: Connection) -> list[str]:
    """Make the triggers of the books, the documents and the trail again where one is gone or off."""
    lost: list[str] = []
    for guards in (payment_guards, document_guards, fee_guards, audit_guards):
        gone = guards.missing(connection)
        lost += [each if isinstance(each, str) else each[1] for each in gone]
        if gone:
            guards.install(connection)
    return lost


def downgrade(database_url: str, revision: str) -> None:
    """Migrate down to `revision`."""
    engine = migration_engine(database_url)
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)
    engine.dispose()


def head_revision() -> str:
    """Return the newest revision this program knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current_revision(connection: Connection) -> str | None:
    """Return the revision the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(database_url: str) -> list[object]:
    """Return what Alembic would change to make the database equal the models (empty = equal)."""
    engine = migration_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, METADATAS)  # type: ignore[arg-type]  # a list of metadatas works
    engine.dispose()
    return list(found)


def write_revision(database_url: str, message: str) -> None:
    """Write the next numbered migration from the difference between models and database (for developers)."""
    engine = migration_engine(database_url)
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
    engine.dispose()
