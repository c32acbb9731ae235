"""English stemming by the Snowball project's own Porter2 code, with a cache because words repeat."""

from functools import lru_cache

import snowballstemmer

_PORTER2 = snowballstemmer.stemmer("english")


@lru_cache(maxsize=65_536)
def stem_english(word: str) -> str:
    """Return the Porter2 stem of a lower-case word."""
    return str(_PORTER2.stemWord(word))
