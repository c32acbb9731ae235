from dataclasses import replace

import numpy as np
import pytest

from matching.formulas import load_formula
from matching.ports import Candidate, CandidatePool, QueryViews
from matching.relevance import rate_alone, rate_pool, topic_overlap

FORMULA = load_formula()
VIEWS = QueryViews((), np.asarray([1, 0, 0], np.float32), np.asarray([0.8, 0.1, 0.1], np.float32))


def build_pool(*rows):
    """Rows are (id, text score, vector, topics)."""
    return CandidatePool(
        candidates=tuple(Candidate(i, text) for i, text, _, _ in rows),
        vectors=np.asarray([v for _, _, v, _ in rows], np.float32),
        topics=np.asarray([t for _, _, _, t in rows], np.float32),
        refusals={},
        generation="g",
        size=len(rows),
    )


EVEN = (1 / 3, 1 / 3, 1 / 3)


def order(pool, formula=FORMULA):
    return [pool.candidates[row].influencer_id for row in rate_pool(pool, VIEWS, formula).order]


class TestRatePool:
    def test_prefers_words_vectors_and_topics_each(self):
        assert order(build_pool(("a", 0.0, (0, 1, 0), EVEN), ("b", 5.0, (0, 1, 0), EVEN))) == ["b", "a"]
        assert order(build_pool(("a", 0.0, (0, 1, 0), EVEN), ("b", 0.0, (1, 0, 0), EVEN))) == ["b", "a"]
        assert order(build_pool(("a", 0.0, (0, 1, 0), EVEN), ("b", 0.0, (0, 1, 0), (0.8, 0.1, 0.1)))) == [
            "b",
            "a",
        ]

    def test_breaks_ties_by_id_whatever_the_order(self):
        rows = [(i, 0.0, (0, 1, 0), EVEN) for i in ("c", "a", "b")]
        assert order(build_pool(*rows)) == order(build_pool(*reversed(rows))) == ["a", "b", "c"]

    def test_does_not_move_anybody_for_a_weaker_newcomer(self):
        rows = [
            ("a", 4.0, (0.9, 0.1, 0), EVEN),
            ("b", 2.0, (0.8, 0.2, 0), EVEN),
            ("c", 1.0, (0.7, 0.3, 0), EVEN),
        ]
        before = rate_pool(build_pool(*rows), VIEWS, FORMULA)
        after = rate_pool(build_pool(*rows, ("d", 0.0, (0, 0, 1), EVEN)), VIEWS, FORMULA)
        assert after.relevance[:3].tolist() == before.relevance.tolist()

    def test_moves_the_query_towards_the_best_three(self):
        best = [(i, 9.0, (0.6, 0.8, 0), (0.8, 0.1, 0.1)) for i in ("a", "b", "c")]
        rest = [("near-best", 0.0, (0, 1, 0), EVEN), ("far-off", 0.0, (0, 0, 1), EVEN)]
        pool = build_pool(*best, *rest)
        still = replace(FORMULA, fusion={**FORMULA.fusion, "feedback_weight": 0.0})
        assert rate_pool(pool, VIEWS, still).raw[3] == pytest.approx(rate_pool(pool, VIEWS, still).raw[4])
        assert rate_pool(pool, VIEWS, FORMULA).raw[3] > rate_pool(pool, VIEWS, FORMULA).raw[4]

    def test_of_nobody_is_empty(self):
        nobody = CandidatePool((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), {}, "g", 0)
        assert len(rate_pool(nobody, VIEWS, FORMULA).order) == 0

    def test_gives_relevance_between_zero_and_one_in_the_order_of_raw(self):
        rated = rate_pool(
            build_pool(("a", 9.0, (1, 0, 0), EVEN), ("b", 0.0, (-1, 0, 0), EVEN)), VIEWS, FORMULA
        )
        assert 0 < rated.relevance[1] < rated.relevance[0] < 1


class TestTopicOverlap:
    def test_is_one_for_the_same_mixture_and_zero_for_disjoint_ones(self):
        mixtures = np.asarray([[0.5, 0.5, 0], [0, 0, 1]], np.float32)
        assert topic_overlap(mixtures, mixtures[0]).tolist() == pytest.approx([1.0, 0.0])


class TestRateAlone:
    def test_prefers_the_nearer_influencer(self):
        near = rate_alone(np.asarray([1, 0, 0], np.float32), VIEWS.topics, VIEWS, FORMULA)
        far = rate_alone(np.asarray([0, 1, 0], np.float32), np.asarray(EVEN, np.float32), VIEWS, FORMULA)
        assert 0 < far < near < 1
