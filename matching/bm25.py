"""BM25 over one virtual field made of all weighted text fields, the same numbers in every engine.

Engines disagree in their own scores (rounded lengths, deleted documents in the statistics), so they only propose
candidates by text; the text score of a candidate is computed here. Formula: Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond" (2009), section 3.6: term counts are weighted and summed over fields first.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from matching.ports import TEXT_FIELD_WEIGHTS

K1 = 1.2
B = 0.75
COUNT_UNIT = 10
"""Weighted counts are kept in tenths, as whole numbers, so that they fit one byte on disk."""
COUNT_MAX = 255


def weighted_counts(tokens: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how often each token occurs, weighted by its fields, in tenths, at most COUNT_MAX."""
    counts: dict[str, int] = {}
    for field, weight in TEXT_FIELD_WEIGHTS.items():
        step = round(weight * COUNT_UNIT)
        for token in tokens.get(field, ()):
            counts[token] = counts.get(token, 0) + step
    return {token: min(count, COUNT_MAX) for token, count in counts.items()}


def weighted_length(tokens: Mapping[str, Sequence[str]]) -> int:
    """Return the weighted number of tokens of a document, in tenths."""
    return sum(
        round(weight * COUNT_UNIT) * len(tokens.get(field, ()))
        for field, weight in TEXT_FIELD_WEIGHTS.items()
    )


def merge_query(weighted_tokens: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Sum the weights of repeated query tokens; tokens without a positive weight are left out."""
    merged: dict[str, float] = {}
    for token, weight in weighted_tokens:
        merged[token] = merged.get(token, 0.0) + weight
    return {token: weight for token, weight in merged.items() if weight > 0}


def rarity(*, documents: int, holding: int) -> float:
    """Return the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    return math.log1p((max(documents, holding) - holding + 0.5) / (holding + 0.5))


def length_penalty(length: float, mean_length: float) -> float:
    """Return K1 * (1 - B + B * length / mean); both lengths in tenths, the result in counts."""
    return K1 * (1 - B + B * length / mean_length) if mean_length > 0 else K1


def score(
    counts: Mapping[str, int], penalty: float, query: Mapping[str, float], rarities: Mapping[str, float]
) -> float:
    """Return the text score of one document: sum of weight * rarity * count * (K1 + 1) / (count + penalty)."""
    total = 0.0
    for token, weight in query.items():
        count = counts.get(token, 0) / COUNT_UNIT
        if count:
            total += weight * rarities[token] * count * (K1 + 1) / (count + penalty)
    return total
