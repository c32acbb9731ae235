"""Places as a text mentions them: of influencers, of the audience, not wanted ("not in Jeddah"), or unclear (عمان: the country or the city)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from matching.folding import fold
from matching.reading.audience_places import find_audience_places
from matching.reading.places import (
    City,
    SharedName,
    city_phrases,
    country_phrases,
    find_city,
    shared_hints,
    shared_names,
)
from matching.reading.words import CLITICS, Hit, Phrases, Words
from matching.vocabularies import read_data

_BREAK = re.compile(r"[.,;:!?،؛؟\n]")
_SHADDA, _FATHA, _DAMMA = "\u0651", "\u064e", "\u064f"
_AIN = "ع"
_LETTER = "[\u0621-\u0652]"
_DOUBLE_REACH = 5


@dataclass(frozen=True, slots=True)
class ReadPlaces:
    """Codes of countries and keys of cities in the order of the text, where influencers are to live.

    `audience` are the countries where their audience is to live, those of its cities among them. `unclear` are names that may
    be two places, `refused` quotes of places that are not wanted.
    """

    countries: tuple[str, ...]
    cities: tuple[str, ...]
    audience: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@cache
def _listed(name: str) -> tuple[str, ...]:
    entries = read_data("reading/places.json")[name]
    return tuple(map(str, entries)) if isinstance(entries, list) else ()


@cache
def _refusals() -> Phrases:
    return Phrases({"refused": _listed("refusal"), "wanted": _listed("no_refusal")})


@cache
def _folded(name: str) -> frozenset[str]:
    return frozenset(map(fold, _listed(name)))


def read_places(words: Words, *, home: str | None = None) -> ReadPlaces:
    """Return the countries that a text names (those of a region, and of its cities) and its cities, in its order, for each side.

    `home` is the country of whoever wrote it: it decides what a name that two places share means where nothing else does.
    """
    named = country_phrases().find(words)
    towns = [(hit, city) for hit in city_phrases().find(words) if (city := find_city(hit.value)) is not None]
    settled, unclear = _shared(words, named, towns, home)
    for hit, place in settled:
        if isinstance(place, City):
            towns.append((hit, place))
        else:
            named.append(Hit(place, hit.first, hit.last))
    known = _codes(named) | {city.country for hit, city in towns if not _is_word(words, hit, city, None)}
    towns = sorted(
        ((hit, city) for hit, city in towns if not _is_word(words, hit, city, known)),
        key=lambda pair: pair[0].first,
    )
    named.sort(key=lambda hit: hit.first)
    refused = _refused(words, [*named, *(hit for hit, _city in towns)])
    wanted = [hit for hit in (*named, *(hit for hit, _city in towns)) if hit not in refused]
    audience = find_audience_places(words, wanted)
    of_towns = {hit: city.country for hit, city in towns}
    return replace(
        _kept(
            words,
            [hit for hit in named if hit not in audience],
            [(hit, city) for hit, city in towns if hit not in audience],
            refused,
            unclear,
        ),
        audience=tuple(
            dict.fromkeys(code for hit in audience for code in of_towns.get(hit, hit.value).split(","))
        ),
    )


def spell_clearly(text: str, word: str, *, is_city: bool) -> str:
    """Return the text with a name of two places marked as careful writers mark it: عمّان the city, عُمان the country.

    Spellings that carry marks already stay as they are; so does the text where no two places share the word.
    """
    name = shared_names().get(fold(word))
    if name is None:
        return text
    marked = (
        name.word.replace(name.letter, name.letter + _SHADDA, 1)
        if is_city
        else name.word[0] + _DAMMA + name.word[1:]
    )
    before = "|".join(sorted(filter(None, CLITICS), key=len, reverse=True))
    bare = re.compile(rf"(?<!{_LETTER})({before})?{name.word}(?!{_LETTER})")
    return bare.sub(lambda found: (found.group(1) or "") + marked, text)


def _kept(
    words: Words, named: list[Hit], towns: list[tuple[Hit, City]], refused: list[Hit], unclear: Iterable[str]
) -> ReadPlaces:
    unwanted = {code for hit in named if hit in refused for code in hit.value.split(",")}
    singles = {hit.value for hit in named if hit not in refused and "," not in hit.value}
    codes = [code for hit in named if hit not in refused for code in hit.value.split(",")]
    countries = dict.fromkeys(
        [code for code in codes if code not in unwanted or code in singles]
        + [city.country for hit, city in towns if hit not in refused]
    )
    return ReadPlaces(
        countries=tuple(countries),
        cities=tuple(dict.fromkeys(city.name_en for hit, city in towns if hit not in refused)),
        unclear=tuple(dict.fromkeys(unclear)),
        refused=tuple(dict.fromkeys(words.quote(hit.first, hit.last) for hit in refused)),
    )


def _codes(named: Iterable[Hit]) -> set[str]:
    """Return the countries that are named one by one, not as a region."""
    return {hit.value for hit in named if "," not in hit.value}


def _is_word(words: Words, hit: Hit, city: City, known: set[str] | None) -> bool:
    """Tell whether a spelling that means other things (العين) stands without anything that makes it the city."""
    spelt = words.quote(hit.first, hit.last)
    if not any(fold(spelt).endswith(fold(name)) for name in city.also_a_word):
        return False
    before = words.words[hit.first - 1].folded if hit.first else ""
    is_where = before in _folded("where_words") or words.words[hit.first].folded.startswith("بال")
    return not is_where and (known is None or city.country not in known)


def _shared(
    words: Words, named: list[Hit], towns: list[tuple[Hit, City]], home: str | None
) -> tuple[list[tuple[Hit, City | str]], list[str]]:
    """Return what names of two places mean, each with where it stands, and those of which nothing tells it."""
    taken = {at for hit in [*named, *(hit for hit, _city in towns)] for at in range(hit.first, hit.last + 1)}
    mentioned = _codes(named) | {city.country for _hit, city in towns}
    settled: list[tuple[Hit, City | str]] = []
    unclear = []
    for hit in Phrases({name.word: [name.word] for name in shared_names().values()}).find(words):
        name = shared_names()[fold(hit.value)]
        if hit.first not in taken:
            place = _meant(words, hit, name, mentioned - _listed_beside(words, hit, named), home)
            if place is None:
                unclear.append(name.word)
            else:
                settled.append((hit, place))
    return settled, unclear


def _listed_beside(words: Words, hit: Hit, named: Iterable[Hit]) -> set[str]:
    """Return the countries joined to a name by "and": "عمان والأردن" may list two countries, so it tells nothing."""
    return {
        other.value
        for other in named
        if (other.first == hit.last + 1 and words.words[other.first].folded.startswith("و"))
        or (other.last == hit.first - 1 and words.words[hit.first].folded.startswith("و"))
    } & {name.country for name in _cities_of_shared()}


def _cities_of_shared() -> list[City]:
    return [city for name in shared_names().values() if (city := find_city(name.city)) is not None]


def _meant(
    words: Words, hit: Hit, name: SharedName, mentioned: set[str], home: str | None
) -> City | str | None:
    """Return the city or the country's code by the marks on the name, else by its surroundings, else by `home`."""
    city = find_city(name.city)
    if city is None:
        return name.country
    on_first = words.marks_on(hit.first, _AIN)
    if _SHADDA in words.marks_on(hit.first, name.letter) or _FATHA in on_first:
        return city
    if _DAMMA in on_first:
        return name.country
    hints = {found.value for found in shared_hints(name.word).find(words)}
    is_country = name.country in mentioned or "country" in hints
    is_city = city.country in mentioned or "city" in hints
    if not is_country and not is_city:
        is_country, is_city = home == name.country, home == city.country
    if is_country == is_city:
        return None
    return city if is_city else name.country


def _refused(words: Words, places: list[Hit]) -> list[Hit]:
    """Return the places that a refusal reaches: only people, prepositions and other places stand between."""
    by_first = {hit.first: hit for hit in places}
    refused = []
    for refusal in _refusals().find(words):
        if refusal.value != "refused" or _is_double(words, refusal):
            continue
        at = refusal.last + 1
        while at < len(words.words) and not _BREAK.search(words.between(at - 1, at)):
            hit = by_first.get(at)
            if hit is not None:
                refused.append(hit)
                at = hit.last + 1
            elif words.words[at].folded in _folded("refusal_reach"):
                at += 1
            else:
                break
    return refused


def _is_double(words: Words, refusal: Hit) -> bool:
    """Tell whether it turns another one around: "does not ship outside Riyadh"."""
    if words.quote(refusal.first, refusal.last).lower() not in _listed("refusal_double"):
        return False
    before = words.words[max(0, refusal.first - _DOUBLE_REACH) : refusal.first]
    return any(word.folded in {"not", "don't", "doesn't", "لا", "ما", "مو", "مش", "ليس"} for word in before)
