"""How often work is wanted and for how long: "a story a day for a week" is seven, "ستوري مرتين بالأسبوع لمدة شهر" eight.

A rate without a length of time changes nothing: how many that makes is not said.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from typing import Any

from matching.reading.numerals import find_numerals
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

DAILY = "story_set"
"""Work of one day: "stories for three days" are three."""
_DAYS_BY_ITSELF = 14
_SENTENCE = re.compile(r"[.;!?؛؟\n]")
_CLAUSE = re.compile(r"[.,;:!?،؛؟\n]")
_EACH = re.compile(r"\s*/\s*")
_REACH, _LENGTH_REACH = 4, 8
_DAY, _WEEK, _NONE = "day", "week", "none"
_IN_DAYS = {_DAY: 1, _WEEK: 7, "month": 30}
_WEEKS_OF_MONTH = 4
_AND = "و"


@dataclass(frozen=True, slots=True)
class Piece:
    """Work where it is named: its kind, how much of it, and its first and last word."""

    first: int
    last: int
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """A rate (`times` in a `unit`) or a length of time (`times` units), with its first and last word."""

    first: int
    last: int
    times: int
    unit: str
    is_before: bool = False


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/frequency.json")


@cache
def _phrases(name: str) -> Phrases:
    entries = _data()[name]
    return Phrases({name: entries} if isinstance(entries, list) else entries)


def find_rates(words: Words) -> list[Span]:
    """Return how often something is to be: "twice a week", "يوميا", "posts/month"."""
    leads = _phrases("leads").find(words)
    found = []
    for hit in _phrases("rates").find(words):
        unit, _, place = hit.value.partition(":")
        if unit == _NONE or any(lead.first < hit.first <= lead.last + 1 for lead in leads):
            continue  # "for a week"
        first, times = _times_before(words, hit.first)
        found.append(Span(first, hit.last, times, unit, is_before=place == "before"))
    found += [
        Span(hit.first, hit.last, 1, hit.value)
        for hit in _phrases("units").find(words)
        if hit.first and _EACH.fullmatch(words.between(hit.first - 1, hit.first))
    ]
    return found


def _times_before(words: Words, at: int) -> tuple[int, int]:
    """Return where "twice" or "3 times" begins that ends before a word, and how many; that word and one where none does."""
    for hit in _times(words):
        if hit.last == at - 1:
            return hit.first, hit.times
    return at, 1


def _times(words: Words) -> list[Span]:
    found = [Span(hit.first, hit.last, int(hit.value), "") for hit in _phrases("times").find(words)]
    for number in find_numerals(words):
        hit = _phrases("counts").at(words, number.last + 1) if number.last + 1 < len(words.words) else None
        if hit is not None and number.value == int(number.value):
            found.append(Span(number.first, hit.last, int(number.value), ""))
    return found


def find_lengths(words: Words, rates: Iterable[Span], *, is_led_anyhow: bool = False) -> list[Span]:
    """Return how long something is to go on: "for two weeks", "لمدة شهر", "٣ ايام"; nothing that is a rate.

    What is "within" or "after" so many days goes on for none, unless `is_led_anyhow`.
    """
    taken = {at for rate in rates for at in range(rate.first, rate.last + 1)}
    leads = {hit.last: hit.first for hit in _phrases("leads").find(words)}
    others = set() if is_led_anyhow else {hit.last for hit in _phrases("no_leads").find(words)}
    numbers = {number.last: number for number in find_numerals(words)}
    found = []
    for hit in (*_phrases("units").find(words), *_phrases("duals").find(words)):
        unit, _, own = hit.value.partition(":")
        number = numbers.get(hit.first - 1)
        first = hit.first if number is None else number.first
        is_led = first - 1 in leads or _is_joined_to(words, hit)
        if hit.first in taken or first - 1 in others or not (number or own or is_led):
            continue
        count = int(own or (number.value if number else 1))
        found.append(Span(leads.get(first - 1, first), hit.last, count, unit))
    return found


def _is_joined_to(words: Words, hit: Hit) -> bool:
    """Tell whether "for" is joined to the unit: لأسبوع."""
    folded = words.words[hit.first].folded
    return folded.startswith("ل") and _phrases("units").at(words, hit.first) is not None


def repeated(words: Words, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of work, each as often as the text wants it in all."""
    rates = find_rates(words)
    lengths = find_lengths(words, rates)
    found = sorted(pieces, key=lambda piece: piece.first)
    done: set[Piece] = set()
    for rate in rates:
        length = length_of(words, rate, lengths)
        for place in _asked(words, rate, found):
            if length is not None and found[place] not in done:
                found[place] = _times_as_much(found[place], periods(rate, length) * rate.times)
                done.add(found[place])
    return [piece if piece in done else _by_itself(words, piece, lengths) for piece in found]


def is_repeated(words: Words, first: int, last: int) -> bool:
    """Tell whether a rate with its length of time stands beside these words: "سناب يومي لمدة أسبوع"."""
    rates = find_rates(words)
    lengths = find_lengths(words, rates)
    beside = [rate for rate in rates if last + 1 == rate.first or rate.last == first - 1]
    return any(
        length_of(words, rate, lengths)
        and not _CLAUSE.search(words.between(min(last, rate.last), max(first, rate.first)))
        for rate in beside
    )


def _times_as_much(piece: Piece, times: int) -> Piece:
    return replace(piece, count=piece.count * times)


def periods(rate: Span, length: Span) -> int:
    """Return how many of the rate's units a length of time holds, at least one; four weeks are a month."""
    if {rate.unit, length.unit} == {_WEEK, "month"}:
        held = length.times * _WEEKS_OF_MONTH if rate.unit == _WEEK else length.times / _WEEKS_OF_MONTH
    else:
        held = length.times * _IN_DAYS[length.unit] / _IN_DAYS[rate.unit]
    return max(1, round(held))


def length_of(words: Words, rate: Span, lengths: Sequence[Span]) -> Span | None:
    """Return the length of time that stands nearest to a rate in its sentence, one behind it first."""
    after = [each for each in lengths if 0 < each.first - rate.last <= _LENGTH_REACH]
    before = [each for each in lengths if 0 < rate.first - each.last <= _LENGTH_REACH]
    for each in (*after, *reversed(before)):
        first, last = sorted((rate, each), key=lambda span: span.first)
        if not _SENTENCE.search(words.between(first.last, last.first)):
            return each
    return None


def _asked(words: Words, rate: Span, pieces: Sequence[Piece]) -> list[int]:
    """Return the places of the pieces that a rate speaks of: the one right behind it, else the last before with its equals."""
    for place, piece in enumerate(pieces):
        follows = piece.first == rate.last + 1 and not words.words[piece.first].folded.startswith(_AND)
        if rate.is_before and follows and not _CLAUSE.search(words.between(rate.last, piece.first)):
            return [place]
    before = [place for place, piece in enumerate(pieces) if piece.last < rate.first]
    if not before or not _is_near(words, pieces[before[-1]], rate):
        return []
    earlier = takewhile(
        lambda place: (
            pieces[place].count == pieces[place + 1].count
            and _are_joined(words, pieces[place], pieces[place + 1])
        ),
        reversed(before[:-1]),
    )
    return [before[-1], *earlier]


def _is_near(words: Words, piece: Piece, rate: Span) -> bool:
    between = range(piece.last + 1, rate.first)
    is_counted = any(number.first in between for number in find_numerals(words))
    return (
        len(between) <= _REACH
        and not is_counted
        and not _CLAUSE.search(words.between(piece.last, rate.first))
    )


def _are_joined(words: Words, piece: Piece, following: Piece) -> bool:
    """Tell whether nothing but "and" and what counts the second stands between two pieces."""
    between = words.words[piece.last + 1 : following.first]
    is_and = words.words[following.first].folded.startswith(_AND) or any(
        word.folded in _data()["joints"] for word in between
    )
    return is_and and len(between) <= 2 and not _CLAUSE.search(words.between(piece.last, following.first))


def _by_itself(words: Words, piece: Piece, lengths: Sequence[Span]) -> Piece:
    """Return work without a rate: "ستوري مرتين" is two, and so are stories for two days."""
    for hit in _times(words):
        if hit.first == piece.last + 1 and not _CLAUSE.search(words.between(piece.last, hit.first)):
            return _times_as_much(piece, hit.times)
    for length in lengths:
        is_next = length.first == piece.last + 1 and not _CLAUSE.search(
            words.between(piece.last, length.first)
        )
        days = length.times * _IN_DAYS[length.unit]
        if piece.kind == DAILY and piece.count == 1 and is_next and days <= _DAYS_BY_ITSELF:
            return _times_as_much(piece, days)
    return piece
