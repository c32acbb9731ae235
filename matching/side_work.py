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

_HAS_SECOND_CORE = (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1) > 1
"""Of those that this process may use, not of the host."""


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
    if not _HAS_SECOND_CORE or not helper.is_free.acquire(blocking=False):
        return work
    started: Future[T] = helper.pool.submit(work)
    started.add_done_callback(lambda _: helper.is_free.release())
    return started.result


def _helper() -> _Helper:
    with _making:
        if not _helpers or _helpers[0].process != os.getpid():
            _helpers[:] = [_Helper()]
        return _helpers[0]
