"""The embedded search engine: tantivy for words, columns and vectors beside it, on local disk, for several processes.

Readers look at two small files before every answer and open a newer commit when there is one; nothing has to be
signalled between processes. Writes are collected in memory and published by `refresh` under a lock between processes.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Self

from matching.adapters import cells
from matching.adapters.tantivy_compaction import group_if_large, replace_by_compacted
from matching.adapters.tantivy_layout import (
    MANIFEST,
    POINTER,
    WRITER_LOCK,
    create_generation,
    current_generation,
    disk_errors,
    exclusive_lock,
    switch_generation,
)
from matching.adapters.tantivy_opener import SnapshotOpener
from matching.adapters.tantivy_snapshot import Snapshot
from matching.adapters.tantivy_writer import GenerationWriter, read_artifact
from matching.criteria import SearchCriteria
from matching.errors import IndexUnavailable
from matching.figures import CandidateFigures, FigureQuestion
from matching.pool_facets import PoolFacets
from matching.pools import CandidatePool
from matching.ports import IndexedInfluencer, QueryViews

_MOST_PENDING = 2_000
_LOCK_TIMEOUT_SECONDS = 10.0
_DEAD_BEFORE_COMPACTION = 2_000
_OPEN_ATTEMPTS = 3


Change = IndexedInfluencer | str
"""An item to write, or the id of one to delete."""


class TantivyIndex:
    """Implements `matching.ports.SearchIndex` in the folder `root`. Safe to share between threads."""

    @classmethod
    def create(cls, root: Path) -> Self:
        """Make an empty index if there is none. Readers never do: an index that is gone must be rebuilt, not hidden."""
        with disk_errors(), exclusive_lock(root / WRITER_LOCK, timeout_seconds=_LOCK_TIMEOUT_SECONDS):
            if not (root / POINTER).exists():
                generation = create_generation(root)
                with GenerationWriter(generation, None) as writer:
                    writer.commit()
                switch_generation(root, generation)
        return cls(root)

    def __init__(self, root: Path, *, lock_timeout_seconds: float = _LOCK_TIMEOUT_SECONDS) -> None:
        self._root = root
        self._lock_timeout_seconds = lock_timeout_seconds
        self._mutex = threading.RLock()
        self._changes: list[Change] = []
        self._artifacts: dict[str, bytes] = {}
        self._opener: SnapshotOpener | None = None
        self._opened: tuple[Snapshot, object] | None = None
        self._pointed: tuple[object, Path] | None = None

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

    def _collect(self, change: Change) -> None:
        with self._mutex:
            self._changes.append(change)
            if len(self._changes) >= _MOST_PENDING:
                self.refresh()

    def refresh(self) -> None:
        """Publish what was collected.

        Raises IndexUnavailable: nothing is published. When the disk is at fault what was collected is dropped, and must be
        written again; when another process writes it is kept for the next time.
        """
        with self._mutex, self._writing():
            changes, self._changes = self._changes, []
            artifacts, self._artifacts = self._artifacts, {}
            snapshot = self._current()
            if not changes and not artifacts:
                return
            with GenerationWriter(snapshot.folder, snapshot, is_bulk=len(changes) >= _MOST_PENDING) as writer:
                _apply(writer, changes)
                for name, content in artifacts.items():
                    writer.store_artifact(name, content)
                manifest = writer.commit()
            dead = manifest.rows - manifest.live
            if dead > max(_DEAD_BEFORE_COMPACTION, manifest.live):
                replace_by_compacted(self._root, self._current())
            elif (
                len(changes) < _MOST_PENDING and manifest.rows >= cells.GROUPED_LEAST
            ):  # a build does it at its end
                group_if_large(self._current())

    def compact(self) -> None:
        """Write the live rows into a new generation without the dead ones, and switch to it."""
        with self._mutex, self._writing():
            replace_by_compacted(self._root, self._current())

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        path = self._root / WRITER_LOCK
        with disk_errors(), exclusive_lock(path, timeout_seconds=self._lock_timeout_seconds):
            yield

    # Reading

    def candidates(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> CandidatePool:
        return self._current().search(criteria, views, limit=limit)

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        return self._current().count_facets(criteria, ceilings)

    def get(self, influencer_id: str) -> IndexedInfluencer | None:
        return self.get_many([influencer_id]).get(influencer_id)

    def get_many(
        self, influencer_ids: Sequence[str], *, with_posts: bool = True
    ) -> dict[str, IndexedInfluencer]:
        return self._current().load_many(influencer_ids, with_posts=with_posts)

    def figures(self, influencer_ids: Sequence[str], question: FigureQuestion) -> CandidateFigures:
        return self._current().figures(influencer_ids, question)

    def artifact(self, name: str) -> bytes | None:
        snapshot = self._current()
        return read_artifact(snapshot.folder, snapshot.manifest, name)

    def generation(self) -> str:
        return self._current().name

    def count(self) -> int:
        return self._current().manifest.live

    def ids(self) -> dict[str, int]:
        return self._current().versions()

    def _current(self) -> Snapshot:
        """Return the newest commit, opened at most once a process."""
        with self._mutex:
            for attempt in range(_OPEN_ATTEMPTS):
                generation = self._generation()
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

    def _generation(self) -> Path:
        """Return the live generation; its pointer is read again only when it was replaced."""
        pointer = _fingerprint(self._root / POINTER)
        if pointer is None or self._pointed is None or self._pointed[0] != pointer:
            self._pointed = pointer, current_generation(self._root)
        return self._pointed[1]

    def _open(self, generation: Path) -> Snapshot:
        """Open the last commit; what was verified before is forgotten when the folder turns out to be another one."""
        if self._opener is not None and self._opener.generation == generation:
            with contextlib.suppress(IndexUnavailable):
                return self._opener.open()
        self._opener = SnapshotOpener(generation)
        return self._opener.open()


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _apply(writer: GenerationWriter, changes: Iterable[Change]) -> None:
    for is_deletion, group in groupby(changes, key=lambda change: isinstance(change, str)):
        if is_deletion:
            writer.delete(change for change in group if isinstance(change, str))
        else:
            writer.upsert(change for change in group if not isinstance(change, str))
