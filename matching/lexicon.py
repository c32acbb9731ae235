"""The embedding lexicon: which index terms mean what a query word means, in either language.

Terms that occur in at least two documents have a vector; a query word brings its three nearest terms, weighted by their
cosine, so that word search works from Arabic into English and back, and can say so ("مكياج ~ makeup 0.83").
"""

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.folding import is_arabic
from matching.ports import Encoder, FloatMatrix
from matching.text import stemmed_words

ARTIFACT = "lexicon"
VERSION_ARTIFACT = "lexicon-version"
"""A short name of the stored lexicon, so that readers load the large one only when it changed."""
LEAST_DOCUMENTS = 2
SHORTEST_TERM = 3
MOST_TERMS = 15_000
MOST_COUNTED = 50_000
NEAREST = 3
COSINE_ARABIC = 0.55
COSINE_LATIN = 0.65


@dataclass(frozen=True, slots=True)
class Expansion:
    """`word` of the brief also looks for index term `stem` (read `term`) with `weight` = cosine."""

    word: str
    stem: str
    term: str
    weight: float


class VocabularyCount:
    """Counts in how many texts each stem occurs and by which words; mutable, one a process.

    The first 50,000 texts are enough to know the words of a market; later ones are only numbered.
    """

    def __init__(self) -> None:
        self.documents = 0
        self._stems: Counter[str] = Counter()
        self._words: dict[str, Counter[str]] = {}

    def add(self, text: str) -> None:
        """Count one document's text."""
        self.documents += 1
        if self.documents > MOST_COUNTED:
            return
        pairs = set(stemmed_words(text))
        self._stems.update({stem for _, stem in pairs})
        for word, stem in pairs:
            self._words.setdefault(stem, Counter())[word] += 1

    def terms(self) -> list[tuple[str, str]]:
        """Return (stem, most frequent word) of the terms worth a vector, most frequent first."""
        kept = [(count, stem) for stem, count in self._stems.items() if count >= LEAST_DOCUMENTS]
        kept = [(count, stem) for count, stem in kept if len(stem) >= SHORTEST_TERM and not stem.isdigit()]
        kept.sort(key=lambda entry: (-entry[0], entry[1]))
        return [(stem, self._commonest(stem)) for _, stem in kept[:MOST_TERMS]]

    def _commonest(self, stem: str) -> str:
        return min(self._words[stem].items(), key=lambda entry: (-entry[1], entry[0]))[0]


@dataclass(frozen=True)
class TermLexicon:
    """Terms of one index with unit vectors, row by row."""

    stems: tuple[str, ...]
    words: tuple[str, ...]
    vectors: FloatMatrix
    documents: int

    @cached_property
    def rows(self) -> dict[str, int]:
        return {stem: row for row, stem in enumerate(self.stems)}

    def unknown(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """Return the words of (word, stem) pairs that must be encoded before `expand`: none where nothing can be near."""
        return [word for word, stem in pairs if stem not in self.rows] if self.stems else []

    def word_vectors(
        self, pairs: Sequence[tuple[str, str]], fresh: Mapping[str, npt.NDArray[np.float32]]
    ) -> FloatMatrix:
        """Return one vector a (word, stem) pair: the term's own when the lexicon has it, else that of `fresh`."""
        held = [
            fresh[word] if stem not in self.rows else self.vectors[self.rows[stem]] for word, stem in pairs
        ]
        return np.asarray(held, dtype=np.float32).reshape(len(pairs), self.vectors.shape[1])

    def expand(self, words: Sequence[str], vectors: FloatMatrix) -> list[Expansion]:
        """Return the nearest terms of each query word above the threshold of its script, strongest first."""
        if not self.stems or not words:
            return []
        cosines = vectors @ self.vectors.T
        found: list[Expansion] = []
        for word, row in zip(words, cosines, strict=True):
            found += self._nearest(word, row)
        return found

    def _nearest(self, word: str, cosines: npt.NDArray[np.float32]) -> Iterable[Expansion]:
        least = COSINE_ARABIC if is_arabic(word) else COSINE_LATIN
        close = np.flatnonzero(cosines >= least)
        for row in close[np.argsort(-cosines[close], kind="stable")[:NEAREST]]:
            yield Expansion(word=word, stem=self.stems[row], term=self.words[row], weight=float(cosines[row]))

    def to_bytes(self) -> bytes:
        """Serialise for `SearchIndex.store_artifact` (numpy archive, no pickled objects)."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            stems=np.asarray(self.stems, dtype=np.str_),
            words=np.asarray(self.words, dtype=np.str_),
            vectors=self.vectors.astype(np.float16),
            documents=np.asarray(self.documents),
        )
        return buffer.getvalue()


EMPTY_LEXICON = TermLexicon(stems=(), words=(), vectors=np.zeros((0, 0), dtype=np.float32), documents=0)


class HeldLexicon:
    """The lexicon as it was read last, and its version; one for an engine and its copies with other formulas."""

    def __init__(self) -> None:
        self.lexicon: TermLexicon = EMPTY_LEXICON
        self.version: bytes | None = None


def read_lexicon(content: bytes | None) -> TermLexicon:
    """Return the lexicon kept by `to_bytes`; the empty one when there is none."""
    if content is None:
        return EMPTY_LEXICON
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return TermLexicon(
            stems=tuple(str(stem) for stem in stored["stems"]),
            words=tuple(str(word) for word in stored["words"]),
            vectors=stored["vectors"].astype(np.float32),
            documents=int(stored["documents"]),
        )


def grow_lexicon(
    known: TermLexicon, count: VocabularyCount, encoder: Encoder, *, documents: int
) -> TermLexicon:
    """Return `known` with the counted terms it lacks, as a lexicon of `documents` documents; old vectors are kept."""
    held = set(known.stems)
    fresh = [(stem, word) for stem, word in count.terms() if stem not in held]
    fresh = fresh[: max(0, MOST_TERMS - len(held))]
    vectors = encoder.encode([word for _, word in fresh])
    return TermLexicon(
        stems=known.stems + tuple(stem for stem, _ in fresh),
        words=known.words + tuple(word for _, word in fresh),
        vectors=np.concatenate([known.vectors, vectors]) if known.stems else vectors,
        documents=documents,
    )
