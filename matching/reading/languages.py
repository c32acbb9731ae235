"""The language a brief is written in, its dialect, and the languages its audience should speak."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from matching.arabizi import is_arabizi
from matching.folding import fold, is_arabic
from matching.persian import is_persian
from matching.reading.words import Phrases, Words
from matching.vocabularies import read_data

_LEAST_MARKS = 1
_NONE = "none"


@cache
def _marks() -> dict[str, frozenset[str]]:
    entries = read_data("reading/languages.json")["dialects"]
    items = entries.items() if isinstance(entries, dict) else ()
    return {dialect: frozenset(map(fold, words)) for dialect, words in items}


def read_language(text: str) -> str:
    """Return "ar", "fa" or "en" by the letters, and Arabic in Latin letters as Arabic."""
    letters = [character for character in text if character.isalpha()]
    if sum(map(is_arabic, letters)) * 2 > len(letters):
        return "fa" if is_persian(text) else "ar"
    return "ar" if is_arabizi(text) else "en"


def read_dialect(words: Words) -> str | None:
    """Return the dialect whose words occur most; None for standard Arabic, other languages and a draw."""
    own = [word.folded for word in words.words]
    counts = {dialect: sum(word in marks for word in own) for dialect, marks in _marks().items()}
    best = max(counts.values())
    leading = [dialect for dialect, count in counts.items() if count == best]
    return leading[0] if best >= _LEAST_MARKS and len(leading) == 1 else None


def find_languages(words: Words) -> tuple[str, ...]:
    """Return the languages a text asks for by name, in its order."""
    hits = _named_languages().find(words)
    return tuple(dict.fromkeys(hit.value for hit in hits if hit.value != _NONE))


@cache
def _named_languages() -> Phrases:
    data: Mapping[str, Any] = read_data("reading/languages.json")
    return Phrases(data["languages"] | {_NONE: data[_NONE]})


@cache
def language_spellings() -> dict[str, list[str]]:
    """Return, by code, how a language is called in either language."""
    data: Mapping[str, Any] = read_data("reading/languages.json")
    return {code: [*names, *data["names"].get(code, ())] for code, names in data["languages"].items()}
