"""How the steps of money read rows that they lock: columns past the mapper, shown as the mapped objects that other steps change."""

from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Table, inspect
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from payments.prepared import PreparedStatement, Row, Values
from payments.schema import PaymentsBase

Model = TypeVar("Model", bound=PaymentsBase)


def columns(model: type[PaymentsBase]) -> tuple[Column[Any], ...]:
    """Return the columns of a model in the order in which `show` takes their values."""
    return tuple(cast("Table", model.__table__).c)


def read(session: Session, statement: PreparedStatement, values: Values) -> list[Row]:
    """Return the rows that a statement finds; what mapped objects have not written yet is written first."""
    session.flush()
    return statement.send(session, values)


def show(session: Session, model: type[Model], values: Row) -> Model:
    """Return the mapped object of a row that was just read: the session's own where it has one, with what was read."""
    mapper, names, key = _mapping(model)
    shown = dict(zip(names, values, strict=True))
    identity = mapper.identity_key_from_primary_key((values[key],))
    known = session.identity_map.get(identity)
    if known is not None:
        refresh(known, shown)
        return cast("Model", known)
    row = mapper.class_manager.new_instance()
    vars(row).update(shown)
    instance_state(row).key = identity
    session.add(row)
    return cast("Model", row)


def refresh(row: PaymentsBase, values: Values) -> None:
    """Show what the database holds by now in a mapped object, so that a flush has nothing to do for it."""
    if not instance_state(row).modified:
        vars(row).update(values)
        return
    for name, value in values.items():
        set_committed_value(row, name, value)


@cache
def _mapping(model: type[PaymentsBase]) -> tuple[Mapper[Any], tuple[str, ...], int]:
    """Return the mapper, the attributes in the order of the columns, and which of them is the key."""
    mapper = inspect(model)
    names = tuple(mapper.get_property_by_column(column).key for column in columns(model))
    (key,) = mapper.primary_key
    return mapper, names, columns(model).index(key)
