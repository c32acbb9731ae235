"""The sandbox as a server of its own, for `athar sandbox serve` and for tests that kill what calls it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from payments.sandbox.app import control_of, create_sandbox
from payments.sandbox.control import SandboxControl
from payments.sandbox.settings import SandboxSettings

_BEAT_SECONDS = 1
_POLL_SECONDS = 0.02
"""How long a server that is told to stop may take to notice."""


class _QuietHandler(WSGIRequestHandler):
    """Speaks HTTP/1.1, writes no access log, and closes a connection whose reply is to be lost."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        super().connection_dropped(error, environ)
        self.close_connection = True

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer without a second `Date`: the sandbox tells the time of its own clock."""
        self.send_response_only(code, message)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet."""


@contextmanager
def running(
    settings: SandboxSettings, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[tuple[str, SandboxControl]]:
    """Serve in threads of this process for the block; yields the base address and the controls. Port 0 is a free one."""
    with _started(settings, host, port) as (server, control):
        thread = threading.Thread(
            target=server.serve_forever, args=(_POLL_SECONDS,), name="sandbox-server", daemon=True
        )
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}", control
        finally:
            server.shutdown()
            thread.join()


def serve(settings: SandboxSettings, *, host: str = "127.0.0.1", port: int = 4242) -> None:
    """Serve until the process is interrupted."""
    with _started(settings, host, port) as (server, _control):
        server.serve_forever()


@contextmanager
def _started(
    settings: SandboxSettings, host: str, port: int
) -> Iterator[tuple[BaseWSGIServer, SandboxControl]]:
    # Receivers may call back while their own request still waits for us, so events go out from a thread of their own.
    app = create_sandbox(replace(settings, is_delivered_at_once=False))
    control = control_of(app)
    server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler)
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(control, stop), name="sandbox-beat", daemon=True)
    beat.start()
    try:
        yield server, control
    finally:
        stop.set()
        beat.join()
        server.server_close()
        control.close()


def _beat(control: SandboxControl, stop: threading.Event) -> None:
    while not stop.wait(_BEAT_SECONDS):
        control.advance()
        control.deliver_due()
