"""A site that a browser can visit: the application behind a real HTTP server in a thread, on a database of its own.

Playwright keeps an event loop in the thread of the tests, where Flask then refuses to run its clean-up. Hence whatever
needs an application context runs in another thread, and tests in this folder look at the database by sessions only.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine
from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace.app import create_app
from marketplace.clock import system_clock
from marketplace.db import db, prepare_engine
from tests.application import recording_services, test_settings
from tests.databases import migrated_database


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Requests are not logged: the report of a test run is read by people."""


@contextmanager
def live_application(folder: Path, **more_settings: str) -> Iterator[Flask]:
    """The application on a fresh SQLite database; the clock is the real one, since browsers have their own."""
    with migrated_database("sqlite", folder) as url, ThreadPoolExecutor(max_workers=1) as elsewhere:
        engine = prepare_engine(create_engine(url))
        services = recording_services(test_settings(url, folder, **more_settings), engine, system_clock)
        app = elsewhere.submit(create_app, services).result()
        yield app
        elsewhere.submit(_close, app).result()
        engine.dispose()


def _close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of the loopback address; gives the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
