"""Folding of letters and digits that readers take for the same: the first step of the text chain.

NFKC, lower case, no tashkeel, no tatweel, one alef, hamza on its seat dropped, ya and ta marbuta folded, Persian letter
forms to Arabic ones, Arabic and Persian digits to 0-9.
"""

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufe0f]"
)
_LETTERS = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "ه",
    "ک": "ك", "ی": "ي", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "\u200c": " ", "’": "'",
})  # fmt: skip
_ARABIC = re.compile("[\u0600-\u06ff]")
_ASCII_DIGITS = {ord(c): str(i) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for i, c in enumerate(digits)}

WORDS_KEPT = 65_536


def without_marks(text: str) -> str:
    """Drop vowel marks, tatweel and invisible signs, which would break words apart; letters stay as written."""
    return _MARKS.sub("", text)


def fold(text: str) -> str:
    """Return the folded text; words and their order stay."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return without_marks(folded).translate(_LETTERS).translate(_ASCII_DIGITS)


@lru_cache(maxsize=WORDS_KEPT)
def fold_word(word: str) -> str:
    """Fold one word; texts repeat their words, so those seen last are kept."""
    return fold(word)


def is_arabic(word: str) -> bool:
    """Tell whether a word holds at least one letter of the Arabic block."""
    return _ARABIC.search(word) is not None
