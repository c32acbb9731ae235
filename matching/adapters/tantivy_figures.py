"""What scoring reads of stored influencers, as columns: written with every document, read for hundreds of rows at once.

The numbers are those of `matching.stored_figures` (a contract test compares them).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.adapters import tantivy_columns as columns
from matching.adapters.feature_shapes import PostMark
from matching.adapters.tantivy_columns import Vocabulary, from_steps
from matching.adapters.tantivy_files import Array
from matching.adapters.terms import entries_of, words_held
from matching.adapters.vectors import Rows
from matching.criteria import SearchCriteria
from matching.figures import CandidateFigures, Counts, Doubles, FigureQuestion, Mask
from matching.specialism import MONTHS_A_YEAR, MONTHS_BACK

Columns = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The columns of one commit with the numbers of the words and of the topics in them."""

    columns: Columns
    words: Vocabulary
    subjects: Vocabulary


def read_figures(
    table: FigureTable, rows: Rows, ids: Sequence[str], question: FigureQuestion
) -> CandidateFigures:
    """Return the figures of the rows, whose ids are `ids`."""
    stored, words, subjects = table.columns, table.words, table.subjects
    price_minor, currency = _cheapest(stored, words, rows, question.criteria)
    target = question.criteria.audience
    return CandidateFigures(
        ids=tuple(ids),
        followers=stored["row.followers"][rows],
        focus=from_steps(stored["row.focus"][rows]),
        **_posts(stored, subjects, rows, question),
        endorsers=_endorsers(stored, subjects, rows, question.wanted),
        audience_country=_share(stored, words, rows, "audience_country", target.countries),
        audience_language=_share(stored, words, rows, "audience_language", target.languages),
        authenticity=from_steps(stored["row.authenticity"][rows]),
        z=from_steps(stored["row.z"][rows]),
        variance=from_steps(stored["row.variance"][rows]),
        measured=stored["row.measured"][rows].astype(np.int64),
        price_minor=price_minor,
        currency=currency,
        held=words_held(stored, rows, question.stems),
    )


def _posts(stored: Columns, subjects: Vocabulary, rows: Rows, question: FigureQuestion) -> dict[str, Any]:
    places, owners = entries_of(stored["post.end"], rows)
    count = len(rows)
    wanted = [code for topic in question.wanted if (code := subjects.find(topic)) != columns.NO_WORD]
    on_topic = np.isin(stored["post.first"][places], wanted) | np.isin(stored["post.second"][places], wanted)
    rates = from_steps(stored["post.rate"][places])
    measured = ~np.isnan(rates)
    months = stored["post.month"][places].astype(np.int64)
    now = question.now.year * MONTHS_A_YEAR + question.now.month
    recent = (months > 0) & (now - months < MONTHS_BACK)
    seen = _months(owners[recent], np.maximum(0, now - months[recent]), count)
    is_both = recent & on_topic
    seen_on = _months(owners[is_both], np.maximum(0, now - months[is_both]), count)
    return {
        "posts": np.bincount(owners, minlength=count),
        "posts_on_topic": np.bincount(owners[on_topic], minlength=count),
        "rate_mean": _means(owners[measured], rates[measured], count),
        "rate_mean_on": _means(owners[measured & on_topic], rates[measured & on_topic], count),
        "rates_on": np.bincount(owners[measured & on_topic], minlength=count),
        "months_on": seen_on.sum(axis=1),
        "months_seen": np.where(seen.any(axis=1), MONTHS_BACK - seen[:, ::-1].argmax(axis=1), 0),
    }


def read_post_marks(table: FigureTable, rows: Rows) -> list[list[PostMark]]:
    """Return topics and ln(engagement rate) of every post of the rows, in the order of the posts."""
    stored, word = table.columns, table.subjects.word
    places, owners = entries_of(stored["post.end"], rows)
    marks: list[list[PostMark]] = [[] for _ in rows]
    columns_read = (stored["post.first"], stored["post.second"], stored["post.rate"])
    values = zip(owners.tolist(), *(column[places].tolist() for column in columns_read), strict=True)
    for owner, first, second, steps in values:
        topics = [word(code) for code in (first, second) if code != columns.NO_WORD]
        marks[owner].append(
            (topics, None if steps == columns.UNKNOWN_STEPS else steps / columns.STEPS_A_UNIT)
        )
    return marks


def _months(owners: Rows, ages: Counts, count: int) -> Mask:
    """Return in which of the last twelve months (0 is this one) each owner posted."""
    marked = np.zeros((count, MONTHS_BACK), np.bool_)
    marked[owners, ages] = True
    return marked


def _means(owners: Rows, values: Doubles, count: int) -> Doubles:
    sums = np.bincount(owners, weights=values, minlength=count)
    numbers = np.bincount(owners, minlength=count)
    means: Doubles = np.where(numbers > 0, sums / np.maximum(numbers, 1), math.nan)
    return means


def _entries_in(rows_column: Array, rows: Rows) -> tuple[Rows, Rows]:
    """Return the places of the rows' entries in a long table, which is sorted by row, and whose each one is."""
    wanted = rows.astype(rows_column.dtype)  # of another type the whole column would be copied to it first
    starts = np.searchsorted(rows_column, wanted, side="left")
    sizes = np.searchsorted(rows_column, wanted, side="right") - starts
    owners = np.repeat(np.arange(len(rows)), sizes)
    before = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) - np.repeat(before - starts, sizes), owners


def _endorsers(stored: Columns, subjects: Vocabulary, rows: Rows, wanted: frozenset[str]) -> Doubles:
    places, owners = _entries_in(stored["endorsement.row"], rows)
    codes = [code for topic in wanted if (code := subjects.find(topic)) != columns.NO_WORD]
    chosen = np.isin(stored["endorsement.topic"][places], codes)
    counts = stored["endorsement.count"][places][chosen]
    named = np.bincount(owners[chosen], weights=counts, minlength=len(rows))
    is_known = (stored["row.flags"][rows] & columns.HAS_ENDORSEMENTS) != 0
    result: Doubles = np.where(is_known, named, math.nan)
    return result


def _share(stored: Columns, words: Vocabulary, rows: Rows, table: str, wanted: Sequence[str]) -> Doubles:
    """Return the sum of the wanted shares, at most 1; NaN where none was asked or the table says nothing of a row."""
    if not wanted:
        return np.full(len(rows), math.nan)
    places, owners = _entries_in(stored[f"{table}.row"], rows)
    codes, shares = stored[f"{table}.code"][places], stored[f"{table}.share"][places]
    total = np.zeros(len(rows))
    for word, times in Counter(wanted).items():
        chosen = codes == words.find(word)
        total += times * np.bincount(owners[chosen], weights=shares[chosen], minlength=len(rows))
    is_known = np.bincount(owners, minlength=len(rows)) > 0
    result: Doubles = np.where(is_known, np.minimum(total, 1.0), math.nan)
    return result


def _cheapest(
    stored: Columns, words: Vocabulary, rows: Rows, criteria: SearchCriteria
) -> tuple[Counts, tuple[str, ...]]:
    """Return price and currency of each row's cheapest matching offer, as `matching.eligibility.cheapest_offer` picks it.

    Offers lie in the order of their listings' ids, so that the first of the cheapest is the right one.
    """
    places, owners = _entries_in(stored["offer.row"], rows)
    matching = _has_items(stored, words, places, criteria)
    if criteria.platforms:
        codes = [words.find(platform) for platform in criteria.platforms]
        matching &= np.isin(stored["offer.platform"][places], codes)
    currencies, prices = stored["offer.currency"][places], stored["offer.price"][places]
    if criteria.currency is not None:
        matching &= currencies == words.find(criteria.currency)
    chosen = np.flatnonzero(matching)
    order = chosen[np.lexsort((chosen, prices[chosen], owners[chosen]))]
    first = order[np.unique(owners[order], return_index=True)[1]]
    price = np.zeros(len(rows), np.int64)
    price[owners[first]] = prices[first]
    currency = [""] * len(rows)
    for owner, code in zip(owners[first].tolist(), currencies[first].tolist(), strict=True):
        currency[owner] = words.word(code)
    return price, tuple(currency)


def _has_items(stored: Columns, words: Vocabulary, offers: Rows, criteria: SearchCriteria) -> Mask:
    """Return which offers hold every asked deliverable at least as often as asked, or one of the others."""
    matching = np.ones(len(offers), np.bool_)
    if criteria.deliverables:
        places, owners = _entries_in(stored["item.offer"], offers)
        kinds, counts = stored["item.kind"][places], stored["item.count"][places]

        def holding(kind: str, wanted: int) -> Mask:
            enough = (kinds == words.find(kind)) & (counts >= wanted)
            return (np.bincount(owners[enough], minlength=len(offers)) > 0) | (wanted <= 0)

        for piece in criteria.deliverables:
            matching &= holding(*piece)
        for piece in criteria.other_deliverables:
            matching |= holding(*piece)
    return matching
