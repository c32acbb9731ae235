"""How many people a brief wants: "six coffee people", "3 creators in Jeddah", "خمس بنات", "٦ صناع محتوى"."""

import re
from functools import cache

from matching.reading.deliverables import find_kinds
from matching.reading.numerals import Numeral, find_numerals
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

MOST = 50
"""More than that in a sentence is an audience, not people to book."""
_BETWEEN = 3
_BREAK = re.compile(r"[.,;:!?،؛؟\n%$€£]")
_TO_THEM = "ل"


@cache
def _phrases(name: str) -> Phrases:
    entries = read_data("reading/people.json")[name]
    return Phrases({name: map(str, entries)}) if isinstance(entries, list) else Phrases({})


def find_people_wanted(words: Words) -> int | None:
    """Return how many people the text asks for, the most where it names several numbers; None where it says nothing."""
    numerals = find_numerals(words)
    persons = [hit for hit in _phrases("persons").find(words) if not _are_guests(words, hit, numerals)]
    counts = [_count_of(words, hit, numerals) for hit in (*_phrases("makers").find(words), *persons)]
    counts += [2 for dual in _phrases("duals").find(words) if not _is_for_them(words, dual)]
    return max((count for count in counts if count), default=None)


def makers_named(words: Words) -> list[Hit]:
    """Return where a text names those who make things for followers, of whatever number."""
    return _phrases("makers").find(words)


def people_named(words: Words) -> list[Hit]:
    """Return where a text names people of whatever number."""
    return [hit for name in ("makers", "persons") for hit in _phrases(name).find(words)]


def begins_with_people(words: Words) -> bool:
    """Tell whether the first words name people: makers, or persons of any kind."""
    return any(_phrases(name).at(words, 0) is not None for name in ("makers", "persons", "duals"))


def _number_of(words: Words, hit: Hit, numerals: list[Numeral]) -> Numeral | None:
    """Return the number that counts the people named there: the last one before, with at most a few words between."""
    before = [each for each in numerals if 0 < hit.first - each.last <= _BETWEEN + 1]
    if not before:
        return None
    number = before[-1]
    others = (*_phrases("breaks").find(words), *find_kinds(words))
    is_broken = _BREAK.search(words.between(number.last, hit.first)) or any(
        number.last < other.first < hit.first for other in others
    )
    return None if is_broken else number


def _count_of(words: Words, hit: Hit, numerals: list[Numeral]) -> int:
    number = _number_of(words, hit, numerals)
    is_whole = number is not None and number.value == int(number.value)
    return int(number.value) if number and is_whole and 1 <= number.value <= MOST else 0


def _are_guests(words: Words, hit: Hit, numerals: list[Numeral]) -> bool:
    """Tell whether people are those something is made for: "dinner for six people", "عشاء لستة أشخاص"."""
    number = _number_of(words, hit, numerals)
    if number is None:
        return False
    is_led = any(other.last == number.first - 1 for other in _phrases("guests").find(words))
    return is_led or words.words[number.first].folded.startswith(_TO_THEM)


def _is_for_them(words: Words, hit: Hit) -> bool:
    return words.words[hit.first].folded.startswith(_TO_THEM)
