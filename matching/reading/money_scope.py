"""What an amount is for: all the work together, every influencer, or every week of it."""

import re
from functools import cache

from matching.reading.frequency import find_lengths, find_rates, length_of, periods
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

_NEAR = 4
_CLAUSE = re.compile(r"[.,;!?،؛؟\n]")
_FOLLOWERS = "followers"


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({name: read_data("reading/money.json")[name]})  # type: ignore[dict-item]


@cache
def _counted() -> Phrases:
    return Phrases({_FOLLOWERS: read_data("reading/followers.json")[_FOLLOWERS]})  # type: ignore[dict-item]


def is_for_each(words: Words, first: int, last: int) -> bool:
    """Tell whether an amount is meant for every one: by a word in its own clause, or by one that is the next clause."""
    if is_for_everything(words, last):
        return False
    if last + 1 < len(words.words) and _phrases("each_after").at(words, last + 1) is not None:
        return True
    for hit in _phrases("each_words").find(words):
        before, after = 0 < first - hit.last <= _NEAR, 0 < hit.first - last <= _NEAR
        if before or after:
            gap = words.between(hit.last, first) if before else words.between(last, hit.first)
            is_apart = after and _is_own_clause(words, hit)
            if is_apart or not _CLAUSE.search(gap):
                return True
        elif first <= hit.first <= last:
            return True
    return False


def _is_own_clause(words: Words, hit: Hit) -> bool:
    """Tell whether nothing else stands between the signs around a phrase: "500 riyals, for each influencer"."""
    ends = hit.last + 1 == len(words.words) or _CLAUSE.search(words.between(hit.last, hit.last + 1))
    return bool(ends and _CLAUSE.search(words.between(hit.first - 1, hit.first)))


def is_for_everything(words: Words, last: int) -> bool:
    """Tell whether "in total" stands right behind an amount, and counts no followers."""
    if last + 1 == len(words.words) or (hit := _phrases("total_words").at(words, last + 1)) is None:
        return False
    return hit.last + 1 == len(words.words) or _counted().at(words, hit.last + 1) is None


def is_right_before_each(words: Words, last: int) -> bool:
    """Tell whether "each" or "per person" stands right behind a number, which no noun of its own follows: "500 each"."""
    if last + 1 == len(words.words) or _CLAUSE.search(words.between(last, last + 1)):
        return False
    return _phrases("each_words").at(words, last + 1) is not None


def per_period(words: Words, last: int) -> tuple[int | None, int]:
    """Return how often an amount is paid, and the last word that says so: once, "per week, for 4 weeks" four times.

    None where the text does not tell for how long.
    """
    rates = find_rates(words)
    for rate in rates:
        if rate.first == last + 1 and not _CLAUSE.search(words.between(last, rate.first)):
            length = length_of(words, rate, find_lengths(words, rates))
            return (None if length is None else rate.times * periods(rate, length)), rate.last
    return 1, last
