"""Countries, regions and cities in both languages: found in briefs, suggested to profiles, named in the reader's language."""

from dataclasses import dataclass
from functools import cache

from matching.folding import fold
from matching.reading.words import Phrases
from matching.vocabularies import read_data


@dataclass(frozen=True, slots=True)
class City:
    """A city with its country (ISO 3166 alpha-2). `name_en` is its key; `also_a_word` are spellings that mean other things, too."""

    name_en: str
    name_ar: str
    country: str
    also: tuple[str, ...]
    also_a_word: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedName:
    """One spelling of a country and of a city elsewhere (عمان). Marks on `letter` give the city away, hints either."""

    word: str
    country: str
    city: str
    letter: str


@cache
def cities() -> tuple[City, ...]:
    """Return the cities of the package data."""
    entries = read_data("reading/places.json")["cities"]
    rows = entries if isinstance(entries, list) else []
    return tuple(
        City(row["en"], row["ar"], row["country"], tuple(row["also"]), tuple(row.get("also_a_word", ())))
        for row in rows
    )


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
def shared_names() -> dict[str, SharedName]:
    """Return, by the folded word, the names that a country and a city share."""
    rows = read_data("reading/places.json")["shared"]
    return {
        fold(row["word"]): SharedName(row["word"], row["country"], row["city"], row["letter"])
        for row in (rows if isinstance(rows, list) else [])
    }


@cache
def shared_hints(word: str) -> Phrases:
    """Return phrases that tell what a shared name means: their value is "country", "city" or "no"."""
    rows = read_data("reading/places.json")["shared"]
    row = next(row for row in (rows if isinstance(rows, list) else []) if row["word"] == word)
    return Phrases({kind: row[f"{kind}_hints"] for kind in ("country", "city", "no")})


@cache
def country_phrases() -> Phrases:
    """Return the names of countries and regions; their value is one code or several, with commas."""
    data = read_data("reading/places.json")
    entries: dict[str, list[str]] = {}
    for key in ("countries", "peoples", "regions"):
        rows = data[key]
        for row in rows if isinstance(rows, list) else []:
            codes = row.get("code") or ",".join(row["countries"])
            entries.setdefault(codes, []).extend([*row["en"], *row["ar"]])
    return Phrases(entries)


@cache
def city_phrases() -> Phrases:
    """Return the spellings of the cities but those that a country shares; their value is the key."""
    return Phrases(
        {
            city.name_en: [
                name for name in (city.name_en, city.name_ar, *city.also) if fold(name) not in shared_names()
            ]
            for city in cities()
        }
    )


@cache
def country_spellings() -> dict[str, list[str]]:
    """Return, by code, how a country is called in either language."""
    rows = read_data("reading/places.json")["countries"]
    return {row["code"]: [*row["en"], *row["ar"]] for row in (rows if isinstance(rows, list) else [])}
