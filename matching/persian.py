"""Persian words to standard Arabic: Persian-speaking creators live on both shores of the Gulf, and the encoder never learnt it.

Only whole texts that are Persian are touched, word by known word, because many words are written alike in Arabic and mean
something else (عكس is a photograph in one and an opposite in the other).
"""

import re
from collections.abc import Iterable
from functools import cache

from matching.folding import fold, fold_word
from matching.vocabularies import read_data

LEAST_TOLD = 2
WORDS_READ = 60
_SIGNS = (re.compile("[پچژگ]"), re.compile("[کی]"), re.compile("(?<=[\u0600-\u06ff])\u200c"))
"""Letters that Arabic lacks, letter forms it does not use, the half space."""
_FUNCTION_WORDS = frozenset(
    fold(word) for word in ("که", "این", "های", "است", "هستم", "هست", "برای", "از", "را", "می", "در", "با")
)
_ENDINGS = (" های", " ها", "های", "ها", "ی")
_PUNCTUATION = "،.؛:!؟?\"'()«»…,|"


@cache
def persian_words() -> dict[str, str]:
    """Return the package's word list, folded Persian to standard Arabic (an empty value is dropped)."""
    entries = read_data("persian.json")["words"]
    return {fold(k): str(v) for k, v in entries.items()} if isinstance(entries, dict) else {}


@cache
def _longest_key() -> int:
    return max(len(key.split()) for key in persian_words())


def is_persian(text: str) -> bool:
    """Tell whether a text is Persian by at least two kinds of signs of its writing, or function words."""
    told = sum(sign.search(text) is not None for sign in _SIGNS)
    told += sum(fold_word(word) in _FUNCTION_WORDS for word in text.split()[:WORDS_READ])
    return told >= LEAST_TOLD


def arabicise(text: str) -> str:
    """Return a Persian text with its known words in standard Arabic, other words as written."""
    words = [word.replace("\u200c", " ") for word in text.split()]
    return " ".join(word for word in _replace(" ".join(words).split()) if word)


def _replace(words: list[str]) -> Iterable[str]:
    """Yield every word, or the standard one of the longest known run of words."""
    folded = [fold(word.strip(_PUNCTUATION)) for word in words]
    known, at = persian_words(), 0
    while at < len(words):
        for length in range(min(_longest_key(), len(words) - at), 0, -1):
            standard = _find(" ".join(folded[at : at + length]), known)
            if standard is not None:
                break
        yield words[at] if standard is None else standard
        at += 1 if standard is None else length


def _find(key: str, known: dict[str, str]) -> str | None:
    """Look a word up as it stands, then without the plural and the ending that ties it to the next word."""
    for form in (key, *(key.removesuffix(fold(ending)) for ending in _ENDINGS if key.endswith(fold(ending)))):
        if form in known:
            return known[form]
    return None
