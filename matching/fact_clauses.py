"""Clauses of a brief that say how much, when and where, and nothing to look for: "Budget 5k, 2 reels, followers in the Gulf".

They are read by rules (`matching.reading`) and left out of what is searched: an encoder makes a subject of them, and half of
a real brief is made of them.
"""

import re
from collections.abc import Iterator
from functools import cache

from matching.asking import names_something, texts_of
from matching.folding import fold
from matching.reading.dates import MONTH_NAMES
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
    kept = [clause for clause in clauses if names_subject(clause)]
    return " ".join(kept) if 0 < len(kept) < len(clauses) else text


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
    """Return the single folded words of the tables that facts are read by: "facts", "measures" or "beside" (what is a fact only beside a measure)."""
    tables = {"facts": _FACTS, "measures": _MEASURES, "beside": _BESIDE}[kind]
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
