"""Numbers as people write them: 5,000, ٥٠٠٠, 5k, five thousand, خمسة آلاف, ألفين وخمسمئة."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from matching.folding import fold
from matching.reading.words import Words
from matching.vocabularies import read_data

_JOINTS = frozenset({"and", "و"})
_DECIMALS_MOST = 2
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
    part: Decimal | None = None
    last, is_any, least_multiplier = at - 1, False, 0
    place = at
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
    return Numeral(total + (part or 0), at, last)


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
