"""Impressions on their way: pages append lines to a file, the worker takes the file into the database.

A page that is only read writes nothing in its own transaction, waits for no lock of the database and loses nothing when
the process ends: a line is one append, guarded by a lock on the file. Every machine keeps a spool of its own.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from marketplace.ids import new_id

WAITING, TAKEN = "impressions.jsonl", "impressions.taken"


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """One influencer at one place of a list that a brand looked at."""

    run_id: str
    brief_id: str
    influencer_id: str
    position: int
    propensity: float


class ImpressionSpool:
    """The folder between pages and the worker. Safe over threads and processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, places: Sequence[SeenPlace], *, now: datetime) -> None:
        """Append what was shown; ids are given here, so that taking a file in twice adds nothing twice."""
        if not places:
            return
        rows = [{"id": new_id(), "shown_at": now.isoformat(), **asdict(place)} for place in places]
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / WAITING
        while True:
            with path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_still(path, file.fileno()):  # else the worker took it before we had the lock
                    file.write(content)
                    file.flush()
                    return

    @staticmethod
    def _is_still(path: Path, descriptor: int) -> bool:
        try:
            return path.stat().st_ino == os.fstat(descriptor).st_ino
        except FileNotFoundError:
            return False

    def take(self) -> list[dict[str, object]]:
        """Return what waits, to be stored and then `forget`-ted; what a crash left behind comes first, again."""
        taken = self._folder / TAKEN
        waiting = self._folder / WAITING
        if not taken.exists() and waiting.exists():
            with waiting.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                waiting.rename(taken)
        if not taken.exists():
            return []
        return [row for line in taken.read_text("utf-8").splitlines() if (row := _row(line)) is not None]

    def forget(self) -> None:
        """Delete what was taken, once it is committed."""
        (self._folder / TAKEN).unlink(missing_ok=True)


def _row(line: str) -> dict[str, object] | None:
    """Return a line's values; a line cut off by a full disk is nothing."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
