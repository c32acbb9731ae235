"""A small, fixed market for the engine's tests, and the question that everybody in it passes."""

from datetime import date

import numpy as np

from matching.criteria import FollowerGate, SearchCriteria
from matching.documents import ChannelDocument, Figure, InfluencerDocument, Source
from matching.ports import IndexedInfluencer, QueryViews

DIMENSIONS = 16
TOPICS = 6
EVERYBODY = SearchCriteria(text="coffee", followers=FollowerGate(is_open=True))


def make_item(number: int, *, version: int = 1, word: str = "coffee") -> IndexedInfluencer:
    rng = np.random.default_rng(number)
    vector = rng.standard_normal(DIMENSIONS).astype(np.float32)
    followers = Figure(value=2_000.0 + number, source=Source.API, as_of=date(2026, 1, 1), sample_size=None)
    return IndexedInfluencer(
        document=InfluencerDocument(
            id=f"i{number}",
            version=version,
            handle=f"h{number}",
            name=f"name {number}",
            name_ar="اسم",
            bio=word,
            country="SA",
            city=None,
            languages=("ar",),
            claimed_topics=(),
            channels=(ChannelDocument("instagram", "h", "https://example.test/h", True, followers),),
        ),
        tokens={"name": (f"name{number}",), "topics": (), "bio": (word, f"w{number % 7}"), "posts": (word,)},
        vector=vector / np.linalg.norm(vector),
        topics=rng.dirichlet(np.ones(TOPICS)).astype(np.float32),
        features={"number": number},
    )


def ask(word: str = "coffee") -> QueryViews:
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[0] = 1.0
    return QueryViews(((word, 1.0),), vector, np.full(TOPICS, 1 / TOPICS, np.float32))


def found_by_word(index, word: str) -> set[str]:
    """Ids whose own text holds the word."""
    pool = index.candidates(EVERYBODY, ask(word), limit=10_000)
    return {candidate.influencer_id for candidate in pool.candidates if candidate.text_score > 0}


def assert_whole(index) -> None:
    """Everything that can be asked of the index agrees with everything else."""
    ids = index.ids()
    pool = index.candidates(EVERYBODY, ask(), limit=100_000)
    assert {candidate.influencer_id for candidate in pool.candidates} == set(ids)
    assert index.count() == len(ids) == pool.size
    stored = index.get_many(list(ids))
    assert {key: item.document.version for key, item in stored.items()} == ids
    for key, item in stored.items():
        assert item.features == {"number": int(key[1:])}
        assert f"name{key[1:]}" in item.tokens["name"]
