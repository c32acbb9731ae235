"""What a brief does not want, quoted: "no energy drinks", "بدون عطور". How something is said ("no hype") excludes nobody."""

import re
from collections.abc import Iterable
from functools import cache

from matching.reading.words import Phrases, Words, split
from matching.vocabularies import read_data


@cache
def _listed(name: str) -> tuple[str, ...]:
    entries = read_data("reading/exclusions.json")[name]
    return tuple(map(str, entries)) if isinstance(entries, list) else ()


def _one_of(name: str) -> str:
    return "|".join(sorted(map(re.escape, _listed(name)), key=len, reverse=True))


@cache
def _exclusion() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_one_of('openers')})\s+([^,.;:!?،؛؟\n]{{3,60}})", re.IGNORECASE)


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_one_of('joints')})\s+", re.IGNORECASE)


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({name: _listed(name)})


def find_exclusions(words: Words, refused_places: Iterable[str]) -> tuple[str, ...]:
    """Return quotes of what is not wanted, `refused_places` among them."""
    found = [kept for match in _exclusion().finditer(words.text) if (kept := _kept(match.group(1).strip()))]
    found += [place for place in refused_places if not any(place in quote for quote in found)]
    return tuple(dict.fromkeys(found))


def _kept(quote: str) -> str:
    """Return a quote without its parts that speak of tone; empty where nothing is left or nothing is excluded."""
    quoted = split(quote)
    if not quoted.words or _phrases("idle").at(quoted, 0) is not None:
        return ""
    parts = _joint().split(quote)
    kept = [part for part in parts if not _phrases("tone").find(split(part))]
    return quote if len(kept) == len(parts) else ", ".join(kept)
