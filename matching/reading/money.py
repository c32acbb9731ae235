"""Amounts of money in a brief: "5k SAR", "٥٠٠٠ ر.س", "خمسة آلاف ريال", "$300 each", "my budget is 5k". Major units.

A word that several countries share (dinar, riyal) is decided by its adjective, else by the countries that were read. What
the market usually means by it stands only where no country says otherwise.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from matching.reading.currencies import currency_of, currency_of_bare, currency_phrases
from matching.reading.money_scope import is_for_each, is_for_everything, is_right_before_each, per_period
from matching.reading.numerals import Numeral, find_numerals
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

_NEAR = 4
_FARTHEST_BUDGET = 8
_LEAST_BARE = 100
_YEARS = range(2020, 2040)
_TO = frozenset({"to", "-", "–", "الي", "حتي", "ل", "لين"})
_DASHES = frozenset({"-", "–", "−"})
_BREAK = re.compile(r"[.;!?؛؟\n]")
_NOT_MONEY = frozenset({"%", "followers", "follower", "متابع", "متابعين", "متابعا", "views", "مشاهده"})


@dataclass(frozen=True, slots=True)
class ReadMoney:
    """An amount in major units. `is_each` tells that it is meant for every influencer; `quote` is what was read.

    `currency` is the ISO 4217 code, served here or not; None where the text does not tell it. `unit` is the word that
    several countries share ("dinar") where nothing decides whose it is. `is_repeated`: paid every week or so, for nobody says how
    long.
    """

    amount: Decimal
    currency: str | None
    is_each: bool
    quote: str
    unit: str | None = None
    is_repeated: bool = False


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/money.json")


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({name: _data()[name]})


def find_money(words: Words, *, countries: Sequence[str] = (), home: str | None = None) -> list[ReadMoney]:
    """Return the amounts that carry a currency or are called a budget, the latter first.

    `countries` are those that were read in the text, `home` is that of whoever wrote it.
    """
    numerals = find_numerals(words)
    found: list[tuple[int, ReadMoney]] = []
    carrying: set[int] = set()
    for place, numeral in enumerate(numerals):
        around = _currency_around(words, numerals, place)
        if around is not None:
            name, amount, first, last = around
            carrying |= {numeral.first, amount.first}
            if amount.value > 0 and not _is_less_than_nothing(words, first, numeral.first):
                currency, unit = currency_of(name, countries, home)
                is_each = is_for_each(words, first, last)
                rank = (
                    0
                    if _is_near(words, first, last, "budget_names")
                    else 2 - _is_near(words, first, last, "budget_words")
                )
                times, end = per_period(words, last)
                money = ReadMoney(
                    amount.value * (times or 1),
                    currency,
                    is_each,
                    words.quote(first, end),
                    unit,
                    is_repeated=times is None,
                )
                found.append((rank, money))
    said = {money.currency for _rank, money in found}
    bare = [
        replace(money, currency=currency_of_bare(said, countries, home))
        for money in _bare_budgets(words, numerals, carrying)
    ]
    found += [(-1, money) for money in bare]
    return [money for _rank, money in sorted(found, key=lambda pair: pair[0])]


def _currency_around(
    words: Words, numerals: Sequence[Numeral], place: int
) -> tuple[str, Numeral, int, int] | None:
    """Return the currency after a number, else before it, the amount, and the first and last word of all.

    Of "SAR 3,000 to 5,000" the upper end is the amount.
    """
    table, numeral = currency_phrases(), numerals[place]
    after = table.at(words, numeral.last + 1) if numeral.last + 1 < len(words.words) else None
    if after is not None and not _is_of_next(words, numerals, place, after):
        return after.value, numeral, numeral.first, after.last
    for start in range(max(0, numeral.first - 2), numeral.first):
        before = table.at(words, start)
        if before is not None and before.last == numeral.first - 1:
            upper = _upper_end(words, numerals, place)
            return before.value, upper, start, upper.last
    return None


def _is_of_next(words: Words, numerals: Sequence[Numeral], place: int, currency: Hit) -> bool:
    """Tell whether a currency belongs to the number after it: "10-25 January, KD 200"."""
    is_followed = place + 1 < len(numerals) and numerals[place + 1].first == currency.last + 1
    return is_followed and bool(words.between(numerals[place].last, currency.first).strip())


def carries_currency(words: Words, numerals: Sequence[Numeral], place: int) -> bool:
    """Tell whether a currency stands at the number in that place."""
    return _currency_around(words, numerals, place) is not None


def _upper_end(words: Words, numerals: Sequence[Numeral], place: int) -> Numeral:
    numeral = numerals[place]
    if place + 1 < len(numerals):
        upper = numerals[place + 1]
        between = [word.folded for word in words.words[numeral.last + 1 : upper.first]]
        if len(between) == 1 and between[0] in _TO | {"and", "و"} and upper.value > numeral.value:
            return upper
    return numeral


def _is_less_than_nothing(words: Words, *starts: int) -> bool:
    """Tell whether a minus stands at the number or its currency: not the dash of a range or of a list."""
    return any(_has_minus(words, at) for at in starts)


def _has_minus(words: Words, at: int) -> bool:
    start = words.words[at].start
    if at and _phrases("minus_words").at(words, at - 1) is not None:
        return True
    if not start or words.text[start - 1] not in _DASHES:
        return False
    before = words.text[: start - 1]
    return not before.rstrip()[-1:].isdigit() and not before[-1:].isalnum()


def _bare_budgets(words: Words, numerals: Sequence[Numeral], carrying: AbstractSet[int]) -> list[ReadMoney]:
    """Return the numbers that are called a budget or paid; those `carrying` a currency, by their first word, are none."""
    found = []
    by_first = {numeral.first: place for place, numeral in enumerate(numerals)}
    for place, start, end in (*_called_budget(words, numerals, by_first), *_paid(words, numerals)):
        numeral = _upper_end(words, numerals, place)
        is_bare = not {numeral.first, numerals[place].first} & carrying
        if is_bare and _is_amount(words, numerals[place], numeral):
            first, last = min(start, numerals[place].first), max(end, numeral.last)
            is_each = is_for_each(words, first, last)
            found.append(ReadMoney(numeral.value, None, is_each, words.quote(first, last)))
    return found


def _called_budget(
    words: Words, numerals: Sequence[Numeral], by_first: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Yield the places of numbers that are called a budget, with the first and last word that calls them so."""
    by_last = {numeral.last: place for place, numeral in enumerate(numerals)}
    for hit in _phrases("budget_names").find(words):
        place = _place_after(words, hit.last, by_first)
        if place is None:
            place = by_last.get(hit.first - 1)
            if place is None or _BREAK.search(words.between(hit.first - 1, hit.first)):
                continue
        yield place, hit.first, hit.last


def _paid(words: Words, numerals: Sequence[Numeral]) -> Iterator[tuple[int, int, int]]:
    """Yield the places of numbers right behind "we pay", or right before "in total" or "each": "١٠ آلاف للكل"."""
    payers = {hit.last: hit.first for hit in _phrases("pay_words").find(words)}
    for place, numeral in enumerate(numerals):
        if numeral.first - 1 in payers:
            yield place, payers[numeral.first - 1], numeral.last
        elif is_for_everything(words, numeral.last) or is_right_before_each(words, numeral.last):
            yield place, numeral.first, numeral.last


def _place_after(words: Words, budget_at: int, by_first: Mapping[int, int]) -> int | None:
    """Return the place of the number that follows, with only words such as "is about" between."""
    at = budget_at + 1
    while at < min(len(words.words), budget_at + _FARTHEST_BUDGET):
        if _BREAK.search(words.between(at - 1, at)):
            return None
        if at in by_first:
            return by_first[at]
        between = _phrases("between_words").at(words, at)
        if between is None:
            return None
        at = between.last + 1
    return None


def _is_amount(words: Words, first: Numeral, numeral: Numeral) -> bool:
    after = words.words[numeral.last + 1].folded if numeral.last + 1 < len(words.words) else ""
    is_year = numeral.first == numeral.last and numeral.value in _YEARS
    return (
        numeral.value >= _LEAST_BARE
        and not is_year
        and after not in _NOT_MONEY
        and not _is_less_than_nothing(words, first.first)
    )


def _is_near(words: Words, first: int, last: int, name: str) -> bool:
    """Tell whether a phrase of the list stands at most four words before or after."""
    reach = range(first - _NEAR, last + _NEAR + 1)
    return any(hit.first in reach or hit.last in reach for hit in _phrases(name).find(words))
