"""What would move somebody up: one input of their document really changed, built and ranked again.

Each change is something a person can do. What it would bring besides (comments on new posts, say) is not guessed: unknown
stays unknown. A changed document is built by the same code as every other one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from matching.authenticity import authenticity_value
from matching.criteria import SearchCriteria
from matching.documents import AudienceDocument, InfluencerDocument, OfferDocument, PostDocument, Source
from matching.eligibility import cheapest_offer, find_refusal
from matching.folding import is_arabic
from matching.pools import CandidatePool, ListedIds, PlainTopics
from matching.ports import IndexedInfluencer
from matching.queries import UnderstoodBrief
from matching.scoring import Formula
from matching.topics import TopicSpace

SAID_EN, SAID_AR = (
    ("tips", "review", "routine", "ideas", "guide"),
    ("نصائح", "تجربة", "روتين", "أفكار", "دليل"),
)
"""A word for each added post, so that no two say the same: copies count once."""
POSTS_ADDED = len(SAID_EN)
DAYS_APART = 4
WHOLE = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """One change by name, with the numbers that its sentence needs and the document as it would be."""

    name: str
    params: dict[str, object]
    document: InfluencerDocument


@dataclass(frozen=True, slots=True)
class Standing:
    """A place and a score, or the filter that refuses."""

    rank: int | None
    score: float | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """What a change would bring. `places` counts places gained; None when one would be shown at all only then."""

    name: str
    params: dict[str, object]
    rank: int
    score: float
    places: int | None


def feasible_changes(
    document: InfluencerDocument,
    criteria: SearchCriteria,
    *,
    topic_text: str,
    market_minor: int | None,
    formula: Formula,
    now: datetime,
) -> Iterator[Change]:
    """Yield the changes that make sense for this person and brief.

    `topic_text` is what a post on the brief's leading topic may say, `market_minor` what peers of the size ask.
    """
    if criteria.requires_proven_channel and any(not channel.is_proven for channel in document.channels):
        proven = tuple(replace(channel, is_proven=True) for channel in document.channels)
        yield Change("prove_channel", {}, replace(document, channels=proven))
    if document.channels:
        posts = _new_posts(document, topic_text, now)
        yield Change("add_posts", {"count": POSTS_ADDED}, replace(document, posts=(*posts, *document.posts)))
    yield from _price_changes(document, criteria, market_minor)
    if (criteria.audience.countries or criteria.audience.languages) and document.audience is None:
        yield Change("add_audience", {}, replace(document, audience=_asked_audience(criteria, now)))
    if find_refusal(document, criteria) == "no_free_slot":
        free = replace(document, open_slots=max(1, document.open_slots), busy=(), free_from=None)
        yield Change("free_slot", {}, free)
    checked = document.authenticity
    if checked is not None and any(sign.weight > 0 for sign in checked.signs):
        signs = tuple(replace(sign, weight=0.0) for sign in checked.signs)
        value = authenticity_value(signs, formula)
        yield Change(
            "explain_figures", {}, replace(document, authenticity=replace(checked, value=value, signs=signs))
        )


def _new_posts(document: InfluencerDocument, text: str, now: datetime) -> tuple[PostDocument, ...]:
    platform = document.channels[0].platform
    said = SAID_AR if is_arabic(text) else SAID_EN
    return tuple(
        PostDocument(
            id=f"new-{number}",
            platform=platform,
            url="",
            text=f"{text} {said[number]}",
            published_at=now - timedelta(days=DAYS_APART * number),
        )
        for number in range(POSTS_ADDED)
    )


def _price_changes(
    document: InfluencerDocument, criteria: SearchCriteria, market_minor: int | None
) -> Iterator[Change]:
    if criteria.fixed_price_minor is not None:
        return
    offer = cheapest_offer(document, criteria)
    if offer is None:
        return
    wanted = [price for price in (market_minor, criteria.budget_minor) if price is not None]
    price = min(wanted, default=offer.price_minor)
    if price < offer.price_minor:
        params: dict[str, object] = {"price_minor": price, "currency": offer.currency}
        yield Change("price_to_market", params, replace(document, offers=_repriced(document, offer, price)))


def _repriced(document: InfluencerDocument, offer: OfferDocument, price: int) -> tuple[OfferDocument, ...]:
    return tuple(
        replace(each, price_minor=price) if each.listing_id == offer.listing_id else each
        for each in document.offers
    )


def _asked_audience(criteria: SearchCriteria, now: datetime) -> AudienceDocument:
    """Return an audience that is just as the brief asks: the change helps only those whose data show it."""
    target = criteria.audience
    countries = {code: target.share / len(target.countries) for code in target.countries}
    languages = {code: WHOLE / len(target.languages) for code in target.languages}
    return AudienceDocument(countries, languages, Source.SELF_DECLARED, now.date())


def topic_text(topics: TopicSpace, understood: UnderstoodBrief, document: InfluencerDocument) -> str:
    """Return what a post on the brief's leading topic may say, in the language the person writes in."""
    topic = topics.find(understood.topics[0][0]) if understood.topics else None
    if topic is None:
        return " ".join(understood.words)
    is_arabic = bool(document.languages) and document.languages[0] == "ar"
    return topic.name_ar if is_arabic else topic.name_en


def with_item(pool: CandidatePool, item: IndexedInfluencer) -> CandidatePool:
    """Return the pool with this person as they would be; their text score stays (0 for who was not in it)."""
    ids, topics = pool.all_ids(), pool.topics.at(np.arange(len(pool)))
    if item.document.id in ids:
        row = ids.index(item.document.id)
        vectors = pool.vectors.copy()
        vectors[row], topics[row] = item.vector, item.topics
        return replace(pool, vectors=vectors, topics=PlainTopics(topics))
    return replace(
        pool,
        ids=ListedIds((*ids, item.document.id)),
        text_scores=np.append(pool.text_scores, 0.0),
        vectors=np.vstack([pool.vectors.reshape(-1, len(item.vector)), item.vector[None, :]]),
        topics=PlainTopics(np.vstack([topics.reshape(-1, len(item.topics)), item.topics[None, :]])),
        size=pool.size + 1,
    )


def find_moves(
    changes: Sequence[Change], before: Standing, stand: Callable[[InfluencerDocument], Standing]
) -> tuple[Move, ...]:
    """Rank every change with `stand` and return those that help, most places first (ties by score, then name)."""
    moves = []
    for change in changes:
        after = stand(change.document)
        if after.rank is None or after.score is None:
            continue
        places = None if before.rank is None else before.rank - after.rank
        is_higher = before.score is None or after.score > before.score
        if places is None or places > 0 or (places == 0 and is_higher and before.rank != 1):
            moves.append(Move(change.name, change.params, after.rank, after.score, places))
    moves.sort(key=lambda move: (move.places is not None, -(move.places or 0), -move.score, move.name))
    return tuple(moves)
