"""How the steps of money write rows: straight into their tables, by statements that are built once.

What is written is known when it is written, so that no unit of work has to find out and sort it (that costs ten times as
much as the statement). Column types and defaults are the models'.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Table, bindparam, update
from sqlalchemy import insert as generic_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from payments import row_reading
from payments.prepared import PreparedStatement
from payments.schema import PaymentsBase

Values = Mapping[str, object]
Names = tuple[str, ...]

ROW_KEY = "row_key"


def insert(session: Session, model: type[PaymentsBase], *rows: Values) -> None:
    """Insert rows by the names of their columns. Changes of mapped objects that must come first are the caller's to flush.

    All rows name the same columns; there are few of them, and few different numbers of them.
    """
    names = tuple(rows[0])
    _insert_into(model, names, len(rows)).send(session, _given(names, *rows))


def insert_once(session: Session, model: type[PaymentsBase], row: Values) -> bool:
    """Insert a row unless one with its key is there; return whether it was inserted.

    On PostgreSQL this waits for another transaction that is inserting the same key.
    """
    names = tuple(row)
    statement = _insert_once_into(model, names, session.connection().dialect.name)
    return bool(statement.send(session, _given(names, row)))


def change(session: Session, row: PaymentsBase, **values: object) -> None:
    """Write columns of a locked row now; the mapped object shows them, and a flush has nothing left to do for them."""
    if session.in_nested_transaction():  # its rollback takes back only what a flush wrote
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()
        return
    names = tuple(values)
    key, statement = _update_of(type(row), names)
    statement.send(session, {ROW_KEY: getattr(row, key), **_given(names, values)})
    row_reading.refresh(row, values)


def _given(names: Names, *rows: Values) -> dict[str, object]:
    """Return the values of rows by the parameters of a statement that writes so many of them."""
    values = [row[name] for row in rows for name in names]
    return dict(zip(_parameters(names, len(rows)), values, strict=True))


@cache
def _parameters(names: Names, count: int) -> Names:
    return tuple(_parameter(name, at) for at in range(count) for name in names)


def _parameter(name: str, at: int) -> str:
    return f"{name}_{at}"


@cache
def _insert_into(model: type[PaymentsBase], names: Names, count: int) -> PreparedStatement:
    rows = [_row_of(model, names, at) for at in range(count)]
    return PreparedStatement(generic_insert(_table(model)).inline().values(rows))


@cache
def _insert_once_into(model: type[PaymentsBase], names: Names, dialect: str) -> PreparedStatement:
    insert_of = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = _table(model)
    statement = insert_of(table).values(_row_of(model, names, 0)).on_conflict_do_nothing()
    return PreparedStatement(statement.returning(*table.primary_key))


@cache
def _update_of(model: type[PaymentsBase], names: Names) -> tuple[str, PreparedStatement]:
    """Return the name of the key, and the statement that sets these columns."""
    table = _table(model)
    (key,) = table.primary_key
    new = {name: _placeholder(table, name, 0) for name in names}
    return key.name, PreparedStatement(update(table).where(key == bindparam(ROW_KEY)).values(new))


def _row_of(model: type[PaymentsBase], names: Names, at: int) -> dict[str, ColumnElement[Any]]:
    """Return what a new row holds: the columns that are given, and the others that have a default of ours."""
    table = _table(model)
    constants = {
        column.name: bindparam(_parameter(column.name, at), column.default.arg, column.type)
        for column in table.c
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    return {**constants, **{name: _placeholder(table, name, at) for name in names}}


def _placeholder(table: Table, name: str, at: int) -> BindParameter[Any]:
    return bindparam(_parameter(name, at), type_=table.c[name].type)


def _table(model: type[PaymentsBase]) -> Table:
    return cast("Table", model.__table__)
