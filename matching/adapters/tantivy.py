"""The embedded search engine: tantivy for words, columns and vectors beside it, on local disk, for several processes.

Readers look at two small files before every answer and open a newer commit when there is one; nothing has to be
signalled between processes. Writes are collected in memory and published by `refresh` under a lock between processes.
"""

import contextlib
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from matching.adapters.tantivy_layout import (
    MANIFEST,
    POINTER,
    create_generation,
    current_generation,
    exclusive_lock,
    remove_other_generations,
    switch_generation,
)
from matching.adapters.tantivy_snapshot import Snapshot, SnapshotOpener
from matching.adapters.tantivy_writer import GenerationWriter, read_artifact
from matching.criteria import SearchCriteria
from matching.errors import IndexUnavailable
from matching.ports import CandidatePool, IndexedInfluencer, QueryViews

_MOST_PENDING = 2_000
_LOCK_TIMEOUT_SECONDS = 10.0
_DEAD_BEFORE_COMPACTION = 2_000
_OPEN_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class IndexStats:
    """Size of the live generation: rows ever written, live influencers among them, bytes of its folder."""

    generation: str
    rows: int
    live: int
    bytes_on_disk: int


type_change = IndexedInfluencer | str
"""An item to write, or the id of one to delete."""


class TantivyIndex:
    """Implements `matching.ports.SearchIndex` in the folder `root`. Safe to share between threads."""

    def __init__(self, root: Path, *, lock_timeout_seconds: float = _LOCK_TIMEOUT_SECONDS) -> None:
        self._root = root
        self._lock_timeout_seconds = lock_timeout_seconds
        self._mutex = threading.RLock()
        self._changes: list[type_change] = []
        self._artifacts: dict[str, bytes] = {}
        self._opener: SnapshotOpener | None = None
        self._opened: tuple[Snapshot, object] | None = None

    # Writing

    def upsert(self, items: Iterable[IndexedInfluencer]) -> None:
        """Collect; after some thousand changes they are published without waiting for `refresh`."""
        for item in items:
            self._collect(item)

    def delete(self, influencer_ids: Iterable[str]) -> None:
        for influencer_id in influencer_ids:
            self._collect(influencer_id)

    def store_artifact(self, name: str, content: bytes) -> None:
        with self._mutex:
            self._artifacts[name] = content

    def _collect(self, change: type_change) -> None:
        with self._mutex:
            self._changes.append(change)
            if len(self._changes) >= _MOST_PENDING:
                self.refresh()

    def refresh(self) -> None:
        """Publish what was collected. Raises IndexUnavailable (nothing is published) when it cannot be written."""
        with self._mutex, self._writing():
            changes, self._changes = self._changes, []
            artifacts, self._artifacts = self._artifacts, {}
            snapshot = self._open_or_create()
            if not changes and not artifacts:
                return
            with GenerationWriter(snapshot.folder, snapshot) as writer:
                _apply(writer, changes)
                for name, content in artifacts.items():
                    writer.store_artifact(name, content)
                manifest = writer.commit()
            dead = manifest.rows - manifest.live
            if dead > max(_DEAD_BEFORE_COMPACTION, manifest.live):
                self._compact()

    @contextlib.contextmanager
    def rebuilding(self) -> Iterator[GenerationWriter]:
        """Yield the writer of a new generation; at a clean end it goes live, with what was written meanwhile.

        Readers answer from the old one until then, and `refresh` goes on working. A killed or failed rebuild leaves the
        old generation live. Raises IndexUnavailable when another rebuild runs.
        """
        lock = exclusive_lock(self._root / "rebuild.lock", timeout_seconds=0)
        with lock, _disk_errors():
            live = self._find_live()
            generation = create_generation(self._root)
            try:
                with GenerationWriter(generation, None, is_bulk=True) as writer:
                    yield writer
                    with self._writing():
                        self._catch_up(writer, live)
                        writer.commit()
                        switch_generation(self._root, generation)
            except BaseException:
                shutil.rmtree(generation, ignore_errors=True)
                raise
            remove_other_generations(self._root, generation)

    def compact(self) -> None:
        """Write the live rows into a new generation without the dead ones, and switch to it."""
        with self._mutex, self._writing():
            self._compact()

    def _compact(self) -> None:
        old = self._current()
        generation = create_generation(self._root)
        try:
            with GenerationWriter(generation, None, is_bulk=True) as writer:
                writer.upsert(old.load(int(row)) for row in old.live_rows())
                _copy_artifacts(writer, old)
                writer.commit()
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        switch_generation(self._root, generation)
        shutil.rmtree(old.folder, ignore_errors=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        path = self._root / "writer.lock"
        with _disk_errors(), exclusive_lock(path, timeout_seconds=self._lock_timeout_seconds):
            yield

    def _find_live(self) -> Snapshot | None:
        """Return the live commit, or None when there is none that can be read (a rebuild is the cure for that)."""
        try:
            return self._current()
        except IndexUnavailable:
            return None

    def _catch_up(self, writer: GenerationWriter, before: Snapshot | None) -> None:
        """Repeat on the new generation what was written to the live one since `before`."""
        now = self._find_live()
        if before is None or now is None or now.folder != before.folder:
            return
        removed = {
            before.id_of(int(row))
            for row in now.dead_rows()[len(before.dead_rows()) :]
            if row < before.manifest.rows
        }
        writer.delete(key for key in removed if now.find_row(key) is None)
        writer.upsert(now.load(row) for row in now.rows_since(before.manifest.rows))

    def _open_or_create(self) -> Snapshot:
        if not (self._root / POINTER).exists():
            generation = create_generation(self._root)
            with GenerationWriter(generation, None) as writer:
                writer.commit()
            switch_generation(self._root, generation)
        return self._current()

    # Reading

    def candidates(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> CandidatePool:
        return self._current().search(criteria, views, limit=limit)

    def get(self, influencer_id: str) -> IndexedInfluencer | None:
        return self.get_many([influencer_id]).get(influencer_id)

    def get_many(self, influencer_ids: Sequence[str]) -> dict[str, IndexedInfluencer]:
        return self._current().load_many(influencer_ids)

    def artifact(self, name: str) -> bytes | None:
        snapshot = self._current()
        return read_artifact(snapshot.folder, snapshot.manifest, name)

    def generation(self) -> str:
        return self._current().name

    def count(self) -> int:
        return self._current().manifest.live

    def ids(self) -> dict[str, int]:
        return self._current().versions()

    def check(self) -> IndexStats:
        """Read every byte and every document anew. Raises IndexUnavailable when something is missing or damaged."""
        snapshot = SnapshotOpener(current_generation(self._root)).open()
        for row in snapshot.live_rows():
            snapshot.load(int(row))
        return self.stats()

    def stats(self) -> IndexStats:
        snapshot = self._current()
        size = sum(path.stat().st_size for path in snapshot.folder.rglob("*") if path.is_file())
        manifest = snapshot.manifest
        return IndexStats(snapshot.name, manifest.rows, manifest.live, size)

    def _current(self) -> Snapshot:
        """Return the newest commit, opened at most once a process."""
        with self._mutex:
            for attempt in range(_OPEN_ATTEMPTS):
                generation = current_generation(self._root)
                seen = (generation.name, _fingerprint(generation / MANIFEST))
                if self._opened is not None and self._opened[1] == seen:
                    break
                try:
                    self._opened = self._open(generation), seen
                except IndexUnavailable:
                    self._opened = None
                    if attempt == _OPEN_ATTEMPTS - 1 or current_generation(self._root) == generation:
                        raise
            if self._opened is None:
                raise AssertionError("opened or raised above")
            return self._opened[0]

    def _open(self, generation: Path) -> Snapshot:
        if self._opener is None or self._opener.generation != generation:
            self._opener = SnapshotOpener(generation)
        return self._opener.open()


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    """Name what a full or failing disk does: the old commit stays live, the caller may try again."""
    try:
        yield
    except IndexUnavailable:
        raise
    except (OSError, ValueError) as error:
        raise IndexUnavailable(
            f"The search index could not be written ({error}); the last good state stays in use. "
            "Check the free space of its folder, then try again."
        ) from error


def _apply(writer: GenerationWriter, changes: Iterable[type_change]) -> None:
    for is_deletion, group in groupby(changes, key=lambda change: isinstance(change, str)):
        if is_deletion:
            writer.delete(change for change in group if isinstance(change, str))
        else:
            writer.upsert(change for change in group if not isinstance(change, str))


def _copy_artifacts(writer: GenerationWriter, source: Snapshot) -> None:
    for name in source.manifest.artifacts:
        content = read_artifact(source.folder, source.manifest, name)
        if content is not None:
            writer.store_artifact(name, content)
