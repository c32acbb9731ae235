import numpy as np
import pytest

from matching.folding import is_arabic
from matching.topics import heavy_topics, read_topics, unit_rows
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_topics

ENCODER = WordEncoder()
TOPICS = build_topics(ENCODER)


class TestReadTopics:
    def test_gives_150_to_300_topics_with_their_version(self):
        listed = read_topics()
        assert 150 <= len(listed.topics) <= 300
        assert listed.version == "2"
        assert listed.temperature > listed.query_temperature > 0

    def test_names_every_topic_once_in_both_languages(self):
        topics = read_topics().topics
        for key in ("id", "label_en", "label_ar", "name_en", "name_ar"):
            values = [getattr(topic, key) for topic in topics]
            assert len(set(values)) == len(values)
        assert all(is_arabic(topic.name_ar) and not is_arabic(topic.name_en) for topic in topics)
        assert all(is_arabic(topic.label_ar) and not is_arabic(topic.label_en) for topic in topics)

    def test_gives_labels_short_enough_for_a_chip(self):
        topics = read_topics().topics
        assert max(len(label) for topic in topics for label in (topic.label_en, topic.label_ar)) <= 30

    def test_parents_are_broader_topics_without_circles(self):
        parents = {topic.id: topic.parent for topic in read_topics().topics}
        for topic_id, first in parents.items():
            seen, parent = {topic_id}, first
            while parent is not None:
                assert parent not in seen
                seen.add(parent)
                parent = parents[parent]


class TestTopicSpace:
    def test_mixtures_sum_to_one_and_point_at_the_subject(self):
        mixtures = TOPICS.mixtures(ENCODER.encode(["skincare serum routine", "driving cars"]))
        assert np.allclose(mixtures.sum(axis=1), 1.0)
        assert TOPICS.best(mixtures[0], 1)[0][0] == "skincare"
        assert TOPICS.best(mixtures[1], 1)[0][0] == "cars"

    def test_reads_a_brief_more_softly_than_a_document(self):
        vectors = ENCODER.encode(["skincare serum routine"])
        document, brief = TOPICS.mixtures(vectors)[0], TOPICS.query_mixtures(vectors)[0]
        assert brief.sum() == pytest.approx(1.0)
        assert 1 / len(TOPICS.ids) < brief.max() < document.max()

    def test_is_even_about_an_empty_text(self):
        (mixture,) = TOPICS.mixtures(ENCODER.encode([""]))
        assert np.allclose(mixture, 1 / len(TOPICS.ids))

    def test_best_gives_heaviest_first_and_ties_by_row(self):
        mixture = np.asarray([0.1, 0.3, 0.1, 0.3, 0.1, 0.1], dtype=np.float32)
        assert [topic for topic, _ in TOPICS.best(mixture, 3)] == ["skincare", "baking", "beauty"]

    def test_widens_a_topic_to_all_below_it(self):
        assert TOPICS.with_narrower(("food",)) == {"food", "baking"}
        assert TOPICS.with_narrower(("baking", "unknown")) == {"baking"}

    def test_finds_topics_by_id(self):
        assert TOPICS.find("cars").name_en == "cars engine driving"
        assert TOPICS.find("unknown") is None


class TestHeavyTopics:
    def test_keeps_those_near_the_heaviest(self):
        best = (("a", 0.4), ("b", 0.2), ("c", 0.1))
        assert heavy_topics(best, 0.5) == ["a", "b"]
        assert heavy_topics(best, 0.0) == ["a", "b", "c"]


class TestUnitRows:
    def test_scales_rows_and_leaves_zero_rows(self):
        scaled = unit_rows(np.asarray([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
        assert scaled.ravel().tolist() == pytest.approx([0.6, 0.8, 0.0, 0.0])
