"""Files that only grow: arrays of fixed-size values appended by the writer, and their types."""

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.adapters.tantivy_layout import FileState, damaged

Array = npt.NDArray[Any]
_READ_AT_ONCE = 1 << 20

COLUMNS: dict[str, str] = {
    "row.version": "<i8",
    "row.identity": "<u8",
    "row.flags": "|u1",
    "row.country": "<u4",
    "row.city": "<u4",
    "row.followers": "<f8",
    "row.slots": "<i4",
    "row.free_from": "<i4",
    "row.length": "<u4",
    "row.focus": "<i4",
    "row.authenticity": "<i4",
    "row.z": "<i4",
    "row.variance": "<i4",
    "row.measured": "<u2",
    "channel.row": "<u4",
    "channel.platform": "<u4",
    "channel.proven": "|b1",
    "channel.followers": "<f8",
    "language.row": "<u4",
    "language.code": "<u4",
    "refused.row": "<u4",
    "refused.code": "<u4",
    "audience_country.row": "<u4",
    "audience_country.code": "<u4",
    "audience_country.share": "<f8",
    "audience_language.row": "<u4",
    "audience_language.code": "<u4",
    "audience_language.share": "<f8",
    "offer.row": "<u4",
    "offer.platform": "<u4",
    "offer.currency": "<u4",
    "offer.price": "<i8",
    "item.offer": "<u4",
    "item.kind": "<u4",
    "item.count": "<i4",
    "endorsement.row": "<u4",
    "endorsement.topic": "<u2",
    "endorsement.count": "<u4",
    "post.first": "<u2",
    "post.second": "<u2",
    "post.month": "<u2",
    "post.rate": "<i4",
    "post.end": "<u4",
    "busy.row": "<u4",
    "busy.first": "<i4",
    "busy.last": "<i4",
    "vector.values": "|i1",
    "vector.scale": "<f4",
    "topic.places": "<u2",
    "topic.roots": "|u1",
    "topic.rest": "<f2",
    "topic.large": "|u1",
    "term.hash": "<u4",
    "term.count": "|u1",
    "term.end": "<u4",
    "record.bytes": "|u1",
    "record.end": "<u8",
    "sample.heads": "|u1",
    "sample.posts": "|u1",
    "name.bytes": "|u1",
    "name.end": "<u4",
    "word.bytes": "|u1",
    "subject.bytes": "|u1",
    "dead.row": "<u4",
}
"""Every column of a generation and its type. `x.row` names the row that an entry of a long table belongs to;
`x.end` is where the entry of a row ends in the bytes of variable length."""


class GrowingFile:
    """The writer's side of one column. What lies beyond the committed size is cut off when it is opened."""

    def __init__(self, path: Path, state: FileState) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if os.fstat(self._descriptor).st_size < state.size:
            os.close(self._descriptor)
            raise damaged(path, "is shorter than its manifest says")
        os.ftruncate(self._descriptor, state.size)
        os.lseek(self._descriptor, state.size, os.SEEK_SET)
        self._state = state
        self._is_dirty = False

    @property
    def state(self) -> FileState:
        return self._state

    def append(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self._state = FileState(self._state.size + len(content), zlib.crc32(content, self._state.checksum))
        self._is_dirty = self._is_dirty or bool(content)

    def sync(self) -> None:
        if self._is_dirty:
            os.fsync(self._descriptor)
            self._is_dirty = False

    def close(self) -> None:
        os.close(self._descriptor)


def verify_column(path: Path, column: Array, state: FileState, known: FileState) -> None:
    """Compare the checksum of what was appended since `known`. Raises IndexUnavailable when it differs.

    Much is read from the file instead of its mapping, whose pages would all count as this process's memory.
    """
    if state.size - known.size <= _READ_AT_ONCE:
        checksum = zlib.crc32(column.view(np.uint8)[known.size :].data, known.checksum)
    else:
        checksum = _checksum_of_file(path, state.size, known)
    if checksum != state.checksum:
        raise damaged(path, "checksum differs")


def _checksum_of_file(path: Path, size: int, known: FileState) -> int:
    checksum, left = known.checksum, size - known.size
    try:
        with path.open("rb", buffering=0) as stream:
            stream.seek(known.size)
            while left and (part := stream.read(min(left, _READ_AT_ONCE))):
                checksum, left = zlib.crc32(part, checksum), left - len(part)
    except OSError as error:
        raise damaged(path, "cannot be read") from error
    return checksum
