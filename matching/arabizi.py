"""Arabizi to Arabic: colloquial Arabic typed in Latin letters and digits ("wasafat tabkh", "3ayzin 7ad bya3mel makyaj").

Only whole texts that look like it are touched, word by known word, so that English is never mistaken for it.
"""

import re
from functools import cache, lru_cache

from matching.folding import WORDS_KEPT
from matching.vocabularies import read_data

LEAST_KNOWN_WORDS = 2
LEAST_KNOWN_SHARE = 0.4
_WORD = re.compile(r"[a-z0-9']+")
_DIGIT_LETTER = re.compile(r"[a-z][2356789]|[23567][a-z]")
_LONG_VOWELS = (("oo", "u"), ("ou", "u"), ("ee", "i"), ("aa", "a"), ("ii", "i"), ("uu", "u"))
_ARTICLES, _SHORTEST_JOINED = ("el", "al", "il"), 5
_DOUBLED = re.compile(r"([a-z])\1")


@lru_cache(maxsize=WORDS_KEPT)
def fold_arabizi(word: str) -> str:
    """Return one spelling for the many of a word: lower case, no apostrophes, short vowels, no doubled letters."""
    folded = word.lower().replace("'", "")
    for long, short in _LONG_VOWELS:
        folded = folded.replace(long, short)
    return _DOUBLED.sub(r"\1", folded)


@cache
def arabizi_words() -> dict[str, str]:
    """Return the package's word list, folded spelling to standard Arabic."""
    entries = read_data("arabizi.json")["words"]
    return {str(k): str(v) for k, v in entries.items()} if isinstance(entries, dict) else {}


def _standard(word: str) -> str | None:
    """Return the standard word, also behind an article that is written to it ("elsayarat"); None for a word not known."""
    known, folded = arabizi_words(), fold_arabizi(word)
    if folded in known or not folded.startswith(_ARTICLES):
        return known.get(folded)
    return known.get(folded[2:]) if len(folded) > _SHORTEST_JOINED else None


def is_arabizi(text: str) -> bool:
    """Tell whether a Latin text is Arabic.

    More than two fifths of its words are known (the article does not count), and there are two of them or a digit
    stands for a letter.
    """
    words = [word for word in _WORD.findall(text.lower()) if not word.isdigit()]
    known = sum(bool(_standard(word)) for word in words)
    if not known:
        return False
    has_digit_letter = any(_DIGIT_LETTER.search(word) for word in words)
    share = known / len(words)
    return share > LEAST_KNOWN_SHARE and (known >= LEAST_KNOWN_WORDS or has_digit_letter)


def transliterate(text: str) -> str:
    """Return an Arabizi text with its known words in standard Arabic, other words as typed."""
    found = ((word, _standard(word)) for word in _WORD.findall(text.lower()))
    return " ".join(filter(None, (word if standard is None else standard for word, standard in found)))
