"""What a process of a site consists of: the application, the worker's threads, inside it or alone."""

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from marketplace.app import create_app
from marketplace.chores import all_chores
from marketplace.collector import settle_collector
from marketplace.services import Services
from marketplace.serving import STOP_SECONDS, WORKER
from marketplace.settings import Settings
from marketplace.web.request_log import configure_logging
from marketplace.wiring import build_services, open_nudger
from marketplace.worker import Worker
from marketplace.worker_queue import embedded_consumer
from matching.errors import IndexUnavailable

SWEEPERS = 2
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


def open_site(settings: Settings, *, has_worker: bool) -> Flask:
    """Build the application of a web process, with the worker's threads in it where asked; ready to answer."""
    configure_logging(settings.log_level, is_json=settings.is_production)
    services = build_services(settings)
    nudging = Worker(services)
    services = replace(services, nudge=open_nudger(settings, nudging))
    app = create_app(services)
    settle_collector()
    _warm_up_soon(services)
    if has_worker:
        app.extensions[WORKER] = start_worker(app, services, threads=2)
    return app
