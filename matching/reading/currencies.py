"""Words of currencies and whose they are: what a word means that several countries share, and what a country pays in."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from matching.folding import is_arabic
from matching.reading.words import Phrases
from matching.vocabularies import read_data


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/money.json")


@cache
def currency_phrases() -> Phrases:
    """Return how currencies are written; the value is a code, or the key of a shared word."""
    entries = {code: list(words) for code, words in _data()["currencies"].items()}
    for key, row in _data()["shared"].items():
        entries[key] = list(row["words"])
        for country, code in row["of"].items():
            for adjective in _data()["nationalities"].get(country, ()):
                entries.setdefault(code, []).extend(_with_adjective(row["words"], adjective))
    return Phrases(entries)


def _with_adjective(nouns: Sequence[str], adjective: str) -> list[str]:
    if is_arabic(adjective):
        return [f"{noun} {own}" for noun in nouns if is_arabic(noun) for own in (adjective, f"ال{adjective}")]
    return [f"{adjective} {noun}" for noun in nouns if not is_arabic(noun)]


def currency_of(name: str, countries: Sequence[str], home: str | None) -> tuple[str | None, str | None]:
    """Return the code of a currency, or None and the shared word where nothing decides whose it is."""
    row = _data()["shared"].get(name)
    if row is None:
        return name, None
    of, usual = row["of"], row["usual"]
    own = {of[country] for country in countries if country in of}
    at_home = of.get(home)
    if len(own) == 1:
        return own.pop(), None
    if own:
        code = at_home if at_home in own else usual if usual in own else None
    else:
        code = at_home or (None if countries else usual)
    return code, None if code else name


def currency_of_bare(said: set[str | None], countries: Sequence[str], home: str | None) -> str | None:
    """Return the currency of a budget without one: that of the text's other amounts, else of its one country."""
    if len(said) == 1:
        return next(iter(said))
    of: Mapping[str, str] = _data()["of_country"]
    own = {of.get(country) for country in countries}
    if len(own) == 1:
        return own.pop()
    at_home = None if home is None else of.get(home)
    return at_home if at_home in own else None
