"""Word lists of the text chain, read once from the package: loan words, stop words, boilerplate of briefs, days and counts."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from matching.folding import fold, is_arabic


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words: `loanwords` maps up to `longest_key` words to standard ones, the sets hold single words.

    `latin_loanwords` are its keys in Latin letters: Arab words in English text. `loanword_parts` are the second and
    later words of its keys: where none of them follows, a word is looked up alone.
    """

    loanwords: dict[str, str]
    latin_loanwords: frozenset[str]
    longest_key: int
    loanword_parts: frozenset[str]
    stopwords: frozenset[str]
    boilerplate: frozenset[str]
    everyday: frozenset[str]


def read_data(name: str) -> dict[str, object]:
    """Read one JSON file of matching/data."""
    text = resources.files("matching").joinpath("data", name).read_text(encoding="utf-8")
    content: dict[str, object] = json.loads(text)
    return content


def read_bytes(name: str) -> bytes:
    """Return one file of matching/data as it is."""
    return resources.files("matching").joinpath("data", name).read_bytes()


def _words(name: str) -> frozenset[str]:
    content = read_data(name)
    lists = (content["en"], content["ar"])
    return frozenset(fold(str(word)) for words in lists if isinstance(words, list) for word in words)


@cache
def vocabulary() -> Vocabulary:
    """Return the package's word lists (read at the first call)."""
    entries = read_data("loanwords.json")["words"]
    loanwords = {fold(k): str(v) for k, v in entries.items()} if isinstance(entries, dict) else {}
    return Vocabulary(
        loanwords=loanwords,
        latin_loanwords=frozenset(key for key in loanwords if not is_arabic(key)),
        longest_key=max(len(key.split()) for key in loanwords),
        loanword_parts=frozenset(part for key in loanwords for part in key.split()[1:]),
        stopwords=_words("stopwords.json"),
        boilerplate=_words("boilerplate.json"),
        everyday=_words("everyday.json"),
    )
