"""Days told from today: weekends, days of the week, "within two weeks", and a first day with a length ("from 1 June for a month").

The weekend is Friday and Saturday in most of the Arab world, Saturday and Sunday in the Emirates and elsewhere.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from matching.reading.frequency import Span, find_lengths, find_rates
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

_CUT = re.compile(r"[.;:!?؛؟\n]")
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_COMING, _NEXT, _UNTIL, _EVERY = "coming", "next", "until", "every"
_JOINED_WITHIN, _AND = 1, "و"
Days = tuple[date, date]


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/weekdays.json")


@cache
def _phrases(name: str) -> Phrases:
    entries = _data()[name]
    return Phrases({name: entries} if isinstance(entries, list) else entries)


def find_days_from_today(
    words: Words, today: date, *, countries: Sequence[str] = (), home: str | None = None
) -> Days | None:
    """Return the first and last day of a weekend, of days of the week, or of a length from today on; None where none is named.

    Where influencers live decides when the weekend is, else `home`, the country of whoever wrote it.
    """
    return (
        _weekend(words, today, _weekend_begins(countries, home))
        or _days_of_week(words, today)
        or _within(words, today)
    )


def find_days_since(words: Words, first: date) -> Days | None:
    """Return the days from a first one on for the length that the text names; None where it names none."""
    lengths = find_lengths(words, find_rates(words))
    return (first, _last_day(first, lengths[0])) if lengths else None


def _weekend_begins(countries: Sequence[str], home: str | None) -> int:
    """Return the first day of the weekend (Monday is 0) there; of several that differ, that at home."""
    begins = {_SATURDAY if country in _data()["saturday_sunday"] else _FRIDAY for country in countries}
    if len(begins) == 1:
        return begins.pop()
    return _SATURDAY if home in _data()["saturday_sunday"] else _FRIDAY


def _weekend(words: Words, today: date, begins: int) -> Days | None:
    for hit in _phrases("weekends").find(words):
        if not _is_every(words, hit.first):
            first = _next_day(today - 2 * _DAY, begins)  # of the one that is not over
            if hit.value == _NEXT or (hit.value == _COMING and first <= today):
                first += _WEEK
            return max(first, today), first + _DAY
    return None


def _week_after(today: date) -> date:
    """Return the Sunday with which the week after this one begins."""
    return today + timedelta(days=(_SUNDAY - today.weekday() - 1) % 7 + 1)


def _days_of_week(words: Words, today: date) -> Days | None:
    """Read the first chain of days ("Thursday to Saturday") of which one is said to be meant."""
    for chain in _chains(words, _phrases("days").find(words)):
        where = _said_of(words, chain)
        if where and where != _EVERY:
            first = _first_day(today, int(chain[0].value), where)
            last = first
            for hit in chain[1:]:
                last = _next_day(last, int(hit.value))
            return (today, last) if where == _UNTIL else (first, last)
    return None


def _chains(words: Words, hits: Sequence[Hit]) -> list[list[Hit]]:
    chains: list[list[Hit]] = []
    for hit in hits:
        if chains and _is_joined(words, chains[-1][-1], hit):
            chains[-1].append(hit)
        else:
            chains.append([hit])
    return chains


def _is_joined(words: Words, hit: Hit, following: Hit) -> bool:
    between = words.words[hit.last + 1 : following.first]
    if len(between) > _JOINED_WITHIN or _CUT.search(words.between(hit.last, following.first)):
        return False
    is_and = words.words[following.first].folded.startswith(_AND)
    return is_and if not between else all(word.folded in _data()["joints"] for word in between)


def _said_of(words: Words, chain: Sequence[Hit]) -> str:
    """Return which of the days to come is meant, by the words around a chain; empty where nothing says that a day is meant."""
    first, after = chain[0].first, chain[-1].last + 1
    if after < len(words.words) and not _CUT.search(words.between(after - 1, after)):
        if _phrases("not_before").at(words, after) is not None:
            return ""
        for name in ("next_after", "coming_after"):
            if _phrases(name).at(words, after) is not None:
                return _EVERY if _is_every(words, first) else name.removesuffix("_after")
    before = [hit for hit in _phrases("around").find(words) if hit.last == first - 1]
    return before[0].value if before and not _CUT.search(words.between(first - 1, first)) else ""


def _is_every(words: Words, first: int) -> bool:
    return any(hit.last == first - 1 and hit.value == _EVERY for hit in _phrases("around").find(words))


def _first_day(today: date, weekday: int, where: str) -> date:
    if where == _NEXT:
        return _next_day(_week_after(today) - _DAY, weekday)
    return _next_day(today if where == _COMING else today - _DAY, weekday)


def _next_day(day: date, weekday: int) -> date:
    """Return the first such day of the week after a day."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _within(words: Words, today: date) -> Days | None:
    leads = {hit.last for hit in _phrases("within").find(words)}
    for length in _lengths_anywhere(words):
        if length.first - 1 in leads or length.first in {hit.first for hit in _phrases("within").find(words)}:
            return today, _last_day(today, length)
    return None


def _lengths_anywhere(words: Words) -> list[Span]:
    return find_lengths(words, find_rates(words), is_led_anyhow=True)


def _last_day(first: date, length: Span) -> date:
    """Return the last day of a length that begins with a first one; months as the calendar has them."""
    if length.unit == "month":
        month = first.month - 1 + length.times
        year, month = first.year + month // 12, month % 12 + 1
        after = date(year, month, 1)
        return min(after + (first - first.replace(day=1)), _end_of(after) + _DAY) - _DAY
    return first + timedelta(days=length.times * (7 if length.unit == "week" else 1)) - _DAY


def _end_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - _DAY
