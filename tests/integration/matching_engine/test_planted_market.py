"""Who is found in a generated market whose people are of known kinds: specialists come first, fame buys nothing."""

import math
from dataclasses import replace

import pytest

from matching.criteria import SearchCriteria
from matching.measures import correlation, spearman
from tests.builders.matching.documents import NOW
from tests.builders.matching.planted_market import plant_market

GATE = 100_000

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("planted market")


@pytest.fixture(scope="module")
def market():
    return plant_market()


@pytest.fixture(scope="module")
def runs(market):
    return {
        topic: market.service.rank(
            SearchCriteria(text=f"people who post about {market.descriptors[topic]}"),
            run_id="r",
            now=NOW,
            limit=150,
        )
        for topic in market.topics
    }


def followers_of(result):
    return max(channel.followers.value for channel in result.document.channels)


class TestFame:
    def test_nobody_above_the_gate_is_ever_shown(self, runs, market):
        assert market.all_of("celebrity"), "there are some to be kept out"
        for run in runs.values():
            assert max(map(followers_of, run.results)) <= GATE
            assert run.refusals["followers_above"] == len(market.all_of("celebrity"))

    def test_score_has_nothing_to_do_with_followers(self, runs):
        rhos = [
            spearman([r.score for r in run.results], [followers_of(r) for r in run.results])
            for run in runs.values()
        ]
        assert abs(sum(rhos) / len(rhos)) <= 0.10
        # each list of 150 may stray by chance: three standard errors of rho under independence
        assert max(map(abs, rhos)) <= 3 / math.sqrt(149)

    def test_followers_explain_nothing_of_the_index(self, runs):
        pairs = []
        for run in runs.values():
            for result in run.results:
                part = next(p for p in result.receipt.parts if p.name == "specialism")
                pairs.append((part.value, math.log10(followers_of(result))))
        values, sizes = zip(*pairs, strict=True)
        assert correlation(values, sizes) ** 2 <= 0.10


class TestSpecialists:
    def test_stand_among_the_first_twenty(self, runs, market):
        found = [
            len({r.influencer_id for r in run.results[:20]} & market.kinds["specialist"][topic])
            / len(market.kinds["specialist"][topic])
            for topic, run in runs.items()
        ]
        assert sum(found) / len(found) >= 0.95


class TestPods:
    def test_fall_out_of_the_first_fifty(self, runs, market):
        pods = market.all_of("pod")
        places = [r.influencer_id in pods for run in runs.values() for r in run.results[:50]]
        assert len(places) == 50 * len(runs)
        assert sum(places) / len(places) <= 0.02

    def test_would_stand_there_without_the_look_at_figures(self, market):
        formula = market.service.formula
        blind = replace(formula, weights={**formula.weights, "authenticity": 1e-9})
        topic = market.topics[0]
        criteria = SearchCriteria(text=f"people who post about {market.descriptors[topic]}")
        results = market.service.with_formula(blind).rank(criteria, run_id="r", now=NOW).results
        assert {r.influencer_id for r in results} & market.all_of("pod"), "else the test above proves nothing"
