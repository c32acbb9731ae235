"""Occasions that name days: Ramadan, the Eids, national days, White Friday, and the days before and after them.

Days of the Hijri calendar stand in a table computed in advance; the sighting of the moon can move them by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

ANY_EID, NATIONAL_DAY, NONE = "any_eid", "national_day", "none"
BEFORE = "before"
_HYPHENS = frozenset({"-", "–"})
_YEAR_DIGITS = 4
_PART_REACH, _BEFORE_REACH, _BESIDE = 5, 2, 2
_JOINED_WITHIN = timedelta(days=7)
_THURSDAY, _WEEK = 3, "week"

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Occasion:
    """The days that a text means by an occasion, or by two that follow each other. `is_lunar`: they can move by one day.

    `beside` is "before" or "after" where the text means the days there.
    """

    names: tuple[str, ...]
    starts_on: date
    ends_on: date
    is_lunar: bool
    beside: str = ""


@cache
def _data() -> dict[str, Any]:
    return read_data("reading/occasions.json")


@cache
def _phrases() -> Phrases:
    rows = {name: row["words"] for name, row in _data()["occasions"].items()}
    return Phrases(rows | {name: _data()[name] for name in (ANY_EID, NATIONAL_DAY, NONE)})


@cache
def _around() -> Phrases:
    return Phrases({name: _data()[name] for name in ("before", "after", "refusing")})


@cache
def _parts() -> Phrases:
    return Phrases(_data()["parts"])


def occasion_names() -> tuple[str, ...]:
    """Return the names of all occasions."""
    return tuple(_data()["occasions"])


def find_occasion(
    words: Words, today: date, *, countries: Sequence[str] = (), home: str | None = None
) -> Occasion | None:
    """Return the first occasion of a text whose days can be told, the next ones from `today` on where it names no year.

    Where the text names it once more with "before", the days before it are meant: "coffee for Ramadan, posts before Ramadan".
    A national day is that of the one country among `countries`, else of `home`.
    """
    plain = Words(words.text, tuple(word for word in words.words if word.folded not in _HYPHENS))
    first: Occasion | None = None
    first_last = -1
    for hit in _phrases().find(plain):
        since = today if first is None else max(today, first.starts_on)
        read = _read(plain, hit, since, countries, home)
        if read is None:
            continue
        if first is None:
            first, first_last = read, hit.last
        elif (earlier := _read(plain, hit, today, countries, home)) is not None and _moves(first, earlier):
            return earlier
        elif hit.first - first_last <= _BESIDE and _follows(first, read):
            is_lunar = first.is_lunar or read.is_lunar
            return Occasion((*first.names, *read.names), first.starts_on, read.ends_on, is_lunar)
    return first


def _moves(first: Occasion, again: Occasion) -> bool:
    """Tell whether an occasion that was named plainly is named once more for the days before it."""
    return not first.beside and again.beside == BEFORE and again.names == first.names


def _follows(first: Occasion, second: Occasion) -> bool:
    """Tell whether two occasions are one span: Ramadan and the Eid after it."""
    return timedelta() < second.starts_on - first.ends_on <= _JOINED_WITHIN


def _read(words: Words, hit: Hit, today: date, countries: Sequence[str], home: str | None) -> Occasion | None:
    names = _meant(hit.value, countries, home)
    where = _around_it(words, hit)
    if not names or where == "refusing":
        return None
    year = _year_after(words, hit)
    spans = sorted(
        (*_moved(span, where, _part_of(words, hit)), name)
        for name in names
        for written, span in _spans(name)
        if year is None or year in written
    )
    for first, last, name in spans:
        if last >= today:
            is_lunar = "hijri" in _data()["occasions"][name]
            return Occasion((name,), max(first, today), last, is_lunar, where)
    return None


def _meant(value: str, countries: Sequence[str], home: str | None) -> tuple[str, ...]:
    """Return the occasions that a phrase may mean, of which the next one counts."""
    if value == NONE:
        return ()
    rows = _data()["occasions"]
    if value == ANY_EID:
        return tuple(name for name, row in rows.items() if row.get("is_eid"))
    if value != NATIONAL_DAY:
        return (value,)
    of = {row["national_day_of"]: name for name, row in rows.items() if "national_day_of" in row}
    named = [of[country] for country in countries if country in of] or ([of[home]] if home in of else [])
    return tuple(named) if len(named) == 1 else ()


def _spans(name: str) -> Iterator[tuple[tuple[int, ...], Span]]:
    """Yield the days of an occasion year by year, with how the year may be written: Gregorian, and Hijri where it is of that."""
    row, years = _data()["occasions"][name], range(_data()["first_year"], _data()["last_year"] + 1)
    if "hijri" in row:
        for hijri, days in _data()["hijri"].items():
            first, next_month = (date.fromisoformat(days[place]) for place in row["hijri"])
            length = row.get("days")
            last = next_month - timedelta(days=1) if length is None else first + timedelta(days=length - 1)
            yield (int(hijri), first.year), (first, last)
    elif "after_thursday" in row:
        for year in years:
            day = _thursday(year, row["month"], row["after_thursday"]) + timedelta(days=1)
            yield (year,), (day, day)
    else:
        for year in years:
            first, last = (date.fromisoformat(f"{year}-{row[end]}") for end in ("first", "last"))
            yield (year,), (first, last)


def _thursday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 7 * (number - 1))


def _moved(span: Span, where: str, part: tuple[str, int] | None) -> Span:
    """Return the days before or after an occasion, or its first or last ones."""
    first, last = span
    beside = timedelta(days=_data()["days_beside"])
    if where == BEFORE:
        return first - beside, first - timedelta(days=1)
    if where == "after":
        return last + timedelta(days=1), last + beside
    if part is None:
        return span
    end, days = part
    if end == _WEEK:
        sunday = first - timedelta(days=(first.weekday() + 1) % days)
        return sunday, sunday + timedelta(days=days - 1)
    length = timedelta(days=days - 1)
    return (first, min(last, first + length)) if end == "first" else (max(first, last - length), last)


def _around_it(words: Words, hit: Hit) -> str:
    """Return "before", "after" or "refusing" by the words in front of an occasion; empty where none of them stands there."""
    near = [found for found in _around().find(words) if 0 < hit.first - found.last <= _BEFORE_REACH]
    return near[-1].value if near and not _is_cut(words, near[-1].last, hit.first) else ""


def _is_cut(words: Words, first: int, last: int) -> bool:
    return any(sign in words.between(first, last) for sign in ".,;:!?،؛؟\n")


def _part_of(words: Words, hit: Hit) -> tuple[str, int] | None:
    """Return which end of an occasion is meant and how many days of it: the last ten of Ramadan."""
    parts = _parts().find(words)
    near = [
        found
        for found in parts
        if (0 < hit.first - found.last <= (1 if found.value.startswith(_WEEK) else _PART_REACH))
        or found.first == hit.last + 1
    ]
    if not near:
        return None
    end, days = near[0].value.split(":")
    return end, int(days)


def _year_after(words: Words, hit: Hit) -> int | None:
    """Return the year written after an occasion, with a word such as "of" or عام between at most."""
    for word in words.words[hit.last + 1 : hit.last + 3]:
        if word.folded.isdecimal():
            return int(word.folded) if len(word.folded) == _YEAR_DIGITS else None
    return None
