"""Says now and then that somebody is still at a long work, also through those of its phases that report nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

log = structlog.get_logger("heartbeats")


@contextmanager
def beating(
    beat: Callable[[], None], *, every: timedelta, longest: timedelta
) -> Iterator[Callable[[], None]]:
    """Call `beat` from a thread of its own until the block ends; one that fails is logged, and the next one tried.

    Yields what the work calls when it got on: `longest` after the last time it counts as hanging, and nobody speaks for it any more.
    """
    has_ended = threading.Event()
    moved = [time.monotonic()]

    def get_on() -> None:
        moved[0] = time.monotonic()

    def go_on() -> None:
        while not has_ended.wait(every.total_seconds()):
            if time.monotonic() - moved[0] > longest.total_seconds():
                log.error("work_hangs", seconds=longest.total_seconds())
                return
            try:
                beat()
            except Exception as error:  # the work goes on whatever became of its sign of life
                log.warning("heartbeat_lost", exc_info=error)

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield get_on
    finally:
        has_ended.set()
        thread.join()
