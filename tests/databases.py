"""Fresh, migrated databases: every test gets its own copy of a template that the real migrations made once a run.

The application is imported only when a database is asked for: the tests of the libraries run without it.
"""

import importlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import postgres
from tests.run_folder import is_worker, locked, run_folder

DIALECTS = ("sqlite", "postgresql")

NewDatabase = Callable[[], str]


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    with migrated_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """A migrated SQLite database, for what does not depend on the dialect."""
    with migrated_database("sqlite", tmp_path) as url:
        yield url


@pytest.fixture
def postgresql_url(tmp_path: Path) -> Iterator[str]:
    """A migrated PostgreSQL database, for what SQLite does not have."""
    with migrated_database("postgresql", tmp_path) as url:
        yield url


@pytest.fixture(params=DIALECTS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes databases without tables, for the tests of the migrations themselves."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(empty_database(request.param, tmp_path))


def sqlite_address(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


@contextmanager
def migrated_database(dialect: str, folder: Path) -> Iterator[str]:
    """A copy of the run's template, on SQLite as a file in `folder`; gone with the block."""
    if dialect == "sqlite":
        path = folder / "athar.sqlite3"
        shutil.copyfile(_sqlite_template(), path)
        yield sqlite_address(path)
    else:
        with _postgresql_database(has_tables=True) as url:
            yield url


@contextmanager
def empty_database(dialect: str, folder: Path) -> Iterator[str]:
    """A database without tables."""
    if dialect == "sqlite":
        yield sqlite_address(folder / f"empty-{uuid.uuid4().hex}.sqlite3")
    else:
        with _postgresql_database(has_tables=False) as url:
            yield url


def apply_migrations(database_url: str) -> None:
    """Bring a database to the newest schema, as `athar db upgrade` does."""
    importlib.import_module("marketplace.schema").upgrade(database_url)


def _sqlite_template() -> Path:
    template = run_folder() / "template.sqlite3"
    with locked("template-sqlite"):
        if not template.exists():
            unfinished = run_folder() / "template-unfinished.sqlite3"
            apply_migrations(sqlite_address(unfinished))
            connection = sqlite3.connect(unfinished)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is copied is one file, complete
            connection.close()
            unfinished.rename(template)
    return template


def _postgresql_template() -> str:
    name = _postgresql_name("template")
    done = run_folder() / "template-postgresql.done"
    with locked("template-postgresql"):
        if not done.exists():
            server = postgres.server_url()
            postgres.run_sql(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
            apply_migrations(server.set(database=name).render_as_string(hide_password=False))
            postgres.run_sql(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            done.touch()
    return name


@contextmanager
def _postgresql_database(*, has_tables: bool) -> Iterator[str]:
    if not postgres.is_available():
        pytest.skip(postgres.MISSING)
    server = postgres.server_url()
    name = _postgresql_name(uuid.uuid4().hex)
    copied = f'TEMPLATE "{_postgresql_template()}" STRATEGY file_copy' if has_tables else ""
    postgres.administer(f'CREATE DATABASE "{name}" {copied}')
    yield server.set(database=name).render_as_string(hide_password=False)
    _drop(name)


def _drop(name: str) -> None:
    postgres.administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _postgresql_name(suffix: str) -> str:
    """Names carry the run, so that two runs may share a server that somebody gave us."""
    return f"{run_folder().name}-{suffix}"[:63]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing on a server that is not ours."""
    is_given = "DATABASE_URL" in os.environ
    if is_given and not is_worker(session.config) and (run_folder() / "template-postgresql.done").exists():
        _drop(_postgresql_name("template"))
    postgres.stop_administering()
