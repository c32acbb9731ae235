"""What a brief says in its own words, read by rules: budget, dates, work, platforms, places, followers, languages, exclusions.

Nothing here decides: what was read is shown, and what the brand puts instead wins.
"""

import re
from dataclasses import dataclass
from datetime import date

from matching.reading.dates import find_dates
from matching.reading.deliverables import find_deliverables, find_platforms
from matching.reading.followers import find_follower_range
from matching.reading.languages import find_languages, read_dialect, read_language
from matching.reading.money import ReadMoney, find_money
from matching.reading.places import find_places
from matching.reading.words import split

_EXCLUSION = re.compile(
    r"(?:\b(?:without|except|excluding|avoid|no)\s+|(?:بدون|من غير|ما عدا|باستثناء|لا نريد|ما نبغى|ما نبي|مو)\s+)"
    r"([^,.;:!?،؛؟\n]{3,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BriefReading:
    """What was read; empty tuples and None mean that the text says nothing of it. `exclusions` are quotes."""

    language: str
    dialect: str | None
    money: ReadMoney | None
    starts_on: date | None
    ends_on: date | None
    deliverables: tuple[tuple[str, int], ...]
    platforms: tuple[str, ...]
    countries: tuple[str, ...]
    cities: tuple[str, ...]
    languages: tuple[str, ...]
    followers_min: int | None
    followers_max: int | None
    exclusions: tuple[str, ...]


def read_brief(text: str, *, today: date) -> BriefReading:
    """Read a brief's text. Dates without a year lie in the future of `today`."""
    words = split(text)
    money = find_money(words)
    starts_on, ends_on = find_dates(text, today)
    countries, cities = find_places(words)
    followers_min, followers_max = find_follower_range(words)
    language = read_language(text)
    return BriefReading(
        language=language,
        dialect=read_dialect(words) if language == "ar" else None,
        money=money[0] if money else None,
        starts_on=starts_on,
        ends_on=ends_on,
        deliverables=find_deliverables(words),
        platforms=find_platforms(words),
        countries=countries,
        cities=cities,
        languages=find_languages(words),
        followers_min=followers_min,
        followers_max=followers_max,
        exclusions=tuple(match.group(1).strip() for match in _EXCLUSION.finditer(words.text)),
    )
