"""Arabic as it is typed in haste, back to how it is spelt: العنايه is العناية, الاكل is الأكل.

The words of the package's topics and of its standard words are known by their spelling; others stay as written. The encoder
knows careful spelling best.
"""

import re
from functools import cache, lru_cache

from matching.folding import WORDS_KEPT, fold, is_arabic
from matching.vocabularies import read_data

_WORD = re.compile("[\u0621-\u064a]+")
_CAREFUL = re.compile("[أإآىةؤئ]")
_ARTICLE = "ال"
_LEADS = ("", "و", "ب", "ل", "ف", "ال", "وال", "بال", "لل", "ولل", "كال", "فال")
_SHORTEST = 3
_YA = "ي"
"""At a word's end it is no sign of haste: علي is a name, too."""


def spell(text: str) -> str:
    """Return the text with the words that are known spelt as they should be; those that carry a hamza or ta marbuta are."""
    return _WORD.sub(lambda found: _spelt(found.group()), text) if is_arabic(text) else text


@lru_cache(maxsize=WORDS_KEPT)
def _spelt(word: str) -> str:
    if len(word) < _SHORTEST or _CAREFUL.search(word):
        return word
    for lead in _LEADS:
        if word.startswith(lead) and (known := _spellings().get(word.removeprefix(lead))):
            return lead + known
    return word


@cache
def _spellings() -> dict[str, str]:
    """Return, by its folded form, each word without its article whose spelling differs from that and is the only one."""
    found: dict[str, set[str]] = {}
    for phrase in _phrases():
        for word in _WORD.findall(phrase):
            bare = word.removeprefix(_ARTICLE) if len(word) > _SHORTEST + 1 else word
            found.setdefault(fold(bare), set()).add(bare)
    return {
        folded: next(iter(ways))
        for folded, ways in found.items()
        if len(ways) == 1 and len(folded) >= _SHORTEST and folded not in ways and not folded.endswith(_YA)
    }


def _phrases() -> list[str]:
    topics, loanwords = read_data("topics.json")["topics"], read_data("loanwords.json")["words"]
    phrases = (
        [str(row[name]) for row in topics for name in ("label_ar", "ar")] if isinstance(topics, list) else []
    )
    return phrases + ([str(word) for word in loanwords.values()] if isinstance(loanwords, dict) else [])
