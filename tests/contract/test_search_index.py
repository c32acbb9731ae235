"""One suite for every search index: what the memory index answers, all answer."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.adapters.elasticsearch import ElasticsearchIndex
from matching.adapters.memory import MemoryIndex
from matching.adapters.tantivy import TantivyIndex
from matching.criteria import AudienceTarget, FollowerGate, SearchCriteria
from matching.documents import AuthenticityDocument
from matching.eligibility import REASONS, find_refusal
from matching.figures import FigureQuestion
from matching.lexicon import EMPTY_LEXICON
from matching.pool_facets import count_pool
from matching.queries import understand
from matching.stored_figures import figures_of
from tests.builders.matching.documents import (
    NOW,
    build_audience,
    build_channel,
    build_influencer,
    build_offer,
    build_posts,
)
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_features, build_topics
from tests.builders.matching.figures import assert_same_figures
from tests.elasticsearch import cluster_connection

#: one worker builds what the file shares
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("search index")]

INDEXES = ("elasticsearch", "memory", "tantivy")
ENCODER = WordEncoder()
TOPICS = build_topics(ENCODER)


@contextmanager
def empty_index(engine, request, folder):
    """A fresh index of an engine; what the cluster's has made is gone after the block."""
    if engine == "memory":
        yield MemoryIndex()
    elif engine == "tantivy":
        yield TantivyIndex.create(folder)
    else:
        with cluster_connection(request.getfixturevalue("elasticsearch_server")) as connection:
            yield ElasticsearchIndex.create(connection)


@pytest.fixture(params=INDEXES)
def index(request, tmp_path):
    with empty_index(request.param, request, tmp_path / "index") as index:
        yield index


@pytest.fixture(params=INDEXES, scope="module")
def odd_index(request, tmp_path_factory):
    """Filled once with ODD_DOCUMENTS, which no test changes."""
    with empty_index(request.param, request, tmp_path_factory.mktemp("odd") / "index") as index:
        yield fill(index, *ODD_DOCUMENTS)


def build_items(*documents):
    return list(build_features(ENCODER).build(documents, now=NOW))


def fill(index, *documents):
    index.upsert(build_items(*documents))
    index.refresh()
    return index


def ask(index, text="skincare serum", *, limit=100, **changes):
    criteria = SearchCriteria(text=text, **changes)
    understood = understand(criteria, encoder=ENCODER, topics=TOPICS, lexicon=EMPTY_LEXICON)
    return index.candidates(criteria, understood.views, limit=limit)


def found_ids(pool):
    return {candidate.influencer_id for candidate in pool.candidates}


class TestWriting:
    def test_shows_nothing_before_the_refresh(self, index):
        index.upsert(build_items(build_influencer("inf-1")))
        assert index.count() == 0
        assert index.get("inf-1") is None

    def test_shows_what_was_written_after_the_refresh(self, index):
        fill(index, build_influencer("inf-1"), build_influencer("inf-2"))
        assert index.ids() == {"inf-1": 1, "inf-2": 1}
        assert index.count() == 2

    def test_replaces_by_id(self, index):
        fill(index, build_influencer("inf-1"))
        fill(index, build_influencer("inf-1", version=2, bio="Cars and engines"))
        assert index.count() == 1
        assert index.get("inf-1").document.bio == "Cars and engines"
        assert index.get("inf-1").document.version == 2

    def test_ignores_an_older_version(self, index):
        fill(index, build_influencer("inf-1", version=5, bio="New"))
        fill(index, build_influencer("inf-1", version=4, bio="Old"))
        assert index.get("inf-1").document.bio == "New"

    def test_ignores_an_older_version_within_one_refresh(self, index):
        items = build_items(
            build_influencer("inf-1", version=5, bio="New"), build_influencer("inf-1", version=4)
        )
        index.upsert(items)
        index.refresh()
        assert index.ids() == {"inf-1": 5}

    def test_takes_the_same_version_again(self, index):
        fill(index, build_influencer("inf-1", bio="First"))
        fill(index, build_influencer("inf-1", bio="Second"))
        assert index.get("inf-1").document.bio == "Second"

    def test_deletes(self, index):
        fill(index, build_influencer("inf-1"), build_influencer("inf-2"))
        index.delete(["inf-1", "unknown"])
        index.refresh()
        assert index.ids() == {"inf-2": 1}
        assert found_ids(ask(index)) == {"inf-2"}

    def test_can_write_again_after_a_delete(self, index):
        fill(index, build_influencer("inf-1", version=3))
        index.delete(["inf-1"])
        index.refresh()
        fill(index, build_influencer("inf-1", version=1))
        assert index.ids() == {"inf-1": 1}

    def test_names_another_generation_after_a_change_only(self, index):
        fill(index, build_influencer("inf-1"))
        first = index.generation()
        index.refresh()
        assert index.generation() == first
        fill(index, build_influencer("inf-2"))
        assert index.generation() != first


class TestReading:
    def test_gives_back_what_was_stored(self, index):
        document = build_influencer(
            posts=build_posts(["skincare serum", "سيروم للبشرة 😍"]),
            audience=build_audience(),
            offers=(build_offer(),),
            busy=((date(2026, 12, 1), date(2026, 12, 5)),),
            free_from=date(2026, 11, 25),
        )
        (item,) = build_items(document)
        stored = fill(index, document).get("inf-1")
        assert stored.document == document
        assert stored.features == item.features
        assert stored.tokens == item.tokens

    def test_gives_back_vectors_and_mixtures_closely(self, index):
        (item,) = build_items(build_influencer())
        stored = fill(index, build_influencer()).get("inf-1")
        assert float(stored.vector @ item.vector) > 0.999
        assert np.abs(stored.topics - item.topics).max() < 0.01

    def test_gives_many_and_leaves_unknown_ids_out(self, index):
        fill(index, build_influencer("inf-1"), build_influencer("inf-2"))
        assert set(index.get_many(["inf-2", "unknown"])) == {"inf-2"}

    def test_keeps_artifacts_after_the_refresh(self, index):
        fill(index, build_influencer("inf-1"))
        index.store_artifact("lexicon", b"\x00terms")
        index.refresh()
        assert index.artifact("lexicon") == b"\x00terms"
        assert index.artifact("unknown") is None

    def test_keeps_artifacts_over_later_changes(self, index):
        index.store_artifact("lexicon", b"terms")
        fill(index, build_influencer("inf-1"))
        fill(index, build_influencer("inf-2"))
        assert index.artifact("lexicon") == b"terms"


class TestCandidates:
    def test_answers_from_an_empty_index(self, index):
        index.refresh()
        pool = ask(index)
        assert pool.candidates == ()
        assert pool.size == 0
        assert len(pool.vectors) == len(pool) == 0

    def test_gives_one_row_of_vectors_and_topics_a_candidate(self, index):
        documents = [
            build_influencer(f"inf-{n}", bio=bio) for n, bio in enumerate(["serum", "cars", "games"])
        ]
        pool = ask(fill(index, *documents))
        by_id = dict(zip([c.influencer_id for c in pool.candidates], pool.vectors, strict=True))
        for item in build_items(*documents):
            assert float(by_id[item.document.id] @ item.vector) > 0.999
        assert pool.topics.shape == (3, len(TOPICS.ids))
        assert np.allclose(pool.topics.at(np.arange(3)).sum(axis=1), 1.0, atol=0.01)

    def test_scores_words_only_where_they_occur(self, index):
        pool = ask(
            fill(index, build_influencer("inf-1", bio="serum"), build_influencer("inf-2", bio="cars")),
            "serum",
        )
        scores = {c.influencer_id: c.text_score for c in pool.candidates}
        assert scores["inf-1"] > 0
        assert scores["inf-2"] == 0

    def test_scores_words_like_the_reference(self, index):
        bios = ["serum and sunscreen", "serum serum", "driving cars", "a serum for cars", "سيروم للبشرة"]
        documents = [build_influencer(f"inf-{n}", bio=bio) for n, bio in enumerate(bios)]
        expected = ask(fill(MemoryIndex(), *documents), "serum for cars")
        found = ask(fill(index, *documents), "serum for cars")
        scores = {c.influencer_id: c.text_score for c in found.candidates}
        assert scores == pytest.approx({c.influencer_id: c.text_score for c in expected.candidates}, abs=1e-4)

    def test_finds_posts_and_names_too(self, index):
        documents = [
            build_influencer("inf-1", bio="hello", posts=build_posts(["baking bread"])),
            build_influencer("inf-2", bio="hello", name="Baking House"),
            build_influencer("inf-3", bio="hello"),
        ]
        pool = ask(fill(index, *documents), "baking")
        assert {c.influencer_id for c in pool.candidates if c.text_score > 0} == {"inf-1", "inf-2"}

    def test_keeps_each_way_of_finding_within_the_limit(self, index):
        fill(index, *(build_influencer(f"inf-{n}", bio=f"serum {n}") for n in range(30)))
        pool = ask(index, limit=6)
        assert 6 <= len(pool.candidates) <= 6 + 6 + 2
        assert pool.size == 30

    def test_names_its_generation(self, index):
        assert ask(fill(index, build_influencer())).generation == index.generation()


ODD_DOCUMENTS = (
    build_influencer("plain", channels=(), audience=None, country=None, city=None, languages=()),
    build_influencer("not-listed", is_listed=False),
    build_influencer("picky", refused_categories=("tobacco", "gambling")),
    build_influencer("tiktok-only", channels=(build_channel("tiktok", followers=5_000),)),
    build_influencer("unproven", channels=(build_channel(is_proven=False),)),
    build_influencer(
        "half-proven",
        channels=(build_channel(followers=900), build_channel(followers=3_000, is_proven=False)),
    ),
    build_influencer("tiny", channels=(build_channel(followers=999),)),
    build_influencer("at-least", channels=(build_channel(followers=1_000),)),
    build_influencer("at-most", channels=(build_channel(followers=100_000),)),
    build_influencer("celebrity", channels=(build_channel(followers=100_001),)),
    build_influencer(
        "celebrity-elsewhere", channels=(build_channel(), build_channel("tiktok", followers=5_000_000))
    ),
    build_influencer("unknown-size", channels=(build_channel(followers=None),)),
    build_influencer("abroad", country="EG", city="Cairo", languages=("en",)),
    build_influencer(
        "reach-low", audience=build_audience(countries={"EG": 0.9, "SA": 0.1}, languages={"ar": 0.1})
    ),
    build_influencer(
        "reach-split", audience=build_audience(countries={"SA": 0.15, "AE": 0.15}, languages={"ar": 1.0})
    ),
    build_influencer("reach-unknown", audience=build_audience(countries={}, languages={})),
    build_influencer("cheap", offers=(build_offer("a", price_minor=50_000),)),
    build_influencer("at-budget", offers=(build_offer("a", price_minor=100_000),)),
    build_influencer("dear", offers=(build_offer("a", price_minor=100_001),)),
    build_influencer("dollars", offers=(build_offer("a", currency="USD", price_minor=1),)),
    build_influencer("stories", offers=(build_offer("a", deliverables=(("story", 3),)),)),
    build_influencer(
        "two-reels", offers=(build_offer("a", deliverables=(("reel", 1), ("reel", 1)), price_minor=90_000),)
    ),
    build_influencer("other-platform-offer", offers=(build_offer("a", platform="tiktok", price_minor=10),)),
    build_influencer(
        "expert",
        posts=build_posts(["skincare serum skin", "cars engine", "skincare serum"]),
        endorsements={"skincare": 4, "baking": 2},
        offers=(build_offer("b", price_minor=90_000), build_offer("a", currency="USD", price_minor=90_000)),
        authenticity=AuthenticityDocument(0.9, (), date(2026, 11, 1)),
    ),
    build_influencer("full", open_slots=0),
    build_influencer("late", free_from=date(2027, 2, 1)),
    build_influencer("away", busy=((date(2026, 11, 20), date(2027, 1, 31)),)),
    build_influencer(
        "away-partly", busy=((date(2026, 12, 2), date(2026, 12, 9)), (date(2026, 12, 10), date(2026, 12, 30)))
    ),
)
QUESTIONS = {
    "nothing": {},
    "open gate": {"followers": FollowerGate(is_open=True)},
    "small only": {"followers": FollowerGate(minimum=1_000, maximum=5_000)},
    "platform": {"platforms": ("tiktok",)},
    "two platforms": {"platforms": ("tiktok", "instagram")},
    "proven": {"requires_proven_channel": True},
    "proven on platform": {"requires_proven_channel": True, "platforms": ("tiktok",)},
    "home": {"countries": ("SA", "AE"), "cities": ("Riyadh",)},
    "city": {"cities": ("Riyadh", "Jeddah")},
    "language": {"creator_languages": ("ar",)},
    "audience country": {"audience": AudienceTarget(countries=("SA", "AE"))},
    "audience language": {"audience": AudienceTarget(languages=("ar",), share=0.5)},
    "deliverables": {"deliverables": (("reel", 2),)},
    "other deliverables": {"deliverables": (("reel", 2),), "other_deliverables": (("story", 3), ("live", 1))},
    "other deliverables alone": {"other_deliverables": (("story", 3),)},
    "budget for either": {
        "budget_minor": 95_000,
        "currency": "SAR",
        "deliverables": (("reel", 2),),
        "other_deliverables": (("story", 1),),
        "platforms": ("instagram",),
    },
    "budget": {"budget_minor": 100_000, "currency": "SAR", "deliverables": (("reel", 1),)},
    "budget any currency": {"budget_minor": 100_000},
    "fixed price": {"budget_minor": 1, "fixed_price_minor": 200, "currency": "SAR"},
    "budget on platform": {"budget_minor": 100_000, "currency": "SAR", "platforms": ("instagram",)},
    "dates": {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 31)},
    "end only": {"ends_on": date(2026, 12, 31)},
    "category": {"category": "gambling"},
    "excluded": {"excluded_influencers": ("cheap", "dear", "nobody")},
}


class TestHardFilters:
    @pytest.mark.parametrize("question", sorted(QUESTIONS))
    def test_agree_with_the_reference(self, odd_index, question):
        pool = ask(odd_index, **QUESTIONS[question])
        criteria = SearchCriteria(text="skincare serum", **QUESTIONS[question])
        expected = {document.id: find_refusal(document, criteria) for document in ODD_DOCUMENTS}
        assert found_ids(pool) == {i for i, refusal in expected.items() if refusal is None}
        assert pool.size == len(found_ids(pool))
        refused = [refusal for refusal in expected.values() if refusal is not None]
        assert pool.refusals == {code: refused.count(code) for code in set(refused)}

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_leave_figures_that_are_those_of_the_stored_items(self, odd_index, name):
        criteria = SearchCriteria(text="x", **QUESTIONS[name])
        question = FigureQuestion(
            criteria, frozenset({"skincare", "cars"}), ("skincar", "serum", "نادر"), NOW
        )
        asked = ["unknown", *(document.id for document in ODD_DOCUMENTS)]
        expected = figures_of(build_items(*ODD_DOCUMENTS), question)
        assert_same_figures(odd_index.figures(asked, question), expected)

    @pytest.mark.parametrize("name", sorted(QUESTIONS))
    def test_are_counted_by_what_divides_those_who_pass(self, odd_index, name):
        criteria = SearchCriteria(text="x", **QUESTIONS[name])
        passed = [document for document in ODD_DOCUMENTS if find_refusal(document, criteria) is None]
        ceilings = (50_000, 90_000, 99_999, 100_000)
        assert odd_index.count_facets(criteria, ceilings) == count_pool(passed, criteria, ceilings)

    def test_are_all_reached_by_these_questions(self):
        reached = {
            find_refusal(document, SearchCriteria(text="x", **changes))
            for document in ODD_DOCUMENTS
            for changes in QUESTIONS.values()
        }
        assert reached == {None, *REASONS}

    def test_are_counted_anew_after_a_change(self, index):
        fill(index, build_influencer("inf-1", city="Jeddah"), build_influencer("inf-2", city="Riyadh"))
        before = index.count_facets(SearchCriteria(text="x"), ())
        fill(index, replace(build_influencer("inf-1", city="Taif"), version=2), build_influencer("inf-3"))
        after = index.count_facets(SearchCriteria(text="x"), ())
        assert (before.size, before.counts["city"]) == (2, {"Jeddah": 1, "Riyadh": 1})
        assert (after.size, after.counts["city"]["Taif"], after.counts["platform"]) == (
            3,
            1,
            {"instagram": 3},
        )

    def test_follow_a_changed_document(self, index):
        fill(index, build_influencer("inf-1", channels=(build_channel(followers=500_000),)))
        assert ask(index).refusals == {"followers_above": 1}
        fill(index, replace(build_influencer("inf-1"), version=2))
        assert ask(index).refusals == {}
