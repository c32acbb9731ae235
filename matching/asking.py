"""Whether a brief asks for anything that can be looked for: greetings, figures and "we want influencers" do not.

Bounds were read off the development briefs, the dialect lines and some thirty texts that ask for nothing: whoever names a
subject stands above them, in dialect and Arabizi, too.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from string import digits

import numpy as np

from matching.folding import fold
from matching.ports import FloatMatrix
from matching.text import without_clitic
from matching.topics import TopicSpace
from matching.vocabularies import read_data, vocabulary

NAMES_TOPIC = 0.44
"""From this cosine on a text of common words names a topic all the same: "marketing", "podcasts"."""
STRANGE_BELOW = 0.3
"""Below it, words of which the index knows none mean nothing to the topics either: "asdf qwer"."""


def asks_nothing(words: Iterable[str], views: FloatMatrix, topics: TopicSpace, *, is_known: bool) -> bool:
    """Tell whether a brief of these folded words, with its views, names nothing to look for.

    `is_known` tells that some word is in the index, or near one that is, or that nobody knows.
    """
    held = frozenset(words)
    if held and held <= _greetings():
        return True
    nearest = float(np.max(views @ topics.vectors.T, initial=0.0))
    if any(map(names_something, held)):
        return not is_known and nearest < STRANGE_BELOW
    return nearest < NAMES_TOPIC


def names_something(word: str) -> bool:
    """Tell whether a folded word is more than common: none of greetings, days, asking, kinds of work, money and numbers."""
    lists = vocabulary()
    word = word.strip(digits)  # 5k
    held = {word, *without_clitic(word)}
    common = (lists.everyday, lists.stopwords, lists.boilerplate, _greetings(), _facts())
    return any(map(str.isalpha, word)) and all(map(held.isdisjoint, common))


def says_how(word: str) -> bool:
    """Tell whether a folded word is one of kinds of work, platforms, money, numbers or followers."""
    return not _facts().isdisjoint((word, *without_clitic(word)))


@cache
def _greetings() -> frozenset[str]:
    return frozenset(map(fold, texts_of(read_data("greetings.json")["words"])))


@cache
def _facts() -> frozenset[str]:
    """Return the words of kinds of work, platforms, money and numbers: they say how, not about what."""
    work, money, numbers = (
        read_data(f"reading/{name}.json") for name in ("deliverables", "money", "numbers")
    )
    tables = (
        *(work[name] for name in ("kinds", "duals", "counted", "platforms")),
        *(money[name] for name in ("currencies", "shared", "budget_names", "budget_words", "each_words")),
        *(numbers[name] for name in ("words", "multipliers", "duals")),
    )
    return frozenset(word for table in tables for phrase in texts_of(table) for word in fold(phrase).split())


def texts_of(table: object) -> Iterator[str]:
    """Yield the phrases of a table, be they keys, values or in lists."""
    if isinstance(table, dict):
        for key, value in table.items():
            yield str(key)
            yield from texts_of(value)
    elif isinstance(table, list | tuple):
        for entry in table:
            yield from texts_of(entry)
    elif isinstance(table, str):
        yield table
