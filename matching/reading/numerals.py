"""Numbers as people write them: 5,000, ٥٠٠٠, 5k, five thousand, خمسة آلاف, ألفين وخمسمئة, نص مليون."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from unicodedata import category

from matching.folding import fold
from matching.reading.words import Words, split
from matching.vocabularies import read_data

_JOINTS = frozenset({"and", "و"})
_HYPHENS = frozenset({"-", "–"})
_ARTICLES = frozenset({"a", "an"})
_TENS_OF_TEENS = frozenset({"عشر", "عشره"})
_LATER_CLITICS = ("و", "ال", "وال")
_FIRST_CLITICS = (*_LATER_CLITICS, "ب", "ل", "ف", "ك", "بال", "لل", "وب", "ول", "وبال", "ولل")
_HUNDRED = 100
_DECIMALS_MOST = 2
_HUNDREDTHS = Decimal(100)
_LEAST_HALVED, _MILLION = 1_000, 1_000_000
_CLEAR = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_FORMAT = "Cf"
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


def read_number(text: str) -> Decimal | None:
    """Return the thousands that a text spells as a whole: "12k", "١٢ ألف", "خمسة آلاف"; None where it is anything else.

    Figures alone and smaller numbers are not read here. Nor is what two readers read differently: 1.500k is no number.
    """
    words = split(text)
    numerals = find_numerals(words)
    if len(numerals) != 1 or not _is_whole(words, numerals[0]):
        return None
    spelt = [word.folded for word in words.words if not _FIGURES.fullmatch(word.folded)]
    is_lone = len(words.words[0].folded) == 1 and not words.words[0].folded.isdecimal()
    figures = [word.folded for word in words.words if _FIGURES.fullmatch(word.folded)]
    is_clear = all(_CLEAR.fullmatch(each.replace("٬", ",").replace("٫", ".")) for each in figures)
    is_large = numerals[0].value >= _LEAST_HALVED
    return numerals[0].value if spelt and is_large and not is_lone and is_clear else None


def _is_whole(words: Words, numeral: Numeral) -> bool:
    """Tell whether nothing but blanks and invisible marks stands around a number and between its words."""
    if (numeral.first, numeral.last) != (0, len(words.words) - 1):
        return False
    ends = [0, *(word.end for word in words.words)]
    starts = [*(word.start for word in words.words), len(words.text)]
    between = "".join(words.text[end:start] for end, start in zip(ends, starts, strict=True))
    return all(sign.isspace() or category(sign) == _FORMAT for sign in between)


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
    """Read the longest number that begins at a word: groups such as "fifteen thousand", each smaller than the one before.

    "a" counts only before a multiplier.
    """
    part, place = _fraction_before(words, at)
    group = _Group(part=part)
    last = place - 1
    while place < len(words.words):
        half = _half_within(words, place, group)
        if half:
            place += half
            continue
        if group.is_any and _is_joint(words, place, group) and _is_rest(words, place + 1, group):
            place += 1
            continue
        more = group.take(words, place)
        if not more:
            break
        place += more
        last = place - 1
    if not group.is_any or (last == at and words.words[at].folded in _ARTICLES):
        return None
    more_value, last = _fraction_after(words, last, group.value)
    return Numeral(group.value + more_value, at, last)


@dataclass(slots=True)
class _Group:
    """A number while it is read: `total` of the groups that ended with a multiplier, `part` of the open one.

    `least` is the last multiplier: what follows must stay below it. `is_figure` tells that the part was written in figures,
    to which no words are added.
    """

    part: Decimal | None = None
    total: Decimal = Decimal(0)
    least: int = 0
    is_figure: bool = False

    @property
    def value(self) -> Decimal:
        return self.total + (self.part or 0)

    @property
    def is_any(self) -> bool:
        return self.part is not None or self.least > 0

    def take(self, words: Words, place: int) -> int:
        """Add the word at `place`, with the next one where two make one (خمسة عشر); return how many words were taken."""
        name = _bare(words, place, is_first=not self.is_any)
        if self._is_ten_after_unit(words, place):
            self.part = (self.part or Decimal(0)) + 10
            return 1
        if name in _table("before_ten"):
            is_teen = _is_ten(words, place + 1) and not self.is_figure and (self.part or 0) % _HUNDRED == 0
            self.part = (self.part or Decimal(0)) + 10 + _table("before_ten")[name] if is_teen else self.part
            return 2 if is_teen else 0
        dual = _table("duals").get(name)
        times = _table("multipliers").get(name)
        if dual is not None:
            return self._multiply(dual // 2, Decimal(2)) if self.part is None else 0
        if times is not None:
            is_added = self.part is not None and _is_joined(words, place)
            return 0 if is_added else self._multiply(times, self.part)
        value, is_figure = _value_at(words, place, name)
        is_listed = is_figure and self.is_any and "," in words.between(place - 1, place)  # "80k, 10k"
        return 0 if value is None or is_listed else self._add(value, words, place, is_figure=is_figure)

    def _is_ten_after_unit(self, words: Words, place: int) -> bool:
        is_unit = self.part is not None and not self.is_figure and 0 < self.part % _HUNDRED < 10
        return is_unit and _is_ten(words, place) and not _is_joined(words, place)

    def _multiply(self, times: int, part: Decimal | None) -> int:
        if (self.least and times >= self.least) or (times == _HUNDRED and (part or 0) >= _HUNDRED):
            return 0
        own = (Decimal(1) if part is None else part) * times
        if times == _HUNDRED:
            self.part = own
        else:
            self.total, self.part, self.least = self.total + own, None, times
        self.is_figure = False
        return 1

    def _add(self, value: Decimal, words: Words, place: int, *, is_figure: bool) -> int:
        if self.part is None:
            if self.least and value >= self.least:
                return 0
            self.part, self.is_figure = value, is_figure
            return 1
        if self.is_figure or is_figure or not _continues(self.part, value, words, place):
            return 0
        self.part += value
        return 1


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


def _is_joint(words: Words, place: int, group: _Group) -> bool:
    """Tell whether a word joins two parts of a number: "and", or a hyphen within words ("twenty-five")."""
    word = words.words[place].folded
    if word in _JOINTS:
        return True
    if word not in _HYPHENS or place == len(words.words) - 1 or group.is_figure:
        return False
    return not words.between(place - 1, place) and not words.between(place, place + 1)


def _half_within(words: Words, place: int, group: _Group) -> int:
    """Take "and a half" before a multiplier ("two and a half thousand"); return how many words were taken."""
    following = [word.folded for word in words.words[place : place + 4]]
    if group.part is None or len(following) < 4 or following[:2] != ["and", "a"]:
        return 0
    share = _table("fractions").get(following[2])
    if share is None or _table("multipliers").get(following[3], 0) < _LEAST_HALVED:
        return 0
    group.part += Decimal(share) / _HUNDREDTHS
    return 3


def _continues(part: Decimal, value: Decimal, words: Words, place: int) -> bool:
    """Tell whether a word goes on with tens and units: twenty five, خمسة وعشرين, two hundred fifty, ميتين وخمسين."""
    rest = part % _HUNDRED
    if rest == 0:
        return part > 0 and value < _HUNDRED
    if rest < 10:
        return value >= 20 and value % 10 == 0 and _is_joined(words, place)
    return rest >= 20 and rest % 10 == 0 and value < 10


def _is_rest(words: Words, at: int, group: _Group) -> bool:
    """Tell whether what follows "and" or a hyphen belongs to the number: smaller than its last multiplier, no new thousands."""
    if at >= len(words.words):
        return False
    name = _bare(words, at, is_first=False)
    value, is_figure = _value_at(words, at, name)
    if words.words[at - 1].folded in _HYPHENS and name in _table("multipliers"):
        return True
    if value is None or (group.least and value >= group.least):
        return False
    after = words.words[at + 1].folded if at + 1 < len(words.words) else ""
    times = _table("multipliers").get(after, 0)
    return times < group.least if group.least else not is_figure


def _is_ten(words: Words, at: int) -> bool:
    return at < len(words.words) and words.words[at].folded in _TENS_OF_TEENS


def _is_joined(words: Words, at: int) -> bool:
    """Tell whether a word begins with a joined "and", or has one before it."""
    folded = words.words[at].folded
    is_own = folded in _table("words") or folded in _table("multipliers")
    return (folded.startswith("و") and not is_own) or (at > 0 and words.words[at - 1].folded in _JOINTS)


def _value_at(words: Words, place: int, name: str) -> tuple[Decimal | None, bool]:
    """Return the value of a word and whether it is written in figures."""
    folded = words.words[place].folded
    if _FIGURES.fullmatch(folded):
        return _digits(folded), True
    value = _table("words").get(name)
    return (None if value is None else Decimal(value)), False


def _bare(words: Words, place: int, *, is_first: bool) -> str:
    """Return the word as the tables know it: without a joined "and" and article, at the start without a preposition too.

    What is left must be longer than two letters: لست is "I am not", no six.
    """
    word = words.words[place].folded
    if _is_known(word):
        return word
    for clitic in _FIRST_CLITICS if is_first else _LATER_CLITICS:
        bare = word.removeprefix(clitic)
        if bare != word and len(bare) > 2 and _is_known(bare):
            return bare
    return word


def _is_known(word: str) -> bool:
    return any(word in _table(name) for name in ("words", "multipliers", "duals", "before_ten"))


def _digits(word: str) -> Decimal:
    """Read figures; a last group of one or two after a point or comma is a fraction, groups of three are thousands."""
    plain = word.replace("٬", ",").replace("٫", ".")
    whole, _, fraction = plain.rpartition(".") if "." in plain else plain.rpartition(",")
    if whole and len(fraction) <= _DECIMALS_MOST:
        return Decimal(f"{whole.replace(',', '').replace('.', '')}.{fraction}")
    return Decimal(plain.replace(",", "").replace(".", ""))
