"""One clock for several processes: a moment in a small file that all of them map into memory."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.clock import START, FrozenClock

_MOMENT = struct.Struct("d")


class SharedClock(FrozenClock):
    """Called like the real clock; whoever advances it advances it for every process that opened the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(_MOMENT.pack(START.timestamp()))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _MOMENT.size)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(_MOMENT.unpack_from(self._memory)[0], UTC)

    def set(self, now: datetime) -> None:
        _MOMENT.pack_into(self._memory, 0, now.timestamp())

    def advance(self, delta: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a timedelta or by its parts (`hours=72`) and return the new time."""
        self.set(self() + (delta if delta is not None else timedelta(**parts)))
        return self()
