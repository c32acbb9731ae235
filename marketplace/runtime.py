"""Putting processes together: gunicorn around the application, the worker's threads, inside it or alone."""

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from marketplace.app import create_app
from marketplace.chores import all_chores
from marketplace.collector import settle_collector
from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.wiring import build_services, open_nudger
from marketplace.worker import Worker
from marketplace.worker_queue import embedded_consumer
from matching.errors import IndexUnavailable

STOP_SECONDS = 15
SWEEPERS = 2
REQUEST_SECONDS = 60
WARM_UP_AFTER_SECONDS = 1.0


@dataclass(slots=True)
class RunningWorker:
    """Threads of a worker that was started."""

    threads: list[threading.Thread]
    stop_event: threading.Event
    consumer: Any

    def stop(self) -> None:
        """Finish what is being done and end."""
        self.stop_event.set()
        self.consumer.stop(graceful=True)
        for thread in self.threads:
            thread.join(STOP_SECONDS)


def start_worker(app: Flask, services: Services, *, threads: int) -> RunningWorker:
    """Start the sweeping threads and `threads` that follow nudges."""
    worker = Worker(services, chores=all_chores(services), context=app.app_context)
    nudger = open_nudger(services.settings, worker)
    consumer = embedded_consumer(nudger.queue, threads)
    consumer.start()
    stop = threading.Event()
    # Two: a provider that answers slowly holds one of them, not the clocks.
    sweepers = [
        threading.Thread(target=worker.run_until, args=(stop,), name=f"worker-sweep-{number}", daemon=True)
        for number in range(SWEEPERS)
    ]
    for sweeper in sweepers:
        sweeper.start()
    return RunningWorker(sweepers, stop, consumer)


def _warm_up_soon(services: Services) -> None:
    """Let search read its model and its maps beside the first pages, so that the first brief need not wait for them."""
    timer = threading.Timer(WARM_UP_AFTER_SECONDS, _warm_up, args=(services,))
    timer.daemon = True
    timer.start()


def _warm_up(services: Services) -> None:
    if services.search is not None:
        with suppress(IndexUnavailable):  # who searches is told, and so is /readyz
            services.search.probe()


class _Gunicorn(BaseApplication):
    """Gunicorn configured by us, not by files."""

    def __init__(self, options: dict[str, Any], settings: Settings, *, has_worker: bool) -> None:
        self._options, self._settings, self._has_worker = options, settings, has_worker
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application inside the worker process, after the fork."""
        services = build_services(self._settings)
        nudging = Worker(services)
        services = replace(services, nudge=open_nudger(self._settings, nudging))
        app = create_app(services)
        settle_collector()
        _warm_up_soon(services)
        if self._has_worker:
            app.extensions["athar_worker"] = start_worker(app, services, threads=2)
        return app


def _stop_worker(_server: Any, process: Any) -> None:
    running = getattr(process.app, "callable", None)
    worker = getattr(running, "extensions", {}).get("athar_worker")
    if worker is not None:
        worker.stop()


def run_web(settings: Settings, *, workers: int, threads: int, has_worker: bool) -> None:
    """Serve until told to stop."""
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
    _Gunicorn(options, settings, has_worker=has_worker).run()
