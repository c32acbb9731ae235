"""The product as a process of its own, as a user starts it: for journeys through the demo and for tests that kill it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_port

START_SECONDS = 180
STOP_SECONDS = 30
LOG_SHOWN = 4_000
# The command as it is installed, except that it reads templates compiled where the run has compiled them before.
ATHAR = "import tests.kept_templates; from marketplace.cli.main import main; main()"


@dataclass(frozen=True)
class RunningSite:
    """A site that answers at `address`; its output is in `log`."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


@contextmanager
def running_site(
    home: Path, *command: str, ready_path: str = "/readyz", **settings: str
) -> Iterator[RunningSite]:
    """Run `athar COMMAND` with its data in `home` on a free port, until it answers; stop it with the block.

    Raises:
        AssertionError: it ended, or did not answer in time; the message shows what it said.
    """
    port = free_port()
    values = {"home": str(home), "port": str(port), "base_url": f"http://localhost:{port}", **settings}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATHAR_")}
    variables = kept | {f"ATHAR_{name.upper()}": value for name, value in values.items()}
    log = home / "process.log"
    home.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", ATHAR, *command],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    site = RunningSite(f"http://localhost:{port}", process, log)
    try:
        _wait_until_ready(site, ready_path)
        yield site
    finally:
        _stop(process)


def _wait_until_ready(site: RunningSite, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(site.address + path):
        said = site.log.read_text(errors="replace")[-LOG_SHOWN:]
        assert site.process.poll() is None, f"the site ended with {site.process.returncode}:\n{said}"
        assert time.monotonic() < deadline, f"the site does not answer after {START_SECONDS} s:\n{said}"
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
            raise
