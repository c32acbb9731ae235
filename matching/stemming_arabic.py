"""Light stemming of Arabic words, after the light10 rules of Larkey, Ballesteros and Connell (2007).

Works on words already folded by `matching.folding`. Broken plurals stay apart; the vectors meet them.
"""

PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و")
SUFFIX_GROUPS = (("ها",), ("ان", "ات", "ون", "ين"), ("يه", "ه"), ("ي",))
"""Pronoun, one plural or dual ending, ta marbuta, ya of relation: at most one of each group, in this order."""
ALEF_LAM_OF_THE_ROOT = frozenset({
    "العاب", "العابا", "الوان", "الات", "الهام", "الهه", "الم", "الف", "الاف", "الياف", "المانيا", "الماني", "الكتروني",
    "الكترونيه", "الكترونيات", "البوم", "البومات", "الماس", "الية", "اليه", "اليات", "التزام", "التهاب", "التقاط",
})  # fmt: skip
LETTERS_LEFT = 2
LETTERS_LEFT_AFTER_WAW = 3


def stem_arabic(word: str) -> str:
    """Strip one prefix (conjunction, preposition, article), then the endings."""
    if word in ALEF_LAM_OF_THE_ROOT:
        return word
    stem = _without_prefix(word)
    for group in SUFFIX_GROUPS:
        stem = _without_suffix(stem, group)
    return stem


def _without_suffix(word: str, group: tuple[str, ...]) -> str:
    for suffix in group:
        if word.endswith(suffix) and len(word) - len(suffix) >= LETTERS_LEFT:
            return word.removesuffix(suffix)
    return word


def _without_prefix(word: str) -> str:
    for prefix in PREFIXES:
        needed = LETTERS_LEFT_AFTER_WAW if prefix == "و" else LETTERS_LEFT
        if word.startswith(prefix) and len(word) - len(prefix) >= needed:
            return word.removeprefix(prefix)
    return word
