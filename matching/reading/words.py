"""Words, numbers and signs of a text with their places, and tables of phrases that are looked up in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matching.arabizi import arabizi_words, fold_arabizi
from matching.folding import fold, without_marks

_TOKEN = re.compile(
    r"[A-Za-z]+(?:[2356789][A-Za-z]{2,})+|\d+(?:[.,٬٫]\d+)*|[^\W\d_]+(?:[.'’][^\W\d_]+)*|[$€£¥﷼₺₹₪%\-–]"
)
_MARK = re.compile("[\u064b-\u0652]")
CLITICS = ("", "و", "ب", "ل", "ف", "ال", "وال", "بال", "لل", "ولل", "وب")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word with where it stands in the cleaned text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text without marks and its words in order; `marks` are those of its letters, by their place in `text`."""

    text: str
    words: tuple[Word, ...]
    marks: Mapping[int, str] = field(default_factory=dict)

    def quote(self, first: int, last: int) -> str:
        """Return the text from word `first` to word `last`, as written."""
        return self.text[self.words[first].start : self.words[last].end]

    def between(self, first: int, last: int) -> str:
        """Return what stands after word `first` and before word `last`."""
        return self.text[self.words[first].end : self.words[last].start]

    def marks_on(self, at: int, letter: str) -> str:
        """Return the marks on the first such letter of word `at`: a shadda tells عمّان from عمان."""
        word = self.words[at]
        place = self.text.find(letter, word.start, word.end)
        return self.marks.get(place, "") if place >= 0 else ""


def split(text: str) -> Words:
    """Return the words of a text; a number and the letters after it are two ("5k"), but a digit may be a letter ("mutabi3een")."""
    cleaned = without_marks(text)
    spans = _with_first_letters([m.span() for m in _TOKEN.finditer(cleaned)], cleaned)
    found = (Word(fold(cleaned[start:end]), start, end) for start, end in spans)
    return Words(cleaned, tuple(found), _marks_of(text) if _MARK.search(text) else {})


def _with_first_letters(spans: Sequence[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Join a digit to the letters behind it where both are a known word of Arabic in Latin letters: "3ayzin" counts nobody."""
    at = 0
    while at < len(spans):
        start, end = spans[at]
        joined = spans[at + 1][1] if at + 1 < len(spans) and spans[at + 1][0] == end else end
        if end - start == 1 and joined > end and fold_arabizi(text[start:joined]) in arabizi_words():
            yield start, joined
            at += 2
        else:
            yield start, end
            at += 1


def _marks_of(text: str) -> dict[int, str]:
    """Return the vowel marks by the place, in the text without any, of the letter that they stand on."""
    found: dict[int, str] = {}
    for mark in _MARK.finditer(text):
        place = len(without_marks(text[: mark.start()])) - 1
        found[place] = found.get(place, "") + mark.group()
    return found


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found: its value and the first and last word of it."""

    value: str
    first: int
    last: int


class Phrases:
    """Phrases with a value each; the longest one wins, Arabic ones also after a conjunction, preposition or article."""

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        self._values: dict[tuple[str, ...], str] = {}
        for value, phrases in entries.items():
            for phrase in phrases:
                self._values[tuple(word.folded for word in split(phrase).words)] = value
        self._longest = max(map(len, self._values), default=0)

    def find(self, words: Words) -> list[Hit]:
        """Return all phrases in their order; they do not overlap."""
        hits, at = [], 0
        while at < len(words.words):
            hit = self.at(words, at)
            if hit is None:
                at += 1
            else:
                hits.append(hit)
                at = hit.last + 1
        return hits

    def at(self, words: Words, at: int) -> Hit | None:
        """Return the longest phrase that begins at word `at`."""
        folded = [word.folded for word in words.words[at : at + self._longest]]
        for length in range(len(folded), 0, -1):
            for clitic in CLITICS:
                if folded[0].startswith(clitic):
                    key = (folded[0].removeprefix(clitic), *folded[1:length])
                    if key in self._values:
                        return Hit(self._values[key], at, at + length - 1)
        return None
