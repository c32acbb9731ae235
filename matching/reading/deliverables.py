"""Pieces of work and platforms that a brief names: "3 reels and two stories on Instagram", "ريلزين وستوري"."""

from functools import cache

from matching.reading.numerals import find_numerals
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

MOST_OF_A_KIND = 50


@cache
def _phrases(name: str) -> Phrases:
    entries = read_data("reading/deliverables.json")[name]
    if not isinstance(entries, dict):
        return Phrases({})
    return Phrases({str(k): v for k, v in entries.items()}) if name != "duals" else _duals(entries)


def _duals(entries: dict[str, str]) -> Phrases:
    by_kind: dict[str, list[str]] = {}
    for phrase, kind in entries.items():
        by_kind.setdefault(kind, []).append(phrase)
    return Phrases(by_kind)


def find_kinds(words: Words) -> list[Hit]:
    """Return where kinds of work are named, in the order of the text."""
    return _phrases("kinds").find(words)


def find_deliverables(words: Words) -> tuple[tuple[str, int], ...]:
    """Return (kind, count) of each named kind in the order of the text; a kind without a number counts once."""
    counts = {numeral.last: int(numeral.value) for numeral in find_numerals(words)}
    found: dict[str, int] = {}
    for hit in find_kinds(words):
        count = counts.get(hit.first - 1, 1)
        if 1 <= count <= MOST_OF_A_KIND:
            found[hit.value] = max(found.get(hit.value, 0), count)
    for hit in _phrases("duals").find(words):
        found[hit.value] = max(found.get(hit.value, 0), 2)
    return tuple(found.items())


def find_platforms(words: Words) -> tuple[str, ...]:
    """Return the platforms a text names, in its order."""
    return tuple(dict.fromkeys(hit.value for hit in _phrases("platforms").find(words)))
