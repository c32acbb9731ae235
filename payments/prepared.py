"""Statements that the steps of money send again and again: compiled once for a database, then given to its driver as they are.

What SQLAlchemy does around a statement (look its compiled form up, wrap its result, describe every column) takes several times
as long as the driver. Kept of it are the transaction, the types of the columns, the errors, and that who listens to the engine for
statements (`before_cursor_execute`) hears of them.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

Values = Mapping[str, object]
Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
_Mark = tuple[str, str | None, Convert | None, Any]
"""A mark of the statement, the name of the value that goes there, its conversion; without a name, the constant."""


class PreparedStatement:
    """A statement whose parameters are all named; it is sent in the transaction of a session, with whatever that holds open.

    Values go in and rows come out as the types of its columns have them. What mapped objects have not written yet, it does not
    see: a flush before it is the caller's.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        self.statement = statement
        self._known: tuple[Dialect, _Form] | None = None

    def send(self, session: Session, values: Values) -> list[Row]:
        """Send it with a value for every name; returns its rows (of a write without RETURNING: none).

        Raises:
            DBAPIError: the database refused it, as a session raises it.

        """
        connection = session.connection()
        form = self._form_for(connection.dialect)
        rows = _execute(connection, form.text, form.bind(values), has_rows=form.has_rows)
        return [form.read(row) for row in rows] if form.readers else rows

    def _form_for(self, dialect: Dialect) -> "_Form":
        known = self._known  # of the newest dialect: a process has one
        if known is None or known[0] is not dialect:
            known = self._known = dialect, _form(self.statement, dialect)
        return known[1]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in the words of one dialect, and how values become the driver's and rows ours."""

    text: str
    marks: tuple[_Mark, ...]
    is_named: bool
    """Whether the driver takes values by name; else they go in the order of their marks."""
    has_rows: bool
    readers: tuple[tuple[int, Convert], ...]

    def bind(self, values: Values) -> Any:
        bound = [
            constant if name is None else values[name] if convert is None else convert(values[name])
            for _, name, convert, constant in self.marks
        ]
        return dict(zip([mark[0] for mark in self.marks], bound, strict=True)) if self.is_named else bound

    def read(self, row: Row) -> Row:
        values = list(row)
        for at, convert in self.readers:
            values[at] = convert(values[at])
        return tuple(values)


def _form(statement: Select[*tuple[Any, ...]] | UpdateBase, dialect: Dialect) -> _Form:
    compiled = statement.compile(dialect=dialect)
    order = compiled.positiontup
    readers = [
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in statement.exported_columns
    ]
    return _Form(
        text=str(compiled),
        marks=tuple(_mark(compiled.binds[name], name, dialect) for name in order or compiled.binds),
        is_named=order is None,
        has_rows=bool(readers),
        readers=tuple((at, convert) for at, convert in enumerate(readers) if convert is not None),
    )


def _mark(bind: BindParameter[Any], mark: str, dialect: Dialect) -> _Mark:
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return mark, mark, convert, None
    return mark, None, None, convert(bind.value) if convert else bind.value


def _execute(connection: Connection, text: str, values: Any, *, has_rows: bool) -> list[Row]:
    driver = connection.connection
    try:
        with closing(driver.cursor()) as cursor:
            for tell in connection.engine.dispatch.before_cursor_execute:
                text, values = tell(connection, cursor, text, values, None, False)  # noqa: FBT003  # SQLAlchemy's signature
            cursor.execute(text, values)
            return list(cursor.fetchall()) if has_rows else []
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sessions_raise(connection, text, values, error) from error
    except (
        KeyboardInterrupt,
        SystemExit,
    ) as end:  # its answer may still be on the way: nobody asks there again
        connection.invalidate(end)
        raise


def _as_sessions_raise(connection: Connection, text: str, values: Any, error: Any) -> DBAPIError:
    """Return the driver's error as SQLAlchemy wraps it; a connection that is gone is given up, so that a new try gets another."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, connection.connection.driver_connection, None)
    if is_gone:
        connection.invalidate(error)
    wrapped: DBAPIError = DBAPIError.instance(
        text,
        values,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    return wrapped
