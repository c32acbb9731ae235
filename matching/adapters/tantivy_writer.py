"""Writes one generation: appends rows, marks replaced ones as dead, and publishes both in one atomic step.

Order of a commit: column files (synced), tantivy, manifest. A kill before the manifest leaves bytes and documents that no
reader looks at; the next writer cuts them off. Dead rows leave tantivy one commit later, so that the readers of either
manifest find their rows in it.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import tantivy

from matching import bm25
from matching.adapters import tantivy_text as text
from matching.adapters import vectors
from matching.adapters.records import RecordCodec, sample_texts
from matching.adapters.tantivy_columns import ColumnBatch, Vocabulary, largest_following
from matching.adapters.tantivy_files import COLUMNS, GrowingFile
from matching.adapters.tantivy_layout import (
    ARTIFACTS,
    REBUILD_ADVICE,
    FileState,
    Manifest,
    artifact_path,
    read_file,
    replace_file,
    write_manifest,
)
from matching.adapters.tantivy_snapshot import Snapshot
from matching.adapters.terms import encode_terms
from matching.adapters.topic_lists import TopicLists
from matching.errors import IndexUnavailable
from matching.ports import IndexedInfluencer

_BATCH = 512
_SYNC_THREADS = 8
"""Forty files one after the other cost 120 ms, together 6 ms: the file system writes its journal once."""
_SMALL_HEAP_BYTES = 20_000_000
_BULK_HEAP_BYTES = 200_000_000
_ARTIFACT_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,80}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the newest version of an influencer lies."""

    row: int
    version: int
    length: int


def read_artifact(generation: Path, manifest: Manifest, name: str) -> bytes | None:
    """Return the content kept under a name. Raises IndexUnavailable when its file is missing or damaged."""
    path = artifact_path(generation, manifest, name)
    return None if path is None else read_file(path)


class GenerationWriter:
    """One writer of one generation; use as a context: what was not committed at its end is dropped."""

    def __init__(self, generation: Path, snapshot: Snapshot | None, *, is_bulk: bool = False) -> None:
        self.generation = generation
        self._snapshot = snapshot
        self._manifest = Manifest() if snapshot is None else snapshot.manifest
        self._places: dict[str, _Place | None] = {}
        self._dead: list[int] = []
        self._files: dict[str, GrowingFile] = {}
        self._is_bulk = is_bulk
        self._vocabulary = Vocabulary(b"" if snapshot is None else snapshot.bytes_of("word"))
        self._subjects = Vocabulary(b"" if snapshot is None else snapshot.bytes_of("subject"))
        self._records = None if snapshot is None or not snapshot.manifest.rows else snapshot.records
        self._writer: tantivy.IndexWriter | None = None

    def __enter__(self) -> Self:
        try:
            for name in COLUMNS:
                state = self._manifest.files.get(name, FileState())
                self._files[name] = GrowingFile(self.generation / name, state)
            self._writer = self._open_text()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}
        self._writer = None

    def _open_text(self) -> tantivy.IndexWriter:
        folder = self.generation / text.FOLDER
        if self._snapshot is None:
            folder.mkdir()
        else:
            text.remove_leftovers(folder)
        heap = _BULK_HEAP_BYTES if self._is_bulk else _SMALL_HEAP_BYTES
        writer = tantivy.Index(text.SCHEMA, path=str(folder)).writer(heap_size=heap, num_threads=1)
        if self._snapshot is not None:
            text.delete_rows_from(writer, self._manifest.rows)
            text.delete_rows(writer, self._snapshot.dead_rows()[self._manifest.swept :].tolist())
        return writer

    def _text(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise AssertionError("the writer is closed")
        return self._writer

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def upsert(self, items: Iterable[IndexedInfluencer]) -> None:
        """Append or replace; an item older than what is there is left out."""
        for batch in _batches(items, _BATCH):
            fresh = [item for item in batch if self._claim_row(item)]
            if fresh:
                self._append(fresh)

    def delete(self, influencer_ids: Iterable[str]) -> None:
        for influencer_id in influencer_ids:
            place = self._find(influencer_id)
            if place is not None:
                self._bury(place)
                self._places[influencer_id] = None

    def store_artifact(self, name: str, content: bytes) -> None:
        if not _ARTIFACT_NAME.fullmatch(name):
            raise ValueError(f"an artifact cannot be called {name!r}")
        folder = self.generation / ARTIFACTS
        folder.mkdir(exist_ok=True)
        file_name = f"{name}.{zlib.crc32(content):08x}"
        replace_file(folder / file_name, content)
        self._manifest = replace(self._manifest, artifacts={**self._manifest.artifacts, name: file_name})

    def _find(self, influencer_id: str) -> _Place | None:
        if influencer_id in self._places:
            return self._places[influencer_id]
        if self._snapshot is None:
            return None
        row = self._snapshot.find_row(influencer_id)
        if row is None:
            return None
        return _Place(row, self._snapshot.version_of(row), self._snapshot.length_of(row))

    def _bury(self, place: _Place) -> None:
        self._dead.append(place.row)
        manifest = self._manifest
        self._manifest = replace(
            manifest, live=manifest.live - 1, total_length=manifest.total_length - place.length
        )

    def _claim_row(self, item: IndexedInfluencer) -> bool:
        """Give the item the next row, unless something newer is there."""
        place = self._find(item.document.id)
        if place is not None:
            if place.version > item.document.version:
                return False
            self._bury(place)
        self._check_shape(item)
        length = bm25.weighted_length(item.tokens)
        manifest = self._manifest
        self._places[item.document.id] = _Place(manifest.rows, item.document.version, length)
        self._manifest = replace(
            manifest,
            rows=manifest.rows + 1,
            live=manifest.live + 1,
            total_length=manifest.total_length + length,
        )
        return True

    def _check_shape(self, item: IndexedInfluencer) -> None:
        shape = (len(item.vector), len(item.topics))
        if self._manifest.rows == 0:
            self._manifest = replace(self._manifest, dimensions=shape[0], topics=shape[1])
        elif shape != (self._manifest.dimensions, self._manifest.topics):
            raise IndexUnavailable(
                f"The search index was built with another encoder or topic list. {REBUILD_ADVICE}"
            )

    def _append(self, items: list[IndexedInfluencer]) -> None:
        first = self._manifest.rows - len(items)
        batch = ColumnBatch(
            self._vocabulary,
            self._subjects,
            first_offer=self._entries("offer.row"),
            first_post=self._entries("post.rate"),
        )
        writer = self._text()
        for row, item in enumerate(items, start=first):
            batch.add(row, item.document, item.features, length=bm25.weighted_length(item.tokens))
            followers = largest_following(item.document)
            writer.add_document(text.build_document(row, item.document, item.tokens, followers))
        for name, content in batch.to_bytes().items():
            self._files[name].append(content)
        self._files["word.bytes"].append(self._vocabulary.take_fresh())
        self._files["subject.bytes"].append(self._subjects.take_fresh())
        self._append_vectors(items)
        self._append_terms(items)
        self._append_records(items)
        self._append_variable("name", [item.document.id.encode() for item in items])

    def _entries(self, column: str) -> int:
        """Return how many values a column has."""
        return self._files[column].state.size // np.dtype(COLUMNS[column]).itemsize

    def _append_vectors(self, items: list[IndexedInfluencer]) -> None:
        values, scale = vectors.quantise_vectors(np.stack([item.vector for item in items]))
        self._files["vector.values"].append(values.tobytes())
        self._files["vector.scale"].append(scale.tobytes())
        topics = TopicLists.of(np.stack([item.topics for item in items]))
        for part, array in topics.parts().items():
            self._files[f"topic.{part}"].append(array.tobytes())

    def _append_records(self, items: list[IndexedInfluencer]) -> None:
        """Append records; the first items of a generation are what all of its records start from."""
        if self._records is None:
            samples = sample_texts(items)
            for part, content in zip(("heads", "posts"), samples, strict=True):
                self._files[f"sample.{part}"].append(content)
            self._records = RecordCodec(*samples, has_columns=True)
        self._append_variable("record", [self._records.encode(item) for item in items])

    def _append_terms(self, items: list[IndexedInfluencer]) -> None:
        hashes: list[int] = []
        counts: list[int] = []
        ends: list[int] = []
        before = self._files["term.count"].state.size
        for item in items:
            keys, numbers = encode_terms(bm25.weighted_counts(item.tokens))
            hashes += keys
            counts += numbers
            ends.append(before + len(counts))
        self._append_array("term.hash", hashes)
        self._append_array("term.count", counts)
        self._append_array("term.end", ends)

    def _append_variable(self, table: str, contents: list[bytes]) -> None:
        before = self._files[f"{table}.bytes"].state.size
        ends = before + np.cumsum([len(content) for content in contents])
        self._files[f"{table}.bytes"].append(b"".join(contents))
        self._append_array(f"{table}.end", ends.tolist())

    def _append_array(self, name: str, values: list[int]) -> None:
        self._files[name].append(np.array(values, COLUMNS[name]).tobytes())

    def commit(self) -> Manifest:
        """Publish everything appended since the last commit; returns the new manifest."""
        buried = 0 if self._snapshot is None else len(self._snapshot.dead_rows())
        self._append_array("dead.row", self._dead)
        self._dead = []
        with ThreadPoolExecutor(_SYNC_THREADS) as pool:
            list(pool.map(GrowingFile.sync, self._files.values()))
        self._text().commit()
        self._manifest = replace(
            self._manifest,
            commit=self._manifest.commit + 1,
            swept=buried,
            files={name: file.state for name, file in self._files.items()},
        )
        write_manifest(self.generation, self._manifest)
        writer, self._writer = self._text(), None
        writer.wait_merging_threads()
        return self._manifest


def _batches(items: Iterable[IndexedInfluencer], size: int) -> Iterator[list[IndexedInfluencer]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
