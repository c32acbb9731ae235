"""Databases kept as one test left them, for the tests that begin where it stood.

What a test begins with is then done once a process by the real operations and copied: a copy takes milliseconds, on
PostgreSQL a few dozen.
"""

import os
import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from tests import postgres
from tests.run_folder import run_folder

_on_server: list[str] = []


@dataclass(frozen=True)
class KeptDatabase:
    """A copy: of a SQLite file at `name`, or a database of that name on the PostgreSQL server."""

    name: str
    dialect: str

    def copy_into(self, engine: Engine) -> None:
        """Replace everything in the engine's database; nobody may hold a connection to it."""
        engine.dispose()
        if self.dialect == "sqlite":
            copy_file(Path(self.name), Path(engine.url.database or ""))
        else:
            own = engine.url.database
            postgres.administer(
                f'DROP DATABASE "{own}" WITH (FORCE)',
                f'CREATE DATABASE "{own}" TEMPLATE "{self.name}" STRATEGY file_copy',
            )


def keep_database(engine: Engine) -> KeptDatabase:
    """Copy the engine's database as it is now; nobody may hold a connection to it."""
    engine.dispose()
    dialect = engine.dialect.name
    if dialect == "sqlite":
        name = str(run_folder() / f"kept-{uuid.uuid4().hex}.sqlite3")
        copy_file(Path(engine.url.database or ""), Path(name))
    else:
        name = f"{run_folder().name}-kept-{uuid.uuid4().hex}"[:63]
        source = make_url(engine.url).database
        postgres.administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        _on_server.append(name)
    return KeptDatabase(name, dialect)


def copy_file(source: Path, target: Path) -> None:
    """Copy a SQLite database, also into one that others have open."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing on a server that is not ours."""
    if "DATABASE_URL" in os.environ:
        for name in _on_server:
            postgres.administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
