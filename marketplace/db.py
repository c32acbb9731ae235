"""The database: one declarative base, engines for SQLite and PostgreSQL, one session a request.

Readers do not queue behind writers: requests that may not write get a read-only, deferred transaction; only writers
take SQLite's write lock at their beginning (BEGIN IMMEDIATE), because upgrading from a read snapshot fails at once.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

from flask import has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    String,
    TypeDecorator,
    bindparam,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.orm.util import identity_key

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
READ_METHODS = ("GET", "HEAD", "OPTIONS")
PAUSED = "is_paused"
QUERY_ONLY = "query_only"
BUSY_TIMEOUT_MS = 5_000
MappedRow = TypeVar("MappedRow", bound="Base")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out, on SQLite too, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime given to the database"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Tables of the application. payments has a base of its own; no foreign key crosses the line."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


def id_column(**options: Any) -> Any:
    """Return the primary key column of an opaque id."""
    return mapped_column(String(20), primary_key=True, **options)


def one_of(column: str, values: type | tuple[str, ...]) -> CheckConstraint:
    """Return a named check that `column` holds one of the members of a StrEnum."""
    listed = ", ".join(f"'{value}'" for value in values)  # type: ignore[union-attr]
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class RequestSession(Session):
    """A session that is read-only inside requests that promise not to write."""

    def __init__(self, bind: Any = None, **options: Any) -> None:
        if "execution_options" not in options and has_request_context() and request.method in READ_METHODS:
            options["execution_options"] = {"read_only": True}
        super().__init__(bind, **options)


@event.listens_for(RequestSession, "after_begin")
def _refuse_while_paused(session: Session, _transaction: object, _connection: Connection) -> None:
    if session.info.get(PAUSED):
        msg = "a statement was sent where no transaction may be open"
        raise RuntimeError(msg)


db = SQLAlchemy(session_options={"class_": RequestSession})


def prepare_engine(engine: Engine) -> Engine:
    """Attach the rules of the dialect; every engine of the product goes through here. Returns the engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _rolled_back_at_checkin)
    return engine


def _sqlite_connect(raw: Any, _record: object) -> None:
    raw.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "recursive_triggers=ON",
    ):
        raw.execute(f"PRAGMA {pragma}")
    raw.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)


def _sha256_hex(value: str) -> str:
    """Return the hash of a text, with which `payments` chains its entries: PostgreSQL has one, SQLite has none."""
    return hashlib.sha256(value.encode()).hexdigest()


def _begin(connection: Connection) -> None:
    is_read_only = bool(connection.get_execution_options().get("read_only", False))
    if connection.dialect.name == "sqlite":
        if connection.info.get(QUERY_ONLY) != is_read_only:
            connection.exec_driver_sql(f"PRAGMA query_only={int(is_read_only)}")
            connection.info[QUERY_ONLY] = is_read_only
        _begin_sqlite(connection.connection.driver_connection, "BEGIN" if is_read_only else "BEGIN IMMEDIATE")
    elif is_read_only:
        connection.execute(text("SET TRANSACTION READ ONLY"))


def _begin_sqlite(raw: Any, statement: str) -> None:
    """Begin past SQLAlchemy's layers, which take three times as long, with the error that they raise."""
    try:
        raw.execute(statement)
    except sqlite3.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def _rolled_back_at_checkin(raw: Any, _record: object) -> None:
    # A deferred foreign key that fails at COMMIT leaves SQLite's transaction open; it must not keep the write lock.
    if raw is not None and getattr(raw, "in_transaction", False):
        raw.rollback()


def find_row(session: Session, model: type[MappedRow], row_id: str | None) -> MappedRow | None:
    """Return a row by its id (none for none), as `Session.get` does, which builds its statement anew each time: nearly half of its time."""
    if row_id is None:
        return None
    known = session.identity_map.get(identity_key(model, row_id))
    if known is not None and not inspect(known).expired:
        return known
    return session.scalars(_row_of(model), {"row_id": row_id}).one_or_none()


@cache
def _row_of(model: type[MappedRow]) -> Select[MappedRow]:
    (key,) = inspect(model).primary_key
    return select(model).where(key == bindparam("row_id"))


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Open a session that commits at the end of the block and rolls back on any error."""
    session = sessions()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def snapshot(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Open a session that sees one moment of the database however long it reads, cannot write and keeps no writer waiting."""
    session = sessions(execution_options={"read_only": True})
    try:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
    finally:
        session.rollback()
        session.close()
