"""Fresh, migrated databases: every test gets its own copy of a template that the real migrations made once a run."""

import importlib
import importlib.util
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine

from tests import postgres
from tests.run_folder import locked, run_folder

DIALECTS = ("sqlite", "postgresql")
MIGRATIONS = "marketplace.db_migrations"
_ROOT = Path(__file__).parents[1]


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    yield from _fresh_database(request.param, tmp_path)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """A migrated SQLite database, for what does not depend on the dialect."""
    yield from _fresh_database("sqlite", tmp_path)


@pytest.fixture
def postgresql_url(tmp_path: Path) -> Iterator[str]:
    """A migrated PostgreSQL database, for what SQLite does not have."""
    yield from _fresh_database("postgresql", tmp_path)


@pytest.fixture(params=DIALECTS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, for the tests of the migrations themselves."""
    if request.param == "sqlite":
        yield sqlite_address(tmp_path / "empty.sqlite3")
        return
    yield from _postgresql_database(template=None)


def sqlite_address(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


def apply_migrations(database_url: str) -> None:
    """Bring a database to the newest schema, as `athar db upgrade` does."""
    has_migrations = any((_ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    if has_migrations and importlib.util.find_spec(MIGRATIONS):
        importlib.import_module(MIGRATIONS).upgrade(database_url)
    else:
        _create_tables_without_migrations(database_url)


def _create_tables_without_migrations(database_url: str) -> None:
    engine = create_engine(database_url)
    for path in _ROOT.glob("payments/*models.py"):
        importlib.import_module(f"payments.{path.stem}")
    metadata = [importlib.import_module("marketplace.tables").METADATA]
    metadata.append(importlib.import_module("payments.schema").PaymentsBase.metadata)
    for tables in metadata:
        tables.create_all(engine)
    engine.dispose()


def _fresh_database(dialect: str, folder: Path) -> Iterator[str]:
    if dialect == "sqlite":
        path = folder / "athar.sqlite3"
        shutil.copyfile(_sqlite_template(), path)
        yield sqlite_address(path)
    else:
        yield from _postgresql_database(template=_postgresql_template())


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


def _postgresql_database(template: str | None) -> Iterator[str]:
    if not postgres.is_available():
        pytest.skip(postgres.MISSING)
    server = postgres.server_url()
    name = _postgresql_name(uuid.uuid4().hex)
    copied = f'TEMPLATE "{template}" STRATEGY file_copy' if template else ""
    postgres.run_sql(server, f'CREATE DATABASE "{name}" {copied}')
    yield server.set(database=name).render_as_string(hide_password=False)
    _drop(server, name)


def _drop(server: URL, name: str) -> None:
    postgres.run_sql(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _postgresql_name(suffix: str) -> str:
    """Names carry the run, so that two runs may share a server that somebody gave us."""
    return f"{run_folder().name}-{suffix}"[:63]


@pytest.hookimpl
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing on a server that is not ours."""
    is_last = not hasattr(session.config, "workerinput")
    if is_last and "DATABASE_URL" in os.environ and (run_folder() / "template-postgresql.done").exists():
        _drop(postgres.server_url(), _postgresql_name("template"))
