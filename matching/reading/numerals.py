"""Numbers as people write them: 5,000, ٥٠٠٠, 5k, five thousand, خمسة آلاف, ألفين وخمسمئة, نص مليون."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from matching.folding import fold
from matching.reading.words import Words
from matching.vocabularies import read_data

_JOINTS = frozenset({"and", "و"})
_DECIMALS_MOST = 2
_HUNDREDTHS = Decimal(100)
_LEAST_HALVED, _MILLION = 1_000, 1_000_000
_FIGURES = re.compile(r"[0-9]+(?:[.,٬٫][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and the first and last word of it."""

    value: Decimal
    first: int
    last: int


@cache
def _table(name: str) -> dict[str, int]:
    entries = read_data("reading/numbers.json")[name]
    return {fold(word): int(value) for word, value in entries.items()} if isinstance(entries, dict) else {}


def find_numerals(words: Words) -> list[Numeral]:
    """Return all numbers of a text in their order."""
    found, at = [], 0
    while at < len(words.words):
        numeral = _read_at(words, at)
        if numeral is None:
            at += 1
        else:
            found.append(numeral)
            at = numeral.last + 1
    return found


def _read_at(words: Words, at: int) -> Numeral | None:
    """Read the longest number that begins at a word: parts of at least a multiplier are added up.

    "a" counts only before a multiplier.
    """
    total = Decimal(0)
    part, place = _fraction_before(words, at)
    last, is_any, least_multiplier = place - 1, part is not None, 0
    while place < len(words.words):
        word = words.words[place].folded
        if is_any and word in _JOINTS and _is_rest(words, place + 1, least_multiplier):
            place += 1
            continue
        times = _table("multipliers").get(_bare(word, "multipliers"))
        value = _value_of(words, place)
        if times is not None:
            total, part = _multiplied(total, part, times)
            least_multiplier = times
        elif value is not None and part is None:
            part = value
        elif value is not None and part is not None and _continues(part, value, word):
            part += value
        else:
            break
        is_any, last = True, place
        place += 1
    if not is_any or (last == at and words.words[at].folded in {"a", "an"}):
        return None
    more, last = _fraction_after(words, last, total + (part or 0))
    return Numeral(total + (part or 0) + more, at, last)


def _fraction_before(words: Words, at: int) -> tuple[Decimal | None, int]:
    """Return a fraction of the multiplier that follows ("half a million", نص مليون) and where to read on; else (None, at)."""
    share = _table("fractions").get(words.words[at].folded)
    after = at + 1
    if after < len(words.words) and words.words[after].folded in {"a", "an", "of"}:
        after += 1
    if share is None or after >= len(words.words):
        return None, at
    times = _table("multipliers").get(words.words[after].folded, 0)
    return (Decimal(share) / _HUNDREDTHS, after) if times >= _LEAST_HALVED else (None, at)


def _fraction_after(words: Words, last: int, value: Decimal) -> tuple[Decimal, int]:
    """Return what "and a half" (ونص) adds to thousands or millions, and the last word of it."""
    following = [word.folded for word in words.words[last + 1 : last + 4]]
    if following[:2] == ["and", "a"] and len(following) > 2:
        taken, name = 3, following[2]
    elif following and following[0].startswith("و"):
        taken, name = 1, following[0].removeprefix("و")
    else:
        return Decimal(0), last
    share = _table("fractions").get(name)
    if share is None or value < _LEAST_HALVED:
        return Decimal(0), last
    unit = _MILLION if value >= _MILLION else _LEAST_HALVED
    return unit * Decimal(share) / _HUNDREDTHS, last + taken


def _continues(part: Decimal, value: Decimal, word: str) -> bool:
    """Tell whether a word goes on with tens and units: twenty five, خمسة وعشرين."""
    if part >= 20 and part % 10 == 0:
        return value < 20
    return part < 10 and value >= 20 and value % 10 == 0 and word.startswith("و")


def _is_rest(words: Words, at: int, least_multiplier: int) -> bool:
    """Tell whether what follows "and" belongs to the number: smaller than its last multiplier, and no new thousands."""
    value = _value_of(words, at)
    if value is None or (least_multiplier and value >= least_multiplier):
        return False
    after = words.words[at + 1].folded if at + 1 < len(words.words) else ""
    times = _table("multipliers").get(after, 0)
    return times < least_multiplier if least_multiplier else not words.words[at].folded[0].isdecimal()


def _multiplied(total: Decimal, part: Decimal | None, times: int) -> tuple[Decimal, Decimal | None]:
    """Return total and open part after a multiplier: hundreds may be multiplied once more."""
    own = (Decimal(1) if part is None else part) * times
    return (total, own) if times == 100 else (total + own, None)


def _value_of(words: Words, at: int) -> Decimal | None:
    if at >= len(words.words):
        return None
    word = words.words[at].folded
    if _FIGURES.fullmatch(word):
        return _digits(word)
    value = _table("words").get(_bare(word, "words"))
    return None if value is None else Decimal(value)


def _bare(word: str, table: str) -> str:
    """Return the word without a joined "and" when only so it is known."""
    known = _table(table)
    return word if word in known or not word.startswith("و") else word.removeprefix("و")


def _digits(word: str) -> Decimal:
    """Read figures; a last group of one or two after a point or comma is a fraction, groups of three are thousands."""
    plain = word.replace("٬", ",").replace("٫", ".")
    whole, _, fraction = plain.rpartition(".") if "." in plain else plain.rpartition(",")
    if whole and len(fraction) <= _DECIMALS_MOST:
        return Decimal(f"{whole.replace(',', '').replace('.', '')}.{fraction}")
    return Decimal(plain.replace(",", "").replace(".", ""))
