"""What a topic would catch before anybody adds it: the nearest topics, the nearest people, the briefs that would be read by it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.criteria import FollowerGate, SearchCriteria
from matching.documents import InfluencerDocument
from matching.ports import Encoder, FloatMatrix, QueryViews, SearchIndex
from matching.queries import TOPICS_UNDERSTOOD
from matching.text import standardise, strip_boilerplate, tokenise
from matching.topics import Topic, TopicSpace, encode_topics, unit_rows

NEAREST_TOPICS = 5
NEAREST_PEOPLE = 10
NEAREST_BRIEFS = 5
CANDIDATES = 200
NEARLY_SAME = 0.85
"""Cosine from which two topics are hard to tell apart."""


@dataclass(frozen=True, slots=True)
class NearInfluencer:
    """Somebody whose posts and bio lie near; `share` is what the topic would take of all they talk about (0 to 1)."""

    document: InfluencerDocument
    cosine: float
    share: float


@dataclass(frozen=True, slots=True)
class NearBrief:
    """A brief in which the topic would be among the three that are understood; `place` counts from 1."""

    brief_id: str
    share: float
    place: int


@dataclass(frozen=True, slots=True)
class TopicPreview:
    """`nearest` are (topic id, cosine), nearest first; of `briefs_looked_at` briefs `briefs_caught` would be read by the topic."""

    nearest: tuple[tuple[str, float], ...]
    people: tuple[NearInfluencer, ...]
    briefs: tuple[NearBrief, ...]
    briefs_caught: int
    briefs_looked_at: int

    @property
    def is_nearly_same(self) -> bool:
        return bool(self.nearest) and self.nearest[0][1] >= NEARLY_SAME


def preview_topic(
    topic: Topic,
    briefs: Mapping[str, str],
    *,
    space: TopicSpace,
    wanted: TopicSpace,
    encoder: Encoder,
    index: SearchIndex,
) -> TopicPreview:
    """Look what `topic` would catch in a space that does not have it; `briefs` are texts by id.

    `wanted` is the space of the next build: a topic that waits for it may be the nearest one.

    Raises IndexUnavailable.
    """
    vector = encode_topics(encoder, [topic])
    cosines = wanted.vectors @ vector[0]
    extended = replace(space, topics=(*space.topics, topic), vectors=np.concatenate((space.vectors, vector)))
    caught = _briefs(briefs, extended, encoder)
    return TopicPreview(
        nearest=tuple(
            (wanted.ids[row], float(cosines[row]))
            for row in np.argsort(-cosines, kind="stable")[:NEAREST_TOPICS]
        ),
        people=_people(topic, vector, space, extended, index),
        briefs=tuple(caught[:NEAREST_BRIEFS]),
        briefs_caught=len(caught),
        briefs_looked_at=len(briefs),
    )


def _people(
    topic: Topic, vector: FloatMatrix, space: TopicSpace, extended: TopicSpace, index: SearchIndex
) -> tuple[NearInfluencer, ...]:
    words = tokenise(f"{topic.label_en} {topic.label_ar} {topic.name_en} {topic.name_ar}")
    views = QueryViews(
        weighted_tokens=tuple((word, 1.0) for word in dict.fromkeys(words)),
        vector=vector[0],
        topics=space.query_mixtures(vector)[0],
    )
    everybody = SearchCriteria(text=topic.label_en, followers=FollowerGate(is_open=True))
    pool = index.candidates(everybody, views, limit=CANDIDATES)
    if not len(pool):
        return ()
    vectors = unit_rows(pool.vectors)
    cosines, shares = vectors @ vector[0], extended.mixtures(vectors)[:, -1]
    rows = np.argsort(-cosines, kind="stable")[:NEAREST_PEOPLE]
    ids = pool.ids.at(rows)
    stored = index.get_many(ids, with_posts=False)
    return tuple(
        NearInfluencer(stored[key].document, float(cosines[row]), float(shares[row]))
        for key, row in zip(ids, rows.tolist(), strict=True)
        if key in stored
    )


def _briefs(briefs: Mapping[str, str], extended: TopicSpace, encoder: Encoder) -> list[NearBrief]:
    """Return the briefs in which the last topic of the space is understood, strongest first."""
    if not briefs:
        return []
    texts = [strip_boilerplate(standardise(text)) for text in briefs.values()]
    mixtures = extended.mixtures(encoder.encode(texts))
    places = 1 + (mixtures > mixtures[:, -1:]).sum(axis=1)
    found = [
        NearBrief(brief_id, float(mixture[-1]), int(place))
        for brief_id, mixture, place in zip(briefs, mixtures, places, strict=True)
        if place <= TOPICS_UNDERSTOOD
    ]
    return sorted(found, key=lambda near: (-near.share, near.brief_id))
