"""What a brief says around what it looks for: who the company is, since when, how to write to it, how it pays.

A clause of the company's history is searched by the words that are left of it, which are what it makes. Letters, values, terms and
contact say nothing to look for, so they are set aside and hardly count, unless nothing else names anything. They are known by
their phrases, or by being nearer to an example of their kind than to any topic.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from matching.fact_clauses import CLAUSE, names_subject, without_fact_clauses
from matching.ports import Encoder, FloatMatrix
from matching.reading.words import Phrases, Words, split
from matching.text import standardise
from matching.topics import TopicSpace, unit_rows
from matching.vocabularies import read_data

LEAST_ALIKE = 0.15
"""Below this cosine a clause is like no example: names, and words that the encoder does not know."""
GOES_ON = -0.15
"""From this margin on a clause is of the kind of the one before it in its sentence."""
_NO_MARGIN = -1.0
_SENTENCE_END = re.compile(r"[.!?؟]\s*$")
_KINDS = ("history", "manner", "closing", "wanting", "offering")

Judge = Callable[[Sequence[str]], Sequence[float]]
"""Returns how much nearer each text is to what stands around a subject than to any topic, as a difference of cosines."""


@dataclass(frozen=True, slots=True)
class Divided:
    """A brief's text without facts: what it looks for, and what is only said around it (empty where all counts)."""

    wanted: str
    aside: str = ""


@dataclass(slots=True)
class _Piece:
    """A clause, or its part before or from the words of wanting; `searched` is what is left of the company's history.

    `is_open` tells that only its meaning can tell what it is, `goes_on` that the clause before stands in the same sentence;
    `end` is what goes behind it: a line end after a whole clause.
    """

    text: str
    searched: str
    is_aside: bool
    is_open: bool
    goes_on: bool
    end: str


def divide(text: str, judge: Judge) -> Divided:
    """Divide a text into what it looks for and what it says around that; all is wanted where nothing else names a subject."""
    pieces = _pieces(text)
    _judge_open(pieces, judge)
    kept = "".join(piece.searched + piece.end for piece in pieces if not piece.is_aside)
    is_whole = all(piece.searched == piece.text and not piece.is_aside for piece in pieces)
    if is_whole or not names_subject(kept):
        return Divided(without_fact_clauses(text))
    aside = "".join(piece.text + piece.end for piece in pieces if piece.is_aside)
    return Divided(without_fact_clauses(kept), without_fact_clauses(aside))


def _judge_open(pieces: Sequence[_Piece], judge: Judge) -> None:
    """Set aside what only its meaning tells; a single clause that names anything is the subject, whatever it is like."""
    naming = [at for at, piece in enumerate(pieces) if names_subject(piece.searched)]
    unclear = [at for at in naming if pieces[at].is_open]
    if len(naming) < 2 or not unclear:
        return
    margins = dict(zip(unclear, judge([pieces[at].text for at in unclear]), strict=True))
    for at in unclear:
        is_led = pieces[at].goes_on and pieces[at - 1].is_aside
        pieces[at].is_aside = margins[at] > (GOES_ON if is_led else 0)


def judge_by(encoder: Encoder, topics: TopicSpace) -> Judge:
    """Return what tells by meaning, held against the examples of the data file and the topics."""

    def judge(texts: Sequence[str]) -> list[float]:
        vectors = unit_rows(encoder.encode([standardise(text) for text in texts]))
        examples: FloatMatrix = _examples(encoder)  # type: ignore[arg-type]  # known by its identity
        alike = np.max(vectors @ examples.T, axis=1)
        on_topic = np.max(vectors @ topics.vectors.T, axis=1)
        return [float(each) for each in np.where(alike < LEAST_ALIKE, _NO_MARGIN, alike - on_topic)]

    return judge


@lru_cache(maxsize=2)
def _examples(encoder: Encoder) -> FloatMatrix:
    examples = _texts("examples")
    return np.asarray(unit_rows(encoder.encode([standardise(text) for text in examples])))


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    is_closed = False
    for line in text.splitlines():
        goes_on = False
        parts = [part for clause in CLAUSE.split(line) for part in _before_and_from_wanting(clause)]
        for clause, end in parts:
            words = split(clause)
            kinds = {hit.value for hit in _marks().find(words)}
            counts = not kinds.isdisjoint({"wanting", "offering"})
            is_closed = not counts and (is_closed or "closing" in kinds)
            is_aside = not counts and (is_closed or "manner" in kinds)
            left = _without_company(words) if kinds == {"history"} and not is_closed else clause
            is_open = not counts and not is_aside and left == clause
            pieces.append(_Piece(clause, left, is_aside, is_open, goes_on, end))
            goes_on = not _SENTENCE_END.search(clause)
    return pieces


def _before_and_from_wanting(clause: str) -> Iterator[tuple[str, str]]:
    """Yield a clause with what goes behind it, in two where the words of wanting stand in it: "founded in 1987 | and looking for cooks"."""
    words = split(clause)
    starts = [words.words[hit.first].start for hit in _marks().find(words) if hit.value == "wanting"]
    at = starts[0] if starts and words.text == clause else 0
    if at:
        yield clause[:at], ""
    yield clause[at:], "\n"


def _without_company(words: Words) -> str:
    """Return the words of a clause that are not the company's history; empty where they name nothing."""
    told = {at for hit in _company().find(words) for at in range(hit.first, hit.last + 1)}
    left = " ".join(words.quote(at, at) for at in range(len(words.words)) if at not in told)
    return left if names_subject(left, is_measured=True) else ""


@cache
def _marks() -> Phrases:
    return Phrases({kind: _texts(kind) for kind in _KINDS})


@cache
def _company() -> Phrases:
    return Phrases({"company": [*_texts("company"), *_texts("history")]})


def _texts(name: str) -> list[str]:
    entries = read_data("reading/background.json")[name]
    return [str(entry) for entry in entries] if isinstance(entries, list) else []
