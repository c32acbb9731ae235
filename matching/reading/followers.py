"""The range of followers a brief asks for: "5k to 50k followers", "أقل من ٥٠ ألف متابع", "at least 10,000 followers"."""

from matching.reading.numerals import Numeral, find_numerals
from matching.reading.words import Phrases, Words

_FOLLOWERS = Phrases({
    "followers": ("followers", "follower", "following", "متابع", "متابعين", "متابعا", "المتابعين", "متابعات", "فولورز")
})  # fmt: skip
_LOW = Phrases({
    "low": ("at least", "more than", "over", "above", "from", "minimum", "min", "اكثر من", "فوق", "من", "على الاقل", "لا يقل عن", "لا تقل عن")
})  # fmt: skip
_HIGH = Phrases({
    "high": ("at most", "less than", "under", "below", "up to", "maximum", "max", "fewer than", "اقل من", "تحت", "حتى", "لا يزيد عن", "لا تزيد عن", "بحد اقصى")
})  # fmt: skip
_TO = frozenset({"to", "and", "-", "–", "الي", "و", "حتي", "ل"})
_NEAR = 3


def find_follower_range(words: Words) -> tuple[int | None, int | None]:
    """Return (least, most) followers, None where nothing is said."""
    numerals = find_numerals(words)
    for hit in _FOLLOWERS.find(words):
        near = [
            n
            for n in numerals
            if 0 < hit.first - n.last <= _NEAR or (n.first > hit.last and n.first - hit.last <= _NEAR)
        ]
        if near:
            return _read(words, numerals, near[-1])
    return None, None


def _read(words: Words, numerals: list[Numeral], last: Numeral) -> tuple[int | None, int | None]:
    place = numerals.index(last)
    if place:
        first = numerals[place - 1]
        between = [w.folded for w in words.words[first.last + 1 : last.first]]
        if len(between) == 1 and between[0] in _TO:
            low, high = int(first.value), int(last.value)
            if low < 1_000 <= high and low * 1_000 < high:  # "5 to 50k" means thousands twice
                low *= 1_000
            return (low, high) if low <= high else (None, None)
    value = int(last.value)
    if _stands_before(_HIGH, words, last):
        return None, value
    return (value, None) if _stands_before(_LOW, words, last) else (None, None)


def _stands_before(phrases: Phrases, words: Words, numeral: Numeral) -> bool:
    return any(hit.last == numeral.first - 1 for hit in phrases.find(words))
