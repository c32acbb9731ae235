"""An encoder that remembers: vectors are kept by the hash of model and text, so only changed texts are encoded.

Stores may keep half precision. New vectors are rounded the same way, so that no result depends on what was remembered.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matching.ports import Encoder, FloatMatrix


class VectorCache(Protocol):
    """Keeps vectors by key over runs; any store will do."""

    def get_many(self, keys: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]: ...

    def put_many(self, vectors: Mapping[str, npt.NDArray[np.float32]]) -> None: ...


class CachedEncoder:
    """The Encoder port in front of another encoder and a cache."""

    def __init__(self, encoder: Encoder, cache: VectorCache) -> None:
        self._encoder = encoder
        self._cache = cache

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return the rows of `texts`, encoding only those that the cache does not hold."""
        keys = [text_key(self.name, text) for text in texts]
        found = self._cache.get_many(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            encoded = self._encoder.encode(list(missing.values())).astype(np.float16).astype(np.float32)
            fresh = dict(zip(missing, encoded, strict=True))
            self._cache.put_many(fresh)
            found = {**found, **fresh}
        rows = [found[key] for key in keys]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)


def text_key(model: str, text: str) -> str:
    """Return the cache key of a text under a model."""
    return hashlib.sha256(f"{model}\0{text}".encode()).hexdigest()
