"""The range of followers a brief asks for: "5k to 50k followers", "أقل من ٥٠ ألف متابع", "creators under 100k", "nano influencers"."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from matching.reading.money import carries_currency
from matching.reading.numerals import Numeral, find_numerals
from matching.reading.people import people_named
from matching.reading.words import Hit, Phrases, Words, split
from matching.vocabularies import read_data

_TO = frozenset({"to", "and", "-", "–", "الي", "و", "حتي", "ل", "لين", "until"})
_BREAK = re.compile(r"[.,;:!?،؛؟\n]")
_CLAUSE = re.compile(r"[.,;!?،؛؟\n]")
_NEAR, _UNWANTED_REACH = 4, 5
_LEAST_OF_ACCOUNTS = 1_000
_YEARS = range(2000, 2040)
_FOLLOWERS, _PEOPLE = "followers", "people"
_BESIDE_TIERS = frozenset({"-", "–", "and", "or", "to", "و", "او"})
Range = tuple[int | None, int | None]


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/followers.json")


@cache
def _phrases(*names: str) -> Phrases:
    return Phrases({name: _data()[name] for name in names})


@cache
def _tiers() -> Phrases:
    return Phrases(_data()["tiers"])


def find_follower_range(words: Words) -> Range:
    """Return (least, most) followers, None where nothing is said; a number counts before the name of a size."""
    numerals = find_numerals(words)
    for read in (_of_followers, _of_people, _alone):
        for found in read(words, numerals):
            return found
    return _of_tiers(words)


def _of_followers(words: Words, numerals: list[Numeral]) -> Iterator[Range]:
    for hit in _phrases(_FOLLOWERS, "accounts").find(words):
        yield from _beside(words, numerals, hit)


def _of_people(words: Words, numerals: list[Numeral]) -> Iterator[Range]:
    """Yield ranges of thousands beside people, where no money is meant: "creators under 100k", "5k-50k bloggers"."""
    for hit in people_named(words):
        yield from _beside(words, numerals, Hit(_PEOPLE, hit.first, hit.last))


def _beside(words: Words, numerals: list[Numeral], hit: Hit) -> Iterator[Range]:
    before = [n for n in numerals if 0 < hit.first - n.last <= _NEAR]
    after = [n for n in numerals if 0 < n.first - hit.last <= _NEAR]
    for near in (*before[-1:], *after[:1]):
        gap = words.between(min(near.last, hit.last), max(near.first, hit.first))
        is_money = hit.value == _PEOPLE and (
            _is_money(words, numerals, near) or _phrases("apart").find(split(gap))
        )
        found = (None, None) if is_money or _CLAUSE.search(gap) else _read(words, numerals, near, hit)
        if found != (None, None):
            yield found


def _alone(words: Words, numerals: list[Numeral]) -> Iterator[Range]:
    """Yield bounds and ranges that are all their clause says: "skincare people in Riyadh, under 100k"."""
    is_sum_known = any(carries_currency(words, numerals, place) for place in range(len(numerals)))
    least = _data()["lone_beside_money" if is_sum_known else "lone_least"]
    bounds = {hit.last: hit for hit in _phrases("low", "high").find(words)}
    for place, numeral in enumerate(numerals):
        bound = bounds.get(numeral.first - 1)
        if numeral.value < least or _is_money(words, numerals, numeral):
            continue
        if bound is not None and _fills_clause(words, bound.first, numeral.last):
            yield (int(numeral.value), None) if bound.value == "low" else (None, int(numeral.value))
        elif place and _fills_clause(words, numerals[place - 1].first, numeral.last):
            found = _range(words, numerals[place - 1], numeral)
            if found is not None and found[0] >= _LEAST_OF_ACCOUNTS:
                yield found


def _fills_clause(words: Words, first: int, last: int) -> bool:
    before = first == 0 or _CLAUSE.search(words.between(first - 1, first))
    after = last + 1 == len(words.words) or _CLAUSE.search(words.between(last, last + 1))
    return bool(before and after)


def _of_tiers(words: Words) -> Range:
    """Return the range of the sizes that are named beside people, the widest of several: "nano and micro creators"."""
    people = people_named(words)
    beside = {hit.first for hit in people} | {hit.last for hit in people}
    named = set()
    for hit in _tiers().find(words):
        at = hit.last + 1
        while at < len(words.words) and (
            words.words[at].folded in _BESIDE_TIERS or _tiers().at(words, at) is not None
        ):
            at += 1
        if at in beside or hit.first - 1 in beside:
            named.add(hit.value)
    ranges = [_data()["tier_ranges"][name] for name in named]
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else (None, None)


def _is_money(words: Words, numerals: list[Numeral], numeral: Numeral) -> bool:
    """Tell whether a number is a sum, by its currency or the words of its clause; years are none of both."""
    if carries_currency(words, numerals, numerals.index(numeral)) or int(numeral.value) in _YEARS:
        return True
    return any(
        not _CLAUSE.search(words.between(min(hit.last, numeral.last), max(hit.first, numeral.first)))
        for hit in _phrases("money").find(words)
    )


def _read(words: Words, numerals: list[Numeral], near: Numeral, hit: Hit) -> tuple[int | None, int | None]:
    place = numerals.index(near)
    for first, last in ((place - 1, place), (place, place + 1)):
        if first >= 0 and last < len(numerals) and (found := _range(words, numerals[first], numerals[last])):
            return found if hit.value == _FOLLOWERS or found[0] >= _LEAST_OF_ACCOUNTS else (None, None)
    value = int(near.value)
    if hit.value != _FOLLOWERS and value < _LEAST_OF_ACCOUNTS:
        return None, None
    other = _other_end(words, numerals, place)
    if _stands_before("high", words, near) or _stands_behind("high_behind", words, near, hit):
        return (other if other is not None and other <= value else None), value
    if not (_is_least(words, near) or _stands_behind("low_behind", words, near, hit)):
        return None, None
    if other is not None and other >= value:
        return value, other
    return (None, value) if _is_unwanted(words, min(hit.first, near.first)) else (value, None)


def _is_least(words: Words, numeral: Numeral) -> bool:
    return _stands_before("low", words, numeral) or words.text[words.words[numeral.last].end :][:1] == "+"


def _other_end(words: Words, numerals: list[Numeral], place: int) -> int | None:
    """Return the end that stands beside in words of its own: "min 5k max 40k", "over 10k and under 50k"."""
    own, opposite = numerals[place], "low" if _stands_before("high", words, numerals[place]) else "high"
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(numerals) and _stands_before(opposite, words, numerals[beside]):
            first, last = sorted((own, numerals[beside]), key=lambda numeral: numeral.first)
            if last.first - first.last <= _NEAR + 1 and not _BREAK.search(
                words.between(first.last, last.first)
            ):
                return int(numerals[beside].value)
    return None


def _range(words: Words, first: Numeral, last: Numeral) -> tuple[int, int] | None:
    between = [w.folded for w in words.words[first.last + 1 : last.first]]
    if len(between) != 1 or between[0] not in _TO:
        return None
    low, high = int(first.value), int(last.value)
    if low < 1_000 <= high and low * 1_000 < high:  # "5 to 50k" means thousands twice
        low *= 1_000
    return (low, high) if low <= high else None


def _is_unwanted(words: Words, at: int) -> bool:
    """Tell whether the least that is named is of people who are not wanted: "no celebrities above 500k"."""
    near = words.words[at - 1].end if at else 0
    return any(
        0 < at - hit.last <= _UNWANTED_REACH
        and not _BREAK.search(words.text[words.words[hit.last].end : near])
        for hit in _phrases("unwanted").find(words)
    )


def _stands_before(bound: str, words: Words, numeral: Numeral) -> bool:
    return any(hit.last == numeral.first - 1 for hit in _phrases(bound).find(words))


def _stands_behind(bound: str, words: Words, numeral: Numeral, hit: Hit) -> bool:
    """Tell whether a bound follows what is counted: "20k followers at least"."""
    last = max(numeral.last, hit.last)
    is_next = last + 1 < len(words.words) and _phrases(bound).at(words, last + 1) is not None
    return is_next and not _CLAUSE.search(words.between(last, last + 1))
