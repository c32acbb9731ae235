"""Topic mixtures as lists of the few topics that stand out."""

import numpy as np
import pytest

from matching.adapters.topic_lists import LISTED, TopicLists
from matching.pools import topic_overlap

TOPICS = 200
EVERY_ROW = np.arange(300)


@pytest.fixture(scope="module")
def mixtures():
    """As influencers have them: some topics stand out, the others have nearly the same small share."""
    rng = np.random.default_rng(4)
    heavy = np.zeros((len(EVERY_ROW), TOPICS))
    for row in heavy:
        chosen = rng.choice(TOPICS, 6, replace=False)
        row[chosen] = rng.dirichlet(np.ones(6))
    return (0.8 * heavy + 0.2 * rng.dirichlet(np.full(TOPICS, 5.0), len(heavy))).astype(np.float32)


def bhattacharyya(mixtures, question):
    return np.sqrt(mixtures.astype(np.float64)) @ np.sqrt(question.astype(np.float64))


class TestTopicLists:
    def test_keep_the_heavy_topics_and_the_sum(self, mixtures):
        restored = TopicLists.of(mixtures).restore(EVERY_ROW)
        assert restored.shape == mixtures.shape
        assert np.abs(restored - mixtures).max() < 0.005
        assert np.allclose(restored.sum(axis=1), 1.0, atol=0.02)

    def test_keep_all_topics_where_they_are_few(self):
        mixtures = np.random.default_rng(2).dirichlet(np.ones(LISTED), 50).astype(np.float32)
        restored = TopicLists.of(mixtures).restore(np.arange(50))
        assert np.abs(np.sqrt(restored) - np.sqrt(mixtures)).max() < 1 / 255

    def test_lose_nothing_more_when_they_are_made_of_what_was_restored(self, mixtures):
        once = TopicLists.of(mixtures).restore(EVERY_ROW)
        assert np.allclose(TopicLists.of(once).restore(EVERY_ROW), once, atol=1e-6)

    def test_find_the_rows_that_whole_mixtures_find(self, mixtures):
        lists, rows = TopicLists.of(mixtures), EVERY_ROW[::2]
        for question in mixtures[:20]:
            exact = bhattacharyya(mixtures[rows], question)
            assert np.abs(lists.nearness(rows, question) - exact).max() < 0.02
            best = set(rows[np.argsort(-exact)[:20]].tolist())
            assert len(best & set(lists.nearest(rows, question, 20).tolist())) >= 18

    @pytest.mark.parametrize("topics", [5, LISTED, 200])
    def test_give_the_coefficient_of_what_they_restore(self, topics):
        mixtures = np.random.default_rng(8).dirichlet(np.full(topics, 0.2), 60).astype(np.float32)
        lists, rows = TopicLists.of(mixtures), np.arange(60)[::-3]
        chosen = lists.chosen(rows)
        assert chosen.shape == (20, topics)
        assert np.array_equal(chosen.at(np.array([4, 1])), lists.restore(rows[[4, 1]]))
        for question in (*mixtures[:4], np.zeros(topics, np.float32)):
            exact = topic_overlap(lists.restore(rows), question)
            assert np.allclose(chosen.overlap(question), exact, rtol=0, atol=1e-14)

    def test_say_of_the_others_which_are_larger(self, mixtures):
        lists, question = TopicLists.of(mixtures), mixtures[3]
        exact = bhattacharyya(mixtures, question)
        restored = bhattacharyya(lists.restore(EVERY_ROW), question)
        assert np.std(restored - exact) < 0.6 * np.std(lists.nearness(EVERY_ROW, question) - exact)

    def test_name_the_heaviest_topic(self, mixtures):
        heaviest = np.take_along_axis(mixtures, TopicLists.of(mixtures).heaviest[:, None].astype(int), axis=1)
        assert np.allclose(np.sqrt(heaviest[:, 0]), np.sqrt(mixtures.max(axis=1)), atol=1 / 255)

    def test_hold_an_empty_mixture(self):
        assert not TopicLists.of(np.zeros((1, TOPICS), np.float32)).restore(np.arange(1)).any()
