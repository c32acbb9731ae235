"""Countries, regions and cities in both languages: found in briefs, suggested to profiles, named in the reader's language."""

from dataclasses import dataclass
from functools import cache

from matching.folding import fold
from matching.reading.words import Phrases, Words
from matching.vocabularies import read_data


@dataclass(frozen=True, slots=True)
class City:
    """A city with its country (ISO 3166 alpha-2). `name_en` is its key."""

    name_en: str
    name_ar: str
    country: str
    also: tuple[str, ...]


@cache
def cities() -> tuple[City, ...]:
    """Return the cities of the package data."""
    entries = read_data("reading/places.json")["cities"]
    rows = entries if isinstance(entries, list) else []
    return tuple(City(row["en"], row["ar"], row["country"], tuple(row["also"])) for row in rows)


@cache
def _by_spelling() -> dict[str, City]:
    return {fold(name): city for city in cities() for name in (city.name_en, city.name_ar, *city.also)}


def find_city(name: str) -> City | None:
    """Return the city that somebody calls so in either language, or None."""
    return _by_spelling().get(fold(" ".join(name.split())))


def city_key(name: str) -> str:
    """Return the one name under which a city is kept, whichever spelling somebody used."""
    city = find_city(name)
    return city.name_en if city is not None else name


def city_name(name: str, *, language: str) -> str:
    """Return a city as readers of a language call it; a name that is not known stays as written."""
    city = find_city(name)
    if city is None:
        return name
    return city.name_ar if language == "ar" else city.name_en


@cache
def _country_phrases() -> Phrases:
    data = read_data("reading/places.json")
    entries: dict[str, list[str]] = {}
    for key in ("countries", "regions"):
        rows = data[key]
        for row in rows if isinstance(rows, list) else []:
            codes = row.get("code") or ",".join(row["countries"])
            entries.setdefault(codes, []).extend([*row["en"], *row["ar"]])
    return Phrases(entries)


@cache
def _city_phrases() -> Phrases:
    return Phrases({city.name_en: (city.name_en, city.name_ar, *city.also) for city in cities()})


def find_places(words: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the countries that a text names (those of a region, and of its cities) and its cities, in its order."""
    named = [code for hit in _country_phrases().find(words) for code in hit.value.split(",")]
    found = [city for hit in _city_phrases().find(words) if (city := find_city(hit.value)) is not None]
    countries = dict.fromkeys([*named, *(city.country for city in found)])
    return tuple(countries), tuple(dict.fromkeys(city.name_en for city in found))
