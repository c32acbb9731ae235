"""The provider in a process of its own: one process holds the sandboxes of all worlds, each behind its own port."""

import threading
from multiprocessing.connection import Connection
from pathlib import Path

from werkzeug.serving import make_server

from payments.sandbox.app import control_of, create_sandbox
from payments.sandbox.server import _QuietHandler
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from tests.builders.payments.desk import CONNECT_SECRET, KEY, SECRET
from tests.faults.shared_clock import SharedClock
from tests.forks import FORKS


class SandboxProcess:
    """Opens sandboxes in another process; killing it is what a crash of the provider looks like."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self._pipe, theirs = FORKS.Pipe()
        self.process = FORKS.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()

    def open(self, folder: Path, clock_path: Path) -> int:
        """Serve a sandbox over `folder` and return its port."""
        self._pipe.send((str(folder), str(clock_path)))
        return int(self._pipe.recv())

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def make_settings(folder: Path, clock: SharedClock) -> SandboxSettings:
    """What both the server and the controls beside it need: the same file, the same endpoints."""
    return SandboxSettings(
        database_path=folder / "sandbox.sqlite3",
        public_url="http://sandbox.test",
        clock=clock,
        api_keys=(KEY,),
        endpoints=(
            WebhookEndpoint(name="platform", secret=SECRET),
            WebhookEndpoint(name="connect", secret=CONNECT_SECRET, is_connect=True),
        ),
        blocked_countries=frozenset({"KP"}),
    )


def _serve(pipe: Connection) -> None:
    while True:
        try:
            folder, clock_path = pipe.recv()
        except EOFError:
            return
        app = create_sandbox(make_settings(Path(folder), SharedClock(Path(clock_path))))
        assert control_of(app)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.5}, daemon=True).start()
        pipe.send(server.server_port)
