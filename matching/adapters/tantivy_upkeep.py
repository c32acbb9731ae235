"""Upkeep of an embedded index: rebuild it beside the live one and switch, check every byte, tell its size."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_layout import (
    WRITER_LOCK,
    create_generation,
    current_generation,
    disk_errors,
    exclusive_lock,
    remove_other_generations,
    switch_generation,
)
from matching.adapters.tantivy_opener import SnapshotOpener
from matching.adapters.tantivy_snapshot import Snapshot
from matching.errors import IndexUnavailable

_REBUILD_FOLDER = "rebuild"
_SWITCH_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class IndexStats:
    """Size of the live generation: rows ever written, live influencers among them, bytes of its folder."""

    generation: str
    rows: int
    live: int
    bytes_on_disk: int


@contextlib.contextmanager
def rebuilding(root: Path) -> Iterator[TantivyIndex]:
    """Yield a new, empty index; at a clean end it takes the live one's place, with what was written to that meanwhile.

    Readers answer from the live one until then, and it can be written to. A killed or failed rebuild changes nothing;
    what it left is removed by the next. Raises IndexUnavailable when another rebuild runs or the disk fails.
    """
    with exclusive_lock(root / "rebuild.lock", timeout_seconds=0):
        place = root / _REBUILD_FOLDER
        shutil.rmtree(place, ignore_errors=True)
        before = _find_live(root)
        try:
            fresh = TantivyIndex.create(place)
            yield fresh
            fresh.refresh()
            with disk_errors(), exclusive_lock(root / WRITER_LOCK, timeout_seconds=_SWITCH_TIMEOUT_SECONDS):
                _catch_up(place, before, _find_live(root))
                _publish(root, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _publish(root: Path, place: Path) -> None:
    generation = create_generation(root)
    generation.rmdir()
    current_generation(place).rename(generation)
    switch_generation(root, generation)
    remove_other_generations(root, generation)


def _find_live(root: Path) -> Snapshot | None:
    """Return the live commit, or None when there is none that can be read (a rebuild is the cure for that)."""
    try:
        return SnapshotOpener(current_generation(root)).open()
    except IndexUnavailable:
        return None


def _catch_up(place: Path, before: Snapshot | None, now: Snapshot | None) -> None:
    """Repeat what was written to the live index since the rebuild began."""
    if now is None or (before is not None and now.name == before.name):
        return
    fresh = TantivyIndex(place)
    known = {} if before is None else before.versions()
    current = now.versions()
    fresh.delete(key for key in known if key not in current)
    changed = [key for key, version in current.items() if known.get(key) != version]
    shape = SnapshotOpener(current_generation(place)).open().shape
    if now.shape == shape:  # else another encoder or topic list: who wrote with the old one must write again
        fresh.upsert(now.load_many(changed).values())
    fresh.refresh()


def check_index(root: Path) -> IndexStats:
    """Read every byte and every document. Raises IndexUnavailable when something is missing or damaged."""
    snapshot = SnapshotOpener(current_generation(root)).open()
    for _ in snapshot.load_live():
        pass
    return _measure(snapshot)


def measure_index(root: Path) -> IndexStats:
    """Return the size of the live generation. Raises IndexUnavailable when there is none."""
    return _measure(SnapshotOpener(current_generation(root)).open())


def _measure(snapshot: Snapshot) -> IndexStats:
    size = sum(path.stat().st_size for path in snapshot.folder.rglob("*") if path.is_file())
    return IndexStats(snapshot.name, snapshot.manifest.rows, snapshot.manifest.live, size)
