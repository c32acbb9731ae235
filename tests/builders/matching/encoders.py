"""A small deterministic encoder for tests: texts that share words are near, all else is nearly at a right angle."""

import hashlib
from functools import lru_cache

import numpy as np

from matching.text import tokenise


@lru_cache(maxsize=20_000)
def _vector_of(stem, dimensions):
    seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimensions)


class WordEncoder:
    """Implements matching.ports.Encoder; a text is the mean of fixed vectors of its stems."""

    def __init__(self, dimensions=64):
        self.dimensions = dimensions
        self.name = f"words-{dimensions}"
        self.encoded = []

    def encode(self, texts):
        self.encoded += texts
        rows = [self._encode_one(text) for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimensions)

    def _encode_one(self, text):
        total = np.zeros(self.dimensions)
        for stem in sorted(set(tokenise(text))):
            total += _vector_of(stem, self.dimensions)
        length = np.linalg.norm(total)
        return total / length if length else total
