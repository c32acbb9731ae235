"""The demo's clock: runs with real time while the demo runs, stands still while it is stopped, can be moved forward."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE = "clock"


class DemoClock:
    """Aware UTC time that a person may push forward; kept in a file so that a restart goes on where it stopped."""

    def __init__(self, folder: Path, *, first_start: datetime) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._base = self._read() or first_start
        self._started = time.monotonic()

    def __call__(self) -> datetime:
        with self._lock:
            return self._base + timedelta(seconds=time.monotonic() - self._started)

    def advance(self, by: timedelta) -> datetime:
        """Move forward and keep it; returns the new time. Never backwards."""
        with self._lock:
            self._base += max(by, timedelta(0))
        return self.keep()

    def keep(self) -> datetime:
        """Write the present time down, to go on from here after a restart."""
        now = self()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text(now.isoformat(), encoding="utf-8")
        unfinished.replace(self._path)
        return now

    def _read(self) -> datetime | None:
        if not self._path.is_file():
            return None
        return datetime.fromisoformat(self._path.read_text(encoding="utf-8").strip()).astimezone(UTC)
