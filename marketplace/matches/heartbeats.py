"""Says now and then that somebody is still at a long work, also through those of its phases that report nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

log = structlog.get_logger("heartbeats")


@contextmanager
def beating(beat: Callable[[], None], *, every: timedelta) -> Iterator[None]:
    """Call `beat` from a thread of its own until the block ends; one that fails is logged, and the next one tried."""
    has_ended = threading.Event()

    def go_on() -> None:
        while not has_ended.wait(every.total_seconds()):
            try:
                beat()
            except Exception as error:  # the work goes on whatever became of its sign of life
                log.warning("heartbeat_lost", exc_info=error)

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()
