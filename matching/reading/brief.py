"""What a brief says in its own words, read by rules: money, dates, people, work, places, followers, languages, exclusions.

Nothing here decides: what was read is shown, and what the brand puts instead wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.reading.dates import find_dates, find_first_day, find_next
from matching.reading.deliverables import find_deliverables, find_platforms
from matching.reading.exclusions import find_exclusions, without_refusals
from matching.reading.followers import find_follower_range
from matching.reading.languages import find_languages, read_dialect, read_language
from matching.reading.mentions import read_places
from matching.reading.money import ReadMoney, find_money
from matching.reading.occasions import Occasion, find_occasion
from matching.reading.people import find_people_wanted
from matching.reading.weekdays import Days, find_days_from_today, find_days_since
from matching.reading.words import Words, split


@dataclass(frozen=True, slots=True)
class BriefReading:
    """What was read; empty tuples and None mean that the text says nothing of it. `exclusions` are quotes.

    `countries` and `cities` are where influencers are to live, `audience_countries` where their audience is.

    `people` are how many are wanted; `unclear_places` are names of two places of which the text does not tell which is meant.
    `occasion` is what the days were read from, where the text names no days itself.
    """

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
    audience_countries: tuple[str, ...] = ()
    unclear_places: tuple[str, ...] = ()
    people: int | None = None
    occasion: Occasion | None = None


def read_brief(text: str, *, today: date, home: str | None = None) -> BriefReading:
    """Read a brief's text. Dates without a year lie in the future of `today`; `home` is the country of the brand."""
    words, wanted = split(text), split(without_refusals(text))
    places = read_places(words, home=home)
    named = places.countries or places.audience
    money = find_money(words, countries=named, home=home)
    starts_on, ends_on = find_dates(text, today)
    if starts_on is None and (days := _days_from_today(words, text, today, named, home)) is not None:
        starts_on, ends_on = days
    occasion = None
    if starts_on is None:
        occasion = find_occasion(words, today, countries=named, home=home)
    if occasion is not None:
        starts_on, ends_on = occasion.starts_on, occasion.ends_on
    followers_min, followers_max = find_follower_range(words)
    language = read_language(text)
    return BriefReading(
        language=language,
        dialect=read_dialect(words) if language == "ar" else None,
        money=money[0] if money else None,
        starts_on=starts_on,
        ends_on=ends_on,
        deliverables=find_deliverables(wanted),
        platforms=find_platforms(wanted),
        countries=places.countries,
        cities=places.cities,
        audience_countries=places.audience,
        languages=find_languages(wanted),
        followers_min=followers_min,
        followers_max=followers_max,
        exclusions=find_exclusions(words, places.refused),
        unclear_places=places.unclear,
        people=find_people_wanted(words),
        occasion=occasion,
    )


def _days_from_today(
    words: Words, text: str, today: date, countries: Sequence[str], home: str | None
) -> Days | None:
    first = find_first_day(text, today)
    since = None if first is None else find_days_since(words, first)
    days = find_days_from_today(words, today, countries=countries, home=home)
    return since or days or find_next(text, today)
