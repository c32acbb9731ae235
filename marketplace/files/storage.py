"""Where files are kept: a folder, memory or an object store, behind one call (obstore)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, MemoryStore, from_url


class ObjectFiles:
    """Bytes under keys in any store that obstore speaks to."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def put(self, key: str, content: bytes) -> None:
        obstore.put(self._store, key, content)

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError."""
        return bytes(obstore.get(self._store, key).bytes())


def open_files(url: str) -> ObjectFiles:
    """Open file:///folder, memory: or an object store's address (s3://bucket/prefix, gs://, az://)."""
    if url.startswith("memory"):
        return ObjectFiles(MemoryStore())
    if url.startswith("file://"):
        folder = Path(urlsplit(url).path)
        folder.mkdir(parents=True, exist_ok=True)
        return ObjectFiles(LocalStore(folder))
    return ObjectFiles(from_url(url))
