"""What the three ways of finding propose when more pass the filters than may be proposed."""

from dataclasses import replace

import numpy as np
import pytest

from matching import eligibility
from matching.adapters import tantivy_words, vectors
from matching.adapters.tantivy import TantivyIndex
from matching.criteria import FollowerGate, SearchCriteria
from matching.ports import QueryViews
from tests.integration.matching_engine.market import DIMENSIONS, EVERYBODY, TOPICS, make_item

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("finding")

COUNT = 400
LIMIT = 30


@pytest.fixture(scope="module")
def items():
    made = [make_item(number, word="coffee" if number % 4 else "tea") for number in range(COUNT)]
    return [
        replace(item, document=replace(item.document, country="SA" if number % 5 == 0 else "EG"))
        for number, item in enumerate(made)
    ]


@pytest.fixture(scope="module")
def index(items, tmp_path_factory):
    index = TantivyIndex.create(tmp_path_factory.mktemp("finding") / "index")
    index.upsert(items)
    index.refresh()
    return index


@pytest.fixture(params=["scored", "searched"])
def _both_ways(request, monkeypatch):
    """Few passing rows are scored one by one, many are searched by tantivy: both must find."""
    if request.param == "searched":
        monkeypatch.setattr(tantivy_words, "_ENTRIES_SCORED", -1)


def views(*, words=(), vector=None, topics=None):
    return QueryViews(
        words,
        np.zeros(DIMENSIONS, np.float32) if vector is None else vector,
        np.zeros(TOPICS, np.float32) if topics is None else topics,
    )


def found(index, criteria, asked):
    return {c.influencer_id for c in index.candidates(criteria, asked, limit=LIMIT).candidates}


def best(items, score, count):
    return {item.document.id for item in sorted(items, key=score, reverse=True)[:count]}


@pytest.mark.usefixtures("_both_ways")
class TestByWords:
    def test_gives_the_limit_of_those_that_hold_a_word(self, index, items):
        got = found(index, EVERYBODY, views(words=(("tea", 1.0),)))
        assert len(got) == LIMIT
        assert got <= {item.document.id for item in items if item.document.bio == "tea"}

    def test_goes_on_until_the_filters_leave_enough(self, index, items):
        criteria = SearchCriteria(text="x", countries=("SA",), followers=FollowerGate(2_000, 2_199))
        passing = {
            i.document.id for i in items if i.document.country == "SA" and int(i.document.id[1:]) < 200
        }
        assert len(passing) == 40
        got = found(index, criteria, views(words=(("coffee", 0.01), ("tea", 1.0))))
        assert len(got) == LIMIT
        assert got <= passing
        assert {i.document.id for i in items if i.document.bio == "tea" and i.document.id in passing} <= got

    def test_keeps_to_every_filter_that_tantivy_knows(self, index, items):
        criteria = SearchCriteria(
            text="x",
            platforms=("instagram", "x"),
            countries=("SA",),
            cities=("riyadh",),
            creator_languages=("ar",),
            followers=FollowerGate(2_000, 2_299),
        )
        asked = views(words=(("coffee", 1.0), ("tea", 0.5)))
        got = found(index, criteria, asked)
        assert len(got) == LIMIT
        assert got <= {
            i.document.id for i in items[:300] if eligibility.find_refusal(i.document, criteria) is None
        }
        assert found(index, replace(criteria, platforms=("x",)), asked) == set()

    def test_prefers_the_heavier_word(self, index):
        got = found(index, EVERYBODY, views(words=(("name7", 5.0), ("coffee", 0.1))))
        assert "i7" in got


class TestByVector:
    @pytest.mark.parametrize("countries", [(), ("SA",)])
    def test_gives_the_nearest_of_those_that_pass(self, index, items, countries):
        query = items[3].vector
        passing = [i for i in items if not countries or i.document.country in countries]
        criteria = replace(EVERYBODY, countries=countries)
        got = found(index, criteria, views(vector=query))
        assert len(got) == LIMIT
        sure = best(passing, lambda item: float(item.vector @ query), LIMIT - 2)
        assert sure <= got


class TestByTopics:
    def test_gives_a_third_of_the_limit_by_overlap(self, index, items):
        mixture = items[5].topics
        got = found(index, EVERYBODY, views(topics=mixture))
        assert len(got) == LIMIT // 3
        sure = best(items, lambda item: float(np.sqrt(item.topics) @ np.sqrt(mixture)), LIMIT // 3 - 2)
        assert sure <= got


class TestUnion:
    def test_has_nobody_twice_and_gives_rows_in_the_order_of_candidates(self, index, items):
        asked = views(words=(("coffee", 1.0),), vector=items[3].vector, topics=items[3].topics)
        pool = index.candidates(EVERYBODY, asked, limit=LIMIT)
        ids = [candidate.influencer_id for candidate in pool.candidates]
        assert len(set(ids)) == len(ids)
        for row, key in enumerate(ids):
            item = items[int(key[1:])]
            assert np.allclose(pool.vectors[row], item.vector, atol=0.01)
            assert np.allclose(pool.topics.at(np.array([row]))[0], item.topics, atol=0.01)


class TestBestRows:
    def test_gives_all_when_few_and_none_when_none_is_wanted(self):
        rows, scores = np.arange(5), np.array([0.1, 0.9, 0.5, 0.3, 0.7])
        assert set(vectors.best_rows(rows, scores, 2)) == {1, 4}
        assert len(vectors.best_rows(rows, scores, 9)) == 5
        assert len(vectors.best_rows(rows, scores, 0)) == 0


class TestQuantising:
    def test_changes_a_cosine_by_less_than_a_hundredth(self):
        rng = np.random.default_rng(1)
        made = rng.standard_normal((200, 512)).astype(np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        restored = vectors.restore_vectors(*vectors.quantise_vectors(made))
        assert np.abs(restored @ made[0] - made @ made[0]).max() < 0.01

    def test_of_what_was_restored_changes_nothing_more(self):
        rng = np.random.default_rng(2)
        made = rng.standard_normal((50, 64)).astype(np.float32)
        once = vectors.restore_vectors(*vectors.quantise_vectors(made))
        assert np.array_equal(vectors.quantise_vectors(once)[0], vectors.quantise_vectors(made)[0])

    def test_keeps_an_empty_vector_empty(self):
        values, scale = vectors.quantise_vectors(np.zeros((1, 8), np.float32))
        assert not vectors.restore_vectors(values, scale).any()

    @pytest.mark.parametrize("count", [0, 1, 700, 2_999, 5_000, 6_000])
    def test_is_scanned_in_pieces_without_a_gap(self, count):
        rng = np.random.default_rng(3)
        values = rng.integers(-127, 128, (6_000, 8), dtype=np.int8)
        rows = np.sort(rng.choice(6_000, count, replace=False))
        query = rng.integers(-127, 128, 8).astype(np.float32)
        query[0] = 127
        assert vectors.products(values, rows, query).tolist() == (values[rows] @ query).tolist()

    @pytest.mark.parametrize("share", [0.1, 0.9])
    def test_is_found_as_by_an_exact_look_at_all(self, share):
        rng = np.random.default_rng(8)
        made = rng.standard_normal((6_000, 64)).astype(np.float32)
        values, scale = vectors.quantise_vectors(made)
        rows = np.flatnonzero(rng.random(6_000) < share)
        for query in rng.standard_normal((20, 64)).astype(np.float32):
            exact = vectors.dot_rows(values, rows, query) * scale[rows]
            best = set(vectors.best_rows(rows, exact, 50).tolist())
            assert set(vectors.nearest_rows(values, rows, query, 50, scale=scale).tolist()) == best
