"""Engines and sessions over the fresh database of a test, prepared as the product prepares its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from tests.kept_statements import keep_statements


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on SQLite and on PostgreSQL; what a test commits is gone with its database."""
    from marketplace.db import (
        prepare_engine,
    )  # here, so that tests of the libraries run without the application

    engine = keep_statements(prepare_engine(create_engine(database_url)))
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions, as many at once as a race wants."""
    return sessionmaker(engine)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One session, rolled back and closed at the end; commit in the test what others shall see."""
    with sessions() as session:
        yield session
        session.rollback()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """The SQL statements sent to any database since the test began; `statements.clear()` starts anew.

    What opens a transaction or prepares a connection is not counted.
    """
    sent: list[str] = []

    def record(*arguments: Any) -> None:
        statement: str = arguments[2]
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    yield sent
    event.remove(Engine, "before_cursor_execute", record)
