"""An index that is damaged, gone or of another version is built anew from the database, beside whatever still answers.

Readers say meanwhile that search is not available. A build takes long and chores share one thread, so it has one of its own.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from marketplace.matches.indexing import building, index_all
from marketplace.services import Services
from matching.errors import IndexDamaged, IndexUnavailable
from matching.ports import IndexUpkeep

log = structlog.get_logger("index")
LOOK_EVERY = timedelta(minutes=1)
VERIFY_EVERY = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=5)
"""After a build that failed (a full disk, another process that builds)."""


class IndexMender:
    """One a process."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._not_before: datetime | None = None

    def look(self, services: Services, now: datetime) -> None:
        """Ask the index something small; begin a build when only that helps."""
        if services.search is not None:
            self._mend_if(services.search.probe, services, now)

    def verify(self, services: Services, now: datetime) -> None:
        """Read every byte, in the thread that would build; begin a build when something is damaged."""
        upkeep = services.index_upkeep
        if upkeep is not None and not self._is_busy(now):
            self._start(lambda: self._mend_if(upkeep.verify, services, now))

    def renew(self, services: Services, now: datetime) -> None:
        """Write the index anew when somebody's words must leave its files, in the thread that would build."""
        search, upkeep = services.search, services.index_upkeep
        if search is None or upkeep is None or self._is_busy(now):
            return
        try:
            is_asked = search.is_erasure_asked()
        except IndexUnavailable:  # `look` says so
            return
        if is_asked:
            self._start(lambda: self._renew(upkeep, now))

    def wait(self) -> None:
        """Return when what was begun is at its end."""
        if self._thread is not None:
            self._thread.join()

    def _mend_if(self, ask: Callable[[], object], services: Services, now: datetime) -> None:
        try:
            ask()
        except IndexDamaged as error:
            damage = str(error)
            if threading.current_thread() is self._thread:
                self._build(services, now, damage)
            elif not self._is_busy(now):
                self._start(lambda: self._build(services, now, damage))
        except IndexUnavailable as error:
            log.warning("index_unavailable", reason=str(error))

    def _is_busy(self, now: datetime) -> bool:
        is_running = self._thread is not None and self._thread.is_alive()
        return is_running or (self._not_before is not None and now < self._not_before)

    def _start(self, work: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=work, name="index-mender", daemon=True)
        self._thread.start()

    def _build(self, services: Services, now: datetime, damage: str) -> None:
        log.error("index_damaged", reason=damage)
        self._not_before = now + AGAIN_AFTER
        try:
            with building(services) as fresh:
                count = index_all(fresh, progress=lambda *_counts: None)
        except Exception as error:  # whatever stops a build, the next one begins anew
            log.warning("index_not_built", exc_info=error)
        else:
            self._not_before = None
            log.info("index_built", influencers=count)

    def _renew(self, upkeep: IndexUpkeep, now: datetime) -> None:
        self._not_before = now + AGAIN_AFTER
        try:
            upkeep.renew()
        except Exception as error:  # it stays asked for
            log.warning("index_not_renewed", exc_info=error)
        else:
            log.info("index_renewed")
