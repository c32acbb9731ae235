"""Clauses of a brief that say how much, when and where, and nothing to look for: "Budget 5k, 2 reels, followers in the Gulf".

They are read by rules (`matching.reading`) and left out of what is searched: an encoder makes a subject of them, and half of
a real brief is made of them.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import groupby

from matching.asking import names_something, says_how, texts_of
from matching.folding import fold
from matching.reading.dates import MONTH_NAMES
from matching.reading.numerals import find_numerals
from matching.reading.words import Words, split
from matching.text import split_words, without_clitic
from matching.vocabularies import read_data

Tables = dict[str, tuple[str, ...]]
"""Lists of a data file of `matching/data/reading`."""
CLAUSE = re.compile(r"(?<=[.!?؟;؛,،\n])\s+|\n+")
_MEASURES: Tables = {"audience": ("nouns", "verbs"), "followers": ("followers", "accounts")}
_FACTS: Tables = {
    "audience": ("nouns", "verbs", "links", "between", "prepositions"),
    "followers": ("followers", "accounts", "low", "high", "money", "tiers"),
    "frequency": ("rates", "times", "counts", "units", "duals", "leads"),
    "weekdays": ("weekends", "days", "around", "coming_after", "next_after", "within"),
    "money": ("between_words", "total_words", "pay_words"),
    "fact_words": ("always",),
}
_IN_RUNS: Tables = {
    "followers": ("followers", "low", "high", "low_behind", "high_behind"),
    "frequency": ("rates", "times", "counts", "units", "duals", "leads"),
    "money": ("between_words", "total_words", "pay_words"),
    "fact_words": ("in_runs", "beside_numbers"),
}
"""Words that go on with a run of facts inside a clause, beside those of work, money and numbers."""
_RUN_MEASURES: Tables = {
    "followers": ("followers",),
    "money": ("budget_names",),
    "fact_words": ("currencies",),
}
_HYPHENS = frozenset({"-", "–"})
_BESIDE: Tables = {
    "places": ("countries", "peoples", "regions", "cities"),
    "money": ("nationalities",),
    "fact_words": ("beside_numbers",),
}
_SPELLINGS = ("en", "ar", "also")
"""Under these a place has its names."""


def without_fact_clauses(text: str) -> str:
    """Return a text without its clauses of facts and greetings; the whole where nothing else is left."""
    clauses = CLAUSE.split(text)
    kept = [_without_runs(clause) for clause in clauses if names_subject(clause)]
    return " ".join(kept) if kept and kept != clauses else text


def _without_runs(clause: str) -> str:
    """Return a clause without its runs of facts: "reviews of phones | from 50k to 200k followers budget 40k"."""
    words = split(clause)
    numbers = {at for each in find_numerals(words) for at in range(each.first, each.last + 1)}
    if not numbers:
        return clause
    kept, at = [], 0
    for first, last in _runs(words, numbers):
        kept.append(words.text[at : words.words[first].start])
        at = words.words[last].end
    left = " ".join("".join((*kept, words.text[at:])).split())
    return left if kept and names_subject(left) else clause


def _runs(words: Words, numbers: AbstractSet[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last word of runs of facts that hold a number and what it measures."""
    known = [at in numbers or _goes_in_runs(word.folded) for at, word in enumerate(words.words)]
    for is_fact, places in groupby(range(len(known)), key=known.__getitem__):
        run = list(places)
        is_measured = any(_is_one_of(words.words[at].folded, _words_of("run_measures")) for at in run)
        if is_fact and is_measured and not numbers.isdisjoint(run):
            yield run[0], run[-1]


def _goes_in_runs(word: str) -> bool:
    return word in _HYPHENS or says_how(word) or _is_one_of(word, _words_of("runs"))


def names_subject(clause: str, *, is_measured: bool = False) -> bool:
    """Tell whether a word of a clause is neither common nor a fact; a place is one beside a number or whoever follows (`is_measured`)."""
    words = [fold(word) for word in split_words(clause)]
    is_measured = is_measured or any(
        word[0].isdigit() or _is_one_of(word, _words_of("measures")) for word in words
    )
    known = _words_of("facts") | (_words_of("beside") if is_measured else frozenset())
    return any(not _is_one_of(word, known) and names_something(word) for word in words)


def _is_one_of(word: str, known: frozenset[str]) -> bool:
    return word in known or not known.isdisjoint(without_clitic(word))


@cache
def _words_of(kind: str) -> frozenset[str]:
    """Return the single folded words of the tables that facts are read by: "facts", "measures", "runs", "run_measures" or "beside" (what is a fact only beside a measure)."""
    tables = {
        "facts": _FACTS,
        "measures": _MEASURES,
        "beside": _BESIDE,
        "runs": _IN_RUNS,
        "run_measures": _RUN_MEASURES,
    }[kind]
    months = MONTH_NAMES if kind == "facts" else ()
    return frozenset(
        word for phrase in (*months, *_phrases(tables)) for word in fold(phrase).replace("-", " ").split()
    )


def _phrases(tables: Tables) -> Iterator[str]:
    for name, parts in tables.items():
        data = read_data(f"reading/{name}.json")
        for part in parts:
            rows = data[part]
            if isinstance(rows, list) and rows and isinstance(rows[0], dict):
                for row in rows:
                    yield from texts_of([row.get(key, ()) for key in _SPELLINGS])
            else:
                yield from texts_of(rows)
