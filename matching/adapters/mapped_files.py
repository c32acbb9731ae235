"""Growing files mapped with room for what will be appended, so that one mapping serves every commit of a generation.

Python's own `mmap` maps no further than the end of a file. Mapping anew for each commit gives up the pages that were found
already: at a million influencers that takes a reader longer than an answer.
"""

import ctypes
import mmap
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from matching.adapters.tantivy_files import COLUMNS, Array
from matching.adapters.tantivy_layout import FileState, damaged

_ROOM_LEAST = 1 << 18
_ROOM_SHARE = 8
"""Room beyond the end of a file: an eighth of it. It takes addresses, not memory."""

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *(ctypes.c_int,) * 3, ctypes.c_long]
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_FAILED = ctypes.c_void_p(-1).value


class _Mapping:
    """Read-only bytes of one file, also of what will be appended up to `length`; unmapped with the last array over it."""

    def __init__(self, descriptor: int, length: int) -> None:
        self.length = length
        status = os.fstat(descriptor)
        self.file = (status.st_dev, status.st_ino)
        self._address = _libc.mmap(None, length, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
        if self._address in (None, _FAILED):
            self._address = None
            raise OSError(ctypes.get_errno(), "cannot be mapped")

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return {"version": 3, "typestr": "|u1", "shape": (self.length,), "data": (self._address, True)}

    def __del__(self) -> None:
        if self._address is not None:
            _libc.munmap(self._address, self.length)


class MappedColumns:
    """The columns of the generation in `folder` in one process; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.paths = {name: folder / name for name in COLUMNS}
        self._mappings: dict[str, _Mapping] = {}
        self._lock = threading.Lock()

    def column(self, name: str, state: FileState) -> Array:
        """Return the committed part of a column, read-only. Raises IndexUnavailable when it is missing or too short."""
        kind = np.dtype(COLUMNS[name])
        if state.size == 0:
            return np.empty(0, kind)
        try:
            mapping = self._mapping(name, state.size)
        except OSError as error:
            raise damaged(self.paths[name], "cannot be read") from error
        return np.asarray(mapping)[: state.size].view(kind)

    def _mapping(self, name: str, size: int) -> _Mapping:
        """Return a mapping of at least `size` bytes that the file has; never look beyond those, which would kill the process."""
        path = self.paths[name]
        with self._lock:
            status = path.stat()
            if status.st_size < size:
                raise damaged(path, "is shorter than its manifest says")
            known = self._mappings.get(name)
            if known is None or known.length < size or known.file != (status.st_dev, status.st_ino):
                known = self._mappings[name] = _map_with_room(path, size)
            return known


def _map_with_room(path: Path, size: int) -> _Mapping:
    length = size + max(_ROOM_LEAST, size // _ROOM_SHARE)
    with path.open("rb") as stream:
        return _Mapping(stream.fileno(), -(-length // mmap.PAGESIZE) * mmap.PAGESIZE)
