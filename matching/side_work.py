"""A second core for one brief: work that lets Python go on (tantivy, products and copies of arrays) is done beside the rest.

One helper a process, made when it is first asked for, so that a web server may fork before. Where there is one core only,
or the helper is busy with somebody else's brief, nothing is lost: the work is done at once.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
"""Those that this process may use, not those of the host."""
_BUSY_FROM = 1.5
"""So many running programs a core: a helper that waits for a core costs more than it spares (5 ms of an encoding at five)."""


class _Helper:
    def __init__(self) -> None:
        self.process = os.getpid()
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="side-work")
        self.is_free = threading.Semaphore(1)


_helpers: list[_Helper] = []
_making = threading.Lock()


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Start the work and return how to get its result (or its error)."""
    helper = _helper()
    if not has_free_core() or not helper.is_free.acquire(blocking=False):
        return work
    started: Future[T] = helper.pool.submit(work)
    started.add_done_callback(lambda _: helper.is_free.release())
    return started.result


def has_free_core() -> bool:
    """Tell whether dividing a work in two may be worth it: what it costs more must be won by a second core."""
    return _CORES > 1 and os.getloadavg()[0] < _BUSY_FROM * _CORES


def _helper() -> _Helper:
    with _making:
        if not _helpers or _helpers[0].process != os.getpid():
            _helpers[:] = [_Helper()]
        return _helpers[0]
