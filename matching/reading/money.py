"""Amounts of money in a brief: "5k SAR", "٥٠٠٠ ر.س", "خمسة آلاف ريال", "$300 each". Major units; no currency is guessed."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from matching.reading.numerals import Numeral, find_numerals
from matching.reading.words import Phrases, Words
from matching.vocabularies import read_data

_NEAR = 4


@dataclass(frozen=True, slots=True)
class ReadMoney:
    """An amount in major units. `is_each` tells that it is meant for every influencer; `quote` is what was read."""

    amount: Decimal
    currency: str
    is_each: bool
    quote: str


@cache
def _phrases(name: str) -> Phrases:
    entries = read_data("reading/money.json")[name]
    if isinstance(entries, dict):
        return Phrases(entries)
    return Phrases({name: entries if isinstance(entries, list) else []})


def find_money(words: Words) -> list[ReadMoney]:
    """Return the amounts that carry a currency, those that are called a budget first."""
    found: list[tuple[bool, ReadMoney]] = []
    for numeral in find_numerals(words):
        around = _currency_around(words, numeral)
        if around is not None and numeral.value > 0:
            currency, first, last = around
            is_budget = _is_near(words, first, last, "budget_words")
            is_each = _is_near(words, first, last, "each_words")
            money = ReadMoney(numeral.value, currency, is_each, words.quote(first, last))
            found.append((is_budget, money))
    return [money for _, money in sorted(found, key=lambda pair: not pair[0])]


def _currency_around(words: Words, numeral: Numeral) -> tuple[str, int, int] | None:
    """Return the currency after a number, else before it, with the first and last word of both."""
    table = _phrases("currencies")
    after = table.at(words, numeral.last + 1) if numeral.last + 1 < len(words.words) else None
    if after is not None:
        return after.value, numeral.first, after.last
    for start in range(max(0, numeral.first - 2), numeral.first):
        before = table.at(words, start)
        if before is not None and before.last == numeral.first - 1:
            return before.value, start, numeral.last
    return None


def _is_near(words: Words, first: int, last: int, name: str) -> bool:
    """Tell whether a phrase of the list stands at most four words before or after."""
    reach = range(first - _NEAR, last + _NEAR + 1)
    return any(hit.first in reach or hit.last in reach for hit in _phrases(name).find(words))
