"""Gunicorn around the application.

Its first process starts and watches the one that serves, and stays for ever: it imports nothing of the site, which the
serving process would hold a second time. Several serving processes share what was imported before they were forked.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from marketplace.collector import without_collector
from marketplace.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

SITE = "marketplace.runtime"
WORKER = "athar_worker"
REQUEST_SECONDS = 60
STOP_SECONDS = 15
Prepare = Callable[[], None]


class _Gunicorn(BaseApplication):
    """Gunicorn configured by us, not by files."""

    def __init__(
        self, options: dict[str, Any], settings: Settings, *, has_worker: bool, prepare: Prepare | None
    ) -> None:
        self._options, self._settings, self._has_worker = options, settings, has_worker
        self._prepare = prepare
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> "Flask":
        """Build the application inside the worker process, after the fork."""
        with without_collector():
            site = import_module(SITE)
        if self._prepare is not None:
            try:
                self._prepare()
            except SystemExit as ended:  # it said why; any other code would start the next process
                raise SystemExit(Arbiter.APP_LOAD_ERROR) from ended
        app: Flask = site.open_site(self._settings, has_worker=self._has_worker)
        return app


def _stop_worker(_server: Any, process: Any) -> None:
    running = getattr(process.app, "callable", None)
    worker = getattr(running, "extensions", {}).get(WORKER)
    if worker is not None:
        worker.stop()


def run_web(
    settings: Settings, *, workers: int, threads: int, has_worker: bool, prepare: Prepare | None = None
) -> None:
    """Serve until told to stop. `prepare` runs in the serving process before it opens anything."""
    options = {
        "bind": f"{settings.bind}:{settings.port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        "keepalive": 5,
        "control_socket_disable": True,
        "worker_exit": _stop_worker,
        "loglevel": "warning",
        "proc_name": "athar",
    }
    if workers > 1:
        with without_collector():
            import_module(SITE)
    _Gunicorn(options, settings, has_worker=has_worker, prepare=prepare).run()
