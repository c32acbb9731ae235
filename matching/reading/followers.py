"""The range of followers a brief asks for: "5k to 50k followers", "أقل من ٥٠ ألف متابع", "at least 10,000 followers"."""

import re

from matching.reading.numerals import Numeral, find_numerals
from matching.reading.words import Hit, Phrases, Words

_FOLLOWERS = Phrases({
    "followers": (
        "followers", "follower", "following", "subscribers", "متابع", "متابعين", "متابعا", "المتابعين", "متابعات", "متابعينه",
        "متابعينهم", "متابعيه", "متابعيهم", "متابعوه", "متابعوهم", "متابعينها", "متابعيها", "فولورز", "مشترك", "مشتركين",
    ),
    "accounts": ("accounts", "account", "celebrities", "حساب", "حسابات", "حسابه", "حسابهم", "مشاهير"),
})  # fmt: skip
_LOW = Phrases({
    "low": (
        "at least", "more than", "over", "above", "from", "minimum", "min", "no fewer than", "no less than", "not less than",
        "اكثر من", "فوق", "من", "على الاقل", "لا يقل عن", "لا تقل عن", "ما يقل عن", "ما تقل عن", "يتجاوز", "تتجاوز", "يتعدى",
    )
})  # fmt: skip
_HIGH = Phrases({
    "high": (
        "at most", "less than", "under", "below", "up to", "maximum", "max", "fewer than", "no more than", "not more than",
        "not above", "not over", "اقل من", "تحت", "حتى", "لا يزيد عن", "لا تزيد عن", "ما يزيد عن", "ما تزيد عن", "بحد اقصى",
        "لا يتجاوز", "لا تتجاوز", "ما يتجاوز", "ما تتجاوز", "ما يتعدى", "ما تتعدى", "لا يتعدى", "مو فوق", "مش فوق", "مو اكثر من",
    )
})  # fmt: skip
_UNWANTED = Phrases(
    {
        "unwanted": (
            "no",
            "not",
            "without",
            "avoid",
            "بدون",
            "بلا",
            "ما نبغى",
            "ما نبي",
            "لا نريد",
            "ما بدنا",
            "مو",
            "مش عايزين",
        )
    }
)
_TO = frozenset({"to", "and", "-", "–", "الي", "و", "حتي", "ل", "لين", "until"})
_BREAK = re.compile(r"[.,;:!?،؛؟\n]")
_CLAUSE = re.compile(r"[.,;!?،؛؟\n]")
_NEAR, _UNWANTED_REACH = 4, 5
_LEAST_OF_ACCOUNTS = 1_000


def find_follower_range(words: Words) -> tuple[int | None, int | None]:
    """Return (least, most) followers, None where nothing is said."""
    numerals = find_numerals(words)
    for hit in _FOLLOWERS.find(words):
        before = [n for n in numerals if 0 < hit.first - n.last <= _NEAR]
        after = [n for n in numerals if 0 < n.first - hit.last <= _NEAR]
        for near in (*before[-1:], *after[:1]):
            gap = words.between(min(near.last, hit.last), max(near.first, hit.first))
            least, most = (None, None) if _CLAUSE.search(gap) else _read(words, numerals, near, hit)
            if (least, most) != (None, None):
                return least, most
    return None, None


def _read(words: Words, numerals: list[Numeral], near: Numeral, hit: Hit) -> tuple[int | None, int | None]:
    place = numerals.index(near)
    for first, last in ((place - 1, place), (place, place + 1)):
        if first >= 0 and last < len(numerals) and (found := _range(words, numerals[first], numerals[last])):
            return found
    value = int(near.value)
    if hit.value == "accounts" and value < _LEAST_OF_ACCOUNTS:
        return None, None
    other = _other_end(words, numerals, place)
    if _stands_before(_HIGH, words, near):
        return (other if other is not None and other <= value else None), value
    if not _is_least(words, near):
        return None, None
    if other is not None and other >= value:
        return value, other
    return (None, value) if _is_unwanted(words, min(hit.first, near.first)) else (value, None)


def _is_least(words: Words, numeral: Numeral) -> bool:
    return _stands_before(_LOW, words, numeral) or words.text[words.words[numeral.last].end :][:1] == "+"


def _other_end(words: Words, numerals: list[Numeral], place: int) -> int | None:
    """Return the end that stands beside in words of its own: "min 5k max 40k", "over 10k and under 50k"."""
    own, opposite = numerals[place], _LOW if _stands_before(_HIGH, words, numerals[place]) else _HIGH
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(numerals) and _stands_before(opposite, words, numerals[beside]):
            first, last = sorted((own, numerals[beside]), key=lambda numeral: numeral.first)
            if last.first - first.last <= _NEAR and not _BREAK.search(words.between(first.last, last.first)):
                return int(numerals[beside].value)
    return None


def _range(words: Words, first: Numeral, last: Numeral) -> tuple[int, int] | None:
    between = [w.folded for w in words.words[first.last + 1 : last.first]]
    if len(between) != 1 or between[0] not in _TO:
        return None
    low, high = int(first.value), int(last.value)
    if low < 1_000 <= high and low * 1_000 < high:  # "5 to 50k" means thousands twice
        low *= 1_000
    return (low, high) if low <= high else None


def _is_unwanted(words: Words, at: int) -> bool:
    """Tell whether the least that is named is of people who are not wanted: "no celebrities above 500k"."""
    near = words.words[at - 1].end if at else 0
    return any(
        0 < at - hit.last <= _UNWANTED_REACH
        and not _BREAK.search(words.text[words.words[hit.last].end : near])
        for hit in _UNWANTED.find(words)
    )


def _stands_before(phrases: Phrases, words: Words, numeral: Numeral) -> bool:
    return any(hit.last == numeral.first - 1 for hit in phrases.find(words))
