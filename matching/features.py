"""Documents to indexed influencers: tokens, vector, topic mixture and the stored features that scoring reads later.

Every text is encoded once (pass a `CachedEncoder` to keep vectors over runs): a new post costs one encoding. Followers
enter only through the expectation of the tier in `matching.performance`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from itertools import islice

import numpy as np

from matching.authenticity import Sign, SignState
from matching.captions import post_vectors, texts_to_encode
from matching.documents import AuthenticityDocument, InfluencerDocument, PostDocument
from matching.forecasting.history import FEATURE, measure_histories
from matching.performance import (
    EngagementPrior,
    followers_by_platform,
    ln_engagement_rate,
    measure_performance,
)
from matching.ports import Encoder, FloatMatrix, IndexedInfluencer
from matching.text import standardise, tokenise
from matching.tokens import own_tokens, post_words, recent_posts
from matching.topics import TopicSpace, heavy_topics, unit_rows

HALF_LIFE_DAYS = 180.0
PROFILE_WEIGHT = 5.0
NAME_SHARE = 0.3
PROFILE_TOPIC_WEIGHT = 3.0
NAME_TOPIC_WEIGHT = 1.0
CLAIM_WEIGHT = 1.0
PRIOR_POSTS = 5.0
TOPICS_OF_A_POST = 2
SECOND_TOPIC_LEAST = 0.5
"""A post's second topic counts when it is at least half as heavy as the first."""
DOCUMENTS_AT_ONCE = 32
"""A document's texts are read for vectors first, then for words: so few that they are still remembered (`text.TEXTS_KEPT`)."""
SECONDS_PER_DAY = 86_400.0
DIGITS = 6


def profile_text(document: InfluencerDocument) -> str:
    """Return what the encoder reads of the profile: both names and the bio, in standard words."""
    return read_profile(document.name, document.name_ar, document.bio)


def read_profile(name: str, name_ar: str, bio: str) -> str:
    """Return what the encoder reads of both names and a bio."""
    parts = (name, name_ar if name_ar != name else "", bio)
    return standardise(". ".join(part for part in parts if part.strip()))


def name_text(document: InfluencerDocument) -> str:
    """Return what the encoder reads of the name alone, which often says the subject in a word."""
    return standardise(document.name or document.name_ar)


def whole_text(document: InfluencerDocument) -> str:
    """Return all text that the encoder reads of a document."""
    return " ".join((profile_text(document), *_texts_of_posts(document)))


def _texts_of_posts(document: InfluencerDocument) -> Iterator[str]:
    for post in recent_posts(document):
        words = post_words(post)
        yield f"{words.caption} {words.tags}".rstrip()


class FeatureBuilder:
    """Turns documents into what the engines store; holds encoder, topics and prior, no state of its own."""

    def __init__(self, *, encoder: Encoder, topics: TopicSpace, prior: EngagementPrior) -> None:
        self._encoder = encoder
        self._topics = topics
        self._prior = prior

    def with_topics(self, topics: TopicSpace) -> "FeatureBuilder":
        """Return the same builder for other topics."""
        return FeatureBuilder(encoder=self._encoder, topics=topics, prior=self._prior)

    def build(self, documents: Sequence[InfluencerDocument], *, now: datetime) -> Iterator[IndexedInfluencer]:
        """Yield one indexed influencer a document, in their order, encoding many texts at a time."""
        waiting = iter(documents)
        while chunk := list(islice(waiting, DOCUMENTS_AT_ONCE)):
            posts = [recent_posts(document) for document in chunk]
            texts = [text for document in chunk for text in (profile_text(document), name_text(document))]
            read = [post_words(post) for own in posts for post in own]
            encoded = self._encoder.encode([*texts, *texts_to_encode(read)])
            profiles, vectors = encoded[: len(texts)], post_vectors(read, encoded[len(texts) :])
            start = 0
            for row, (document, own) in enumerate(zip(chunk, posts, strict=True)):
                end = start + len(own)
                yield self._combine(document, own, profiles[2 * row : 2 * row + 2], vectors[start:end], now)
                start = end

    def _combine(
        self,
        document: InfluencerDocument,
        posts: tuple[PostDocument, ...],
        profile: FloatMatrix,
        post_vectors: FloatMatrix,
        now: datetime,
    ) -> IndexedInfluencer:
        decay = _decay(posts, now)
        own = unit_rows(profile[:1] + NAME_SHARE * profile[1:])
        weighted = PROFILE_WEIGHT * own[0] + decay @ post_vectors
        post_mixtures = self._topics.mixtures(post_vectors)
        mixture = self._mixture(document, profile, decay, post_mixtures)
        return IndexedInfluencer(
            document=document,
            tokens=self._tokens(document),
            are_tokens_read=True,
            vector=unit_rows(weighted[None, :])[0],
            topics=mixture,
            features=self._features(document, posts, mixture, post_mixtures, now),
        )

    def _mixture(
        self,
        document: InfluencerDocument,
        profile: FloatMatrix,
        decay: FloatMatrix,
        post_mixtures: FloatMatrix,
    ) -> FloatMatrix:
        """Return the Dirichlet-shrunk mean over profile, name, claimed topics and posts (older posts count less)."""
        count = len(self._topics.ids)
        total = np.full(count, PRIOR_POSTS / count, dtype=np.float64)
        weight = PRIOR_POSTS
        if profile.any():
            total += np.asarray((PROFILE_TOPIC_WEIGHT, NAME_TOPIC_WEIGHT)) @ self._topics.mixtures(profile)
            weight += PROFILE_TOPIC_WEIGHT + NAME_TOPIC_WEIGHT
        claimed = [self._topics.rows[t] for t in document.claimed_topics if t in self._topics.rows]
        for row in claimed:
            total[row] += CLAIM_WEIGHT / len(claimed)
        weight += CLAIM_WEIGHT if claimed else 0.0
        total += decay @ post_mixtures
        mixed: FloatMatrix = (total / (weight + float(decay.sum()))).astype(np.float32)
        return mixed

    def _tokens(self, document: InfluencerDocument) -> dict[str, tuple[str, ...]]:
        claimed = [topic for t in document.claimed_topics if (topic := self._topics.find(t)) is not None]
        names = tokenise(" ".join(f"{topic.name_en} {topic.name_ar}" for topic in claimed))
        return {**own_tokens(document), "topics": names}

    def _features(
        self,
        document: InfluencerDocument,
        posts: tuple[PostDocument, ...],
        mixture: FloatMatrix,
        post_mixtures: FloatMatrix,
        now: datetime,
    ) -> dict[str, object]:
        followers = followers_by_platform(document.channels)
        performance = measure_performance(document, self._prior)
        features: dict[str, object] = {
            "computed_at": now.isoformat(),
            "encoder": self._encoder.name,
            "topics_version": self._topics.version,
            "prior_version": self._prior.version,
            "focus": concentration(mixture),
            "posts": [
                {
                    "id": post.id,
                    "url": post.url,
                    "published_at": post.published_at.isoformat(),
                    "topics": heavy_topics(self._topics.best(row, TOPICS_OF_A_POST), SECOND_TOPIC_LEAST),
                    "ln_rate": ln_engagement_rate(post, followers.get(post.platform)),
                }
                for post, row in zip(posts, post_mixtures, strict=True)
            ],
            "performance": None if performance is None else asdict(performance),
            FEATURE: measure_histories(document),
            "endorsements": document.endorsements,
            **_authenticity(document),
        }
        return in_steps(features)


def in_steps(features: dict[str, object]) -> dict[str, object]:
    """Return the features with every measured number in whole millionths: more digits are noise, and half of an index."""
    return {name: _rounded(value) for name, value in features.items()}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {name: _rounded(own) for name, own in value.items()}
    return [_rounded(own) for own in value] if isinstance(value, list) else value


def _authenticity(document: InfluencerDocument) -> dict[str, object]:
    checked = document.authenticity
    if checked is None:
        return {"authenticity": None, "authenticity_signs": []}
    return {
        "authenticity": checked.value,
        "authenticity_signs": [asdict(sign) for sign in checked.signs],
        "authenticity_as_of": checked.as_of.isoformat(),
    }


def restore_checked(item: IndexedInfluencer) -> InfluencerDocument:
    """Return the document with what was stored as features alone: endorsements and the signs of authenticity."""
    features = item.features
    endorsements, signs = features.get("endorsements"), features.get("authenticity_signs")
    value, as_of = features.get("authenticity"), features.get("authenticity_as_of")
    checked = None
    if isinstance(signs, list) and as_of is not None:
        checked = AuthenticityDocument(
            value=float(value) if isinstance(value, int | float) else None,
            signs=tuple(Sign(**{**sign, "state": SignState(sign["state"])}) for sign in signs),
            as_of=date.fromisoformat(str(as_of)),
        )
    counts = {str(k): int(v) for k, v in endorsements.items()} if isinstance(endorsements, dict) else None
    return replace(item.document, endorsements=counts, authenticity=checked)


def _decay(posts: tuple[PostDocument, ...], now: datetime) -> FloatMatrix:
    """Return 2^(-age / 180 days) for every post; a post dated in the future counts as new."""
    ages = [max(0.0, (now - post.published_at).total_seconds() / SECONDS_PER_DAY) for post in posts]
    weights: FloatMatrix = np.power(2.0, -np.asarray(ages) / HALF_LIFE_DAYS).astype(np.float32)
    return weights


def concentration(mixture: FloatMatrix) -> float:
    """Return 1 - entropy / log(number of topics): 0 for a generalist, 1 for one topic only."""
    held = mixture[mixture > 0].astype(np.float64)
    entropy = -float((held * np.log(held)).sum())
    return max(0.0, 1.0 - entropy / float(np.log(len(mixture))))
