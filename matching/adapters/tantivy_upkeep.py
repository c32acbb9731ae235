"""Upkeep of an embedded index: rebuild it beside the live one and switch, check every byte, tell its size."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from matching.adapters import cells
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_compaction import group_if_large
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
from matching.adapters.tantivy_writer import read_artifact
from matching.errors import IndexUnavailable
from matching.ports import ERASURE, IndexStats

_REBUILD_FOLDER = "rebuild"
_HELD_FOLDER = "held"
_SWITCH_TIMEOUT_SECONDS = 60.0


@contextlib.contextmanager
def rebuilding(root: Path, *, is_held: bool = False) -> Iterator[TantivyIndex]:
    """Yield a new, empty index; at a clean end it takes the live one's place, with what was written to that meanwhile.

    With `is_held` it waits for `switch_to_held` instead. Readers answer from the live one until then, and it can be
    written to. A killed or failed rebuild changes nothing; what it left is removed by the next. Raises
    IndexUnavailable when another rebuild runs or the disk fails.
    """
    with exclusive_lock(root / "rebuild.lock", timeout_seconds=0):
        place = root / _REBUILD_FOLDER
        shutil.rmtree(place, ignore_errors=True)
        before = _find_live(root)
        try:
            fresh = TantivyIndex.create(place)
            yield fresh
            fresh.refresh()
            with disk_errors():
                group_if_large(SnapshotOpener(current_generation(place)).open())
            if is_held:
                _hold(root, place)
                return
            with disk_errors(), exclusive_lock(root / WRITER_LOCK, timeout_seconds=_SWITCH_TIMEOUT_SECONDS):
                _catch_up(place, before, _find_live(root))
                _publish(root, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def renew_index(root: Path) -> None:
    """Copy the live rows into a new generation and switch, while the old one is read and written.

    Else dead rows keep their bytes, segments their words, and records start from texts of people who may be gone since.
    An erasure that is asked for meanwhile stays asked for. Raises IndexUnavailable when a build runs or the disk fails.
    """
    with rebuilding(root) as fresh:
        old = SnapshotOpener(current_generation(root)).open()
        for name in old.manifest.artifacts.keys() - {cells.ARTIFACT, ERASURE}:
            content = read_artifact(old.folder, old.manifest, name)
            if content is not None:
                fresh.store_artifact(name, content)
        fresh.upsert(old.load_live())


def _hold(root: Path, place: Path) -> None:
    held = root / _HELD_FOLDER
    with disk_errors():
        shutil.rmtree(held, ignore_errors=True)
        place.rename(held)


def switch_to_held(root: Path) -> str:
    """Make the build that waits the live one. Raises IndexUnavailable when none waits or it is damaged."""
    held = root / _HELD_FOLDER
    if not held.is_dir():
        raise IndexUnavailable("No build waits to be switched to; `athar index build --hold` makes one.")
    check_index(held)
    with disk_errors(), exclusive_lock(root / WRITER_LOCK, timeout_seconds=_SWITCH_TIMEOUT_SECONDS):
        _publish(root, held)
    shutil.rmtree(held, ignore_errors=True)
    return current_generation(root).name


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
    _keep_asking(fresh, before, now)
    changed = [key for key, version in current.items() if known.get(key) != version]
    shape = SnapshotOpener(current_generation(place)).open().shape
    if now.shape == shape:  # else another encoder or topic list: who wrote with the old one must write again
        fresh.upsert(now.load_many(changed).values())
    fresh.refresh()


def _keep_asking(fresh: TantivyIndex, before: Snapshot | None, now: Snapshot) -> None:
    """Take over an erasure that was asked for since the rebuild began: the deleted row is in the new files, too."""
    asked = read_artifact(now.folder, now.manifest, ERASURE)
    if asked and (before is None or asked != read_artifact(before.folder, before.manifest, ERASURE)):
        fresh.store_artifact(ERASURE, asked)


def check_index(root: Path) -> IndexStats:
    """Read every byte and every document. Raises IndexUnavailable when something is missing or damaged."""
    snapshot = SnapshotOpener(current_generation(root)).open()
    for _ in snapshot.load_live():
        pass
    return _measure(root, snapshot)


def measure_index(root: Path) -> IndexStats:
    """Return the size of the live generation. Raises IndexUnavailable when there is none."""
    return _measure(root, SnapshotOpener(current_generation(root)).open())


def _measure(root: Path, snapshot: Snapshot) -> IndexStats:
    size = sum(path.stat().st_size for path in snapshot.folder.rglob("*") if path.is_file())
    return IndexStats(
        engine="embedded",
        generation=snapshot.name,
        live=snapshot.manifest.live,
        rows=snapshot.manifest.rows,
        bytes_on_disk=size,
        held=_HELD_FOLDER if (root / _HELD_FOLDER).is_dir() else None,
    )


class TantivyUpkeep:
    """Implements `matching.ports.IndexUpkeep` for the embedded engine in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self) -> None:
        TantivyIndex.create(self._root)

    def open(self) -> TantivyIndex:
        return TantivyIndex(self._root)

    def building(self, *, is_held: bool = False) -> contextlib.AbstractContextManager[TantivyIndex]:
        return rebuilding(self._root, is_held=is_held)

    def renew(self) -> None:
        renew_index(self._root)

    def switch(self) -> str:
        return switch_to_held(self._root)

    def stats(self) -> IndexStats:
        return measure_index(self._root)

    def verify(self) -> None:
        check_index(self._root)
