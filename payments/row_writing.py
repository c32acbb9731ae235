"""How the steps of money write rows: straight into their tables, by statements that are built once.

What is written is known when it is written, so that no unit of work has to find out and sort it (that costs ten times as
much as the statement). Column types and defaults are the models'.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, Update, bindparam, update
from sqlalchemy import insert as generic_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from payments.schema import PaymentsBase

Values = Mapping[str, object]

ROW_KEY = "row_key"


def insert(session: Session, model: type[PaymentsBase], *rows: Values) -> None:
    """Insert rows by the names of their columns. Changes of mapped objects that must come first are the caller's to flush."""
    session.connection().execute(_insert_into(model), rows)


def insert_numbered(session: Session, model: type[PaymentsBase], row: Values) -> int:
    """Insert one row of a table that numbers its rows, and return its number."""
    inserted = session.connection().execute(_insert_into(model), row).inserted_primary_key
    return cast("tuple[int]", inserted)[0]


def insert_once(session: Session, model: type[PaymentsBase], row: Values) -> bool:
    """Insert a row unless one with its key is there; return whether it was inserted.

    On PostgreSQL this waits for another transaction that is inserting the same key.
    """
    connection = session.connection()
    return connection.execute(_insert_once_into(model, connection.dialect.name), row).first() is not None


def change(session: Session, row: PaymentsBase, **values: object) -> None:
    """Write columns of a locked row now; the mapped object shows them, and a flush has nothing left to do for them."""
    key, statement = _update_of(type(row))
    session.connection().execute(statement, {ROW_KEY: getattr(row, key), **values})
    for name, value in values.items():
        set_committed_value(row, name, value)


@cache
def _insert_into(model: type[PaymentsBase]) -> Insert:
    return generic_insert(_table(model))


@cache
def _insert_once_into(model: type[PaymentsBase], dialect: str) -> Any:
    dialect_insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = _table(model)
    return dialect_insert(table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _update_of(model: type[PaymentsBase]) -> tuple[str, Update]:
    """Return the name of the key, and the statement that sets whatever columns its parameters name."""
    (key,) = _table(model).primary_key
    return key.name, update(_table(model)).where(key == bindparam(ROW_KEY))


def _table(model: type[PaymentsBase]) -> Table:
    return cast("Table", model.__table__)
