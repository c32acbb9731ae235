"""The generated world of `make bench` in small: what the large one measures holds for a few hundred, too."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.generated_market import NOW, GeneratedMarket
from benchmarks.growth import lines, measure_brief
from benchmarks.match_100k import BareParts
from benchmarks.world import room
from benchmarks.world_writing import publish_and_see
from matching.adapters.records import RecordCodec, sample_texts
from matching.adapters.tantivy import TantivyIndex
from matching.exposure.plan import ExposurePlan
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.service import MatchingService
from matching.topics import build_topic_space, read_topics
from tests.builders.matching.encoders import WordEncoder

SIZE = 200
RECORD_BYTES = 560
"""Of the generated world's documents, six posts each."""


@pytest.fixture(scope="module")
def topics():
    """Topics without the narrower ones: reading the sentences of all takes longer than the tests."""
    listed = read_topics()
    widest = tuple(topic for topic in listed.topics if topic.parent is None)
    return build_topic_space(WordEncoder(), replace(listed, topics=widest[:20]))


@pytest.fixture(scope="module")
def market(topics):
    return GeneratedMarket(topics, load_prior())


@pytest.fixture(scope="module")
def index(market, tmp_path_factory):
    index = TantivyIndex.create(tmp_path_factory.mktemp("world"))
    index.upsert(market.influencers(SIZE))
    index.refresh()
    return index


class TestGeneratedWorld:
    def test_answers_mixed_briefs_with_receipts_the_same_every_time(self, market, index, topics):
        parts = {"encoder": WordEncoder(), "topics": topics, "prior": load_prior()}
        shown = 0
        for brief in market.briefs(8):
            runs = [
                MatchingService(index=index, formula=load_formula(), **parts).rank(
                    brief, run_id="r", now=NOW, exposure=ExposurePlan(3)
                )
                for _ in range(2)
            ]
            assert [result.receipt for result in runs[0].results] == [r.receipt for r in runs[1].results]
            assert runs[0].pool_size + sum(runs[0].refusals.values()) == SIZE
            shown += len(runs[0].results)
        assert shown > SIZE / 10

    def test_keeps_documents_small(self, market, index):
        items = list(market.influencers(SIZE))
        codec = RecordCodec(*sample_texts(items[: SIZE // 2]), has_columns=True)
        sizes = [len(codec.encode(item)) for item in items[SIZE // 2 :]]
        assert np.mean(sizes) <= RECORD_BYTES
        assert room(index._root)["bytes an influencer"]["documents"] <= RECORD_BYTES + 8

    def test_is_measured_part_by_part_from_small_to_large(self, market, index, topics):
        service = MatchingService(
            index=index, encoder=WordEncoder(), topics=topics, formula=load_formula(), prior=load_prior()
        )
        engine = SimpleNamespace(service=service, index=index)
        (brief,) = market.briefs(1)
        spent = measure_brief(engine, BareParts(index._root), brief, number=0)
        assert spent["whole"] > spent["candidates"] > 0
        curves = lines(
            {("whole", 2_000): [3.0, 5.0], ("whole", SIZE): [spent["whole"]], ("bare scan", SIZE): [1.0]}
        )
        assert [size for size, _ in curves["whole, p95"]] == [SIZE, 2_000]
        assert curves["whole, p50"][1] == [2_000, 4.0]
        assert list(curves) == ["whole, p95", "whole, p50", "bare scan, p50"]

    def test_shows_an_edit_to_another_reader_at_once(self, market, index):
        (item,) = market.influencers(1, version=2, first=7)
        publish_and_see(index, TantivyIndex(index._root), item)
