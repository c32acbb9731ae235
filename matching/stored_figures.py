"""The figures of stored items, read one by one: the reference for engines that keep them in columns of their own."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from matching.criteria import SearchCriteria
from matching.documents import AudienceDocument
from matching.eligibility import audience_share, cheapest_offer
from matching.figures import CandidateFigures, FigureQuestion, Mask
from matching.market import largest_followers
from matching.ports import IndexedInfluencer
from matching.specialism import count_endorsers, months_of, rates_of, topics_of

COUNTED = ("posts", "posts_on_topic", "rates_on", "months_on", "months_seen", "measured", "price_minor")
_LISTED = ("ids", "currency", "held")


def figures_of(
    items: Sequence[IndexedInfluencer], question: FigureQuestion, held: Mask | None = None
) -> CandidateFigures:
    """Read the figures of stored items; `held` is looked up in their tokens unless it is given."""
    rows = [_row(item, question) for item in items]
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in rows], np.int64 if name in COUNTED else np.float64)
        for name in CandidateFigures.__slots__
        if name not in _LISTED
    }
    return CandidateFigures(
        ids=tuple(item.document.id for item in items),
        currency=tuple(_currency(item, question) for item in items),
        held=held_stems(items, question.stems) if held is None else held,
        **columns,
    )


def held_stems(items: Sequence[IndexedInfluencer], stems: Sequence[str]) -> Mask:
    """Return which of the stems each item's own text holds."""
    owned = [{token for tokens in item.tokens.values() for token in tokens} for item in items]
    return np.array([[stem in own for stem in stems] for own in owned], np.bool_).reshape(
        len(items), len(stems)
    )


def number_or_nan(value: object) -> float:
    """Return a stored number as a figure."""
    return float(value) if isinstance(value, int | float) else math.nan


def _currency(item: IndexedInfluencer, question: FigureQuestion) -> str:
    offer = cheapest_offer(item.document, question.criteria)
    return "" if offer is None else offer.currency


def _row(item: IndexedInfluencer, question: FigureQuestion) -> dict[str, float]:
    document, features = item.document, item.features
    performance = features.get("performance")
    believed: Mapping[str, object] = performance if isinstance(performance, dict) else {}
    offer, followers = cheapest_offer(document, question.criteria), largest_followers(document)
    focus = features.get("focus")
    return {
        "followers": math.nan if followers is None else followers,
        "focus": float(focus) if isinstance(focus, int | float) else 0.0,
        **_post_figures(features, question),
        **_audience_figures(document.audience, question.criteria),
        "authenticity": number_or_nan(features.get("authenticity")),
        "z": number_or_nan(believed.get("z")),
        "variance": number_or_nan(believed.get("variance")),
        "measured": int(number_or_nan(believed.get("n", 0))),
        "price_minor": 0 if offer is None else offer.price_minor,
    }


def _post_figures(features: Mapping[str, object], question: FigureQuestion) -> dict[str, float]:
    stored, endorsements = features.get("posts"), features.get("endorsements")
    posts = stored if isinstance(stored, list) else []
    on_topic = [post for post in posts if not question.wanted.isdisjoint(topics_of(post))]
    rates, rates_on = rates_of(posts), rates_of(on_topic)
    months_on, months_seen = months_of(posts, on_topic, question.now)
    known = endorsements if isinstance(endorsements, dict) else None
    endorsers = count_endorsers(known, question.wanted)
    return {
        "posts": len(posts),
        "posts_on_topic": len(on_topic),
        "rate_mean": fmean(rates) if rates else math.nan,
        "rate_mean_on": fmean(rates_on) if rates_on else math.nan,
        "rates_on": len(rates_on),
        "months_on": months_on,
        "months_seen": months_seen,
        "endorsers": math.nan if endorsers is None else endorsers,
    }


def _audience_figures(audience: AudienceDocument | None, criteria: SearchCriteria) -> dict[str, float]:
    """Return the shares of what was asked; NaN where nothing was asked or nothing is known."""
    country = language = math.nan
    if audience is not None and audience.countries and criteria.audience.countries:
        country = audience_share(audience.countries, criteria.audience.countries)
    if audience is not None and audience.languages and criteria.audience.languages:
        language = audience_share(audience.languages, criteria.audience.languages)
    return {"audience_country": country, "audience_language": language}
