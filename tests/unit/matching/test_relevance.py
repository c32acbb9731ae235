from dataclasses import replace

import numpy as np
import pytest

from matching.formulas import load_formula
from matching.pools import Candidate, list_pool, topic_overlap
from matching.ports import QueryViews
from matching.relevance import rate_alone, rate_pool

FORMULA = load_formula()
VIEWS = QueryViews((), np.asarray([1, 0, 0], np.float32), np.asarray([0.8, 0.1, 0.1], np.float32))


def build_pool(*rows):
    """Rows are (id, text score, vector, topics)."""
    return list_pool(
        [Candidate(i, text) for i, text, _, _ in rows],
        np.asarray([v for _, _, v, _ in rows], np.float32),
        np.asarray([t for _, _, _, t in rows], np.float32),
        refusals={},
        generation="g",
        size=len(rows),
    )


EVEN = (1 / 3, 1 / 3, 1 / 3)


def order(pool, formula=FORMULA):
    return [pool.candidates[row].influencer_id for row in rate_pool(pool, VIEWS, formula).order]


def changed(**fusion):
    return replace(FORMULA, fusion={**FORMULA.fusion, **fusion})


class TestRatePool:
    def test_prefers_words_vectors_and_topics_each(self):
        alone = changed(neighbour_weight=0.0)
        for better in (
            ("b", 5.0, (0, 1, 0), EVEN),
            ("b", 0.0, (1, 0, 0), EVEN),
            ("b", 0.0, (0, 1, 0), (0.8, 0.1, 0.1)),
        ):
            assert order(build_pool(("a", 0.0, (0, 1, 0), EVEN), better), alone) == ["b", "a"]

    def test_breaks_ties_by_id_whatever_the_order(self):
        rows = [(i, 0.0, (0, 1, 0), EVEN) for i in ("c", "a", "b")]
        assert order(build_pool(*rows)) == order(build_pool(*reversed(rows))) == ["a", "b", "c"]

    def test_does_not_move_anybody_for_a_newcomer_who_is_unlike_them(self):
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
        moved = changed(neighbour_weight=0.0)
        still = changed(neighbour_weight=0.0, feedback_weight=0.0)
        assert rate_pool(pool, VIEWS, still).raw[3] == pytest.approx(rate_pool(pool, VIEWS, still).raw[4])
        assert rate_pool(pool, VIEWS, moved).raw[3] > rate_pool(pool, VIEWS, moved).raw[4]

    def test_moves_the_topics_towards_those_of_the_best(self):
        best = [(i, 9.0, (1, 0, 0), (0.4, 0.6, 0.0)) for i in ("a", "b", "c")]
        rest = [("shares", 0.0, (0, 1, 0), (0.1, 0.8, 0.1)), ("does-not", 0.0, (0, 1, 0), (0.1, 0.1, 0.8))]
        pool = build_pool(*best, *rest)
        still = rate_pool(pool, VIEWS, changed(neighbour_weight=0.0, topic_feedback_weight=0.0))
        moved = rate_pool(pool, VIEWS, changed(neighbour_weight=0.0))
        assert still.raw[3] == pytest.approx(still.raw[4])
        assert moved.raw[3] > moved.raw[4]

    def test_lends_to_those_who_write_like_the_best(self):
        rows = [
            ("best", 9.0, (1, 0, 0), EVEN),
            ("alike", 0.0, (0.9, 0, 0.4), EVEN),
            ("apart", 0.0, (0, 1, 0), EVEN),
        ]
        pool = build_pool(*rows)
        alone, lent = (
            rate_pool(pool, VIEWS, formula) for formula in (changed(neighbour_weight=0.0), FORMULA)
        )
        assert lent.raw[1] > alone.raw[1]
        assert lent.raw[2] == alone.raw[2]

    def test_ranks_by_an_old_formula_as_before(self):
        rated = rate_pool(build_pool(("a", 0.0, (1, 0, 0), EVEN)), VIEWS, load_formula("v1"))
        assert len(rated.order) == 1

    def test_of_nobody_is_empty(self):
        nothing = np.zeros((0, 0), np.float32)
        nobody = list_pool((), nothing, nothing, refusals={}, generation="g", size=0)
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
