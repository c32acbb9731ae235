"""A foreign server that remembers keys: the one at STRIPE_STATEFUL_MOCK_URL, else `stripe-stateful-mock`, started here.

It knows charges and refunds of 2020 and none of our other calls; what it is asked for is how keys are remembered. npm
puts it into the cache folder outside the checkout once (about ten seconds).
"""

import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.elasticsearch import cache_folder
from tests.servers import free_port

VERSION = "0.0.16"
MISSING = "no stripe-stateful-mock: set STRIPE_STATEFUL_MOCK_URL, or apt-get install nodejs npm"
# Its own start listens everywhere.
_PROGRAM = "require('stripe-stateful-mock').createExpressApp().listen({port}, '127.0.0.1')"
_INSTALL_SECONDS = 120
_START_SECONDS = 30


@pytest.fixture(scope="session")
def stripe_stateful_mock() -> Iterator[str]:
    """The address of a server that remembers keys."""
    if given := os.environ.get("STRIPE_STATEFUL_MOCK_URL"):
        yield given.rstrip("/")
        return
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(MISSING)
    folder = cache_folder() / f"stripe-stateful-mock-{VERSION}"
    if not folder.exists():
        _install(npm, folder)
    url = f"http://127.0.0.1:{(port := free_port())}"
    process = subprocess.Popen(
        [node, "-e", _PROGRAM.format(port=port)],
        cwd=folder,
        env={**os.environ, "LOG_LEVEL": "silent"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(url)
        yield url
    finally:
        process.kill()
        process.wait()


def _install(npm: str, folder: Path) -> None:
    """Install beside its place, then rename: two workers may do it at the same time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="installing-", dir=folder.parent))
    command = [
        npm,
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        f"stripe-stateful-mock@{VERSION}",
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS, cwd=draft)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(draft, ignore_errors=True)
        pytest.skip(f"npm could not install stripe-stateful-mock ({type(error).__name__}); {MISSING}")
    with suppress(OSError):
        draft.chmod(0o755)
        draft.rename(folder)
    shutil.rmtree(draft, ignore_errors=True)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it wants a key: it is there
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < deadline, MISSING
            time.sleep(0.05)
