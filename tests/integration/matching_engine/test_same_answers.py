"""The same brief over the same influencers: the embedded engine and the cluster give the same answer."""

from itertools import pairwise

import pytest

from benchmarks.generated_market import NOW, GeneratedMarket
from matching.adapters.elasticsearch import ElasticsearchIndex
from matching.adapters.tantivy import TantivyIndex
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.service import MatchingService
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_topics
from tests.elasticsearch import cluster_connection

INFLUENCERS = 2_000
BRIEFS = 8
SHOWN = 50
OVERLAP_LEAST = 0.95

#: one worker builds what the file shares
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("same answers")]


@pytest.fixture(scope="module")
def market():
    return GeneratedMarket(build_topics(WordEncoder()), load_prior())


@pytest.fixture(scope="module")
def services(market, elasticsearch_server, tmp_path_factory):
    items = list(market.influencers(INFLUENCERS))
    with cluster_connection(elasticsearch_server) as connection:
        engines = (
            TantivyIndex.create(tmp_path_factory.mktemp("same") / "index"),
            ElasticsearchIndex.create(connection),
        )
        for index in engines:
            index.upsert(items)
            index.refresh()
        yield [build_service(index) for index in engines]


def build_service(index):
    encoder = WordEncoder()
    return MatchingService(
        index=index, encoder=encoder, topics=build_topics(encoder), formula=load_formula(), prior=load_prior()
    )


@pytest.fixture(scope="module")
def answers(services, market):
    briefs = market.briefs(BRIEFS)
    return [
        [service.rank(brief, run_id="r", now=NOW, limit=SHOWN) for service in services] for brief in briefs
    ]


class TestBothEngines:
    def test_search_more_than_they_look_at_one_by_one(self, answers):
        assert max(embedded.pool_size for embedded, _ in answers) > 1_000

    def test_let_the_same_pass_and_count_the_same_refusals(self, answers):
        for embedded, cluster in answers:
            assert cluster.pool_size == embedded.pool_size
            assert cluster.refusals == embedded.refusals

    def test_show_the_same_influencers(self, answers):
        for embedded, cluster in answers:
            ours = {result.influencer_id for result in embedded.results}
            theirs = {result.influencer_id for result in cluster.results}
            assert len(ours & theirs) >= OVERLAP_LEAST * len(ours)

    def test_show_common_ones_in_the_same_order_with_the_same_score(self, answers):
        for embedded, cluster in answers:
            theirs = {result.influencer_id: result for result in cluster.results}
            common = [
                (result, theirs[result.influencer_id])
                for result in embedded.results
                if result.influencer_id in theirs
            ]
            assert all(before.rank < after.rank for (_, before), (_, after) in pairwise(common))
            for ours, other in common:
                assert other.score == pytest.approx(ours.score, abs=1e-6)
