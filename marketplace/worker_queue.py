"""The transport of nudges: huey carries only "look at outbox row N"; the row itself is the truth.

Losing a message loses nothing (the sweep finds the row), doubling one doubles nothing (the claim decides).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from sqlalchemy.engine import make_url

log = structlog.get_logger("worker.queue")
NAME = "athar"
SHUTDOWN_SECONDS = 15


def open_queue(queue_url: str, secret: str) -> Huey:
    """Open the queue named by the address: sqlite:///path or redis://host/db."""
    options: dict[str, Any] = {
        "results": False,
        "store_none": False,
        "utc": True,
        "serializer": SignedSerializer(secret=secret),
    }
    if queue_url.startswith(("redis://", "rediss://", "unix://")):
        return RedisHuey(NAME, url=queue_url, **options)
    path = Path(make_url(queue_url).database or "queue.sqlite3")
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(path), **options)


class Nudger:
    """Tells workers which rows to look at; never fails the request it is called from."""

    def __init__(self, queue: Huey, look_at: Callable[[int], object]) -> None:
        self.queue = queue
        self._task = queue.task(name="look_at_row")(look_at)

    def __call__(self, row_ids: Iterable[int]) -> None:
        for row_id in row_ids:
            try:
                self._task(row_id)
            except Exception as error:  # the queue may be down; the sweep finds the row
                log.warning("nudge_failed", row=row_id, exc_info=error)
                return


class EmbeddedConsumer(Consumer):
    """A consumer that runs in threads of another program and leaves that program's signals alone."""

    def _set_signal_handlers(self) -> None:
        """Leave signals to gunicorn, which stops the process in time and through it this consumer."""


def embedded_consumer(queue: Huey, workers: int) -> EmbeddedConsumer:
    """Return a consumer ready to start."""
    return EmbeddedConsumer(
        queue,
        workers=workers,
        periodic=False,
        initial_delay=0.05,
        max_delay=0.5,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
