"""The topic space kept with an index, and the site's own topics behind the package's."""

import numpy as np
import pytest

from matching.errors import IndexDamaged
from matching.topic_files import read_space, write_space
from matching.topics import AddedTopics, Topic, encode_topics, extend
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_topics

ENCODER = WordEncoder()
SPACE = build_topics(ENCODER)
FALCONS = Topic("falconry", "food", "Falconry", "الصقارة", "falcon hunting", "الصقور")
ADDED = AddedTopics(3, (FALCONS,), (Topic("old", None, "Old", "قديم", "old", "قديم"),))


class TestReadSpace:
    def test_gives_back_what_was_written(self):
        space = extend(SPACE, ADDED, ENCODER)
        again = read_space(write_space(space, encoder="e"), encoder="e")
        assert (again.version, again.topics, again.former) == (space.version, space.topics, space.former)
        assert (again.temperature, again.query_temperature) == (space.temperature, space.query_temperature)
        assert np.array_equal(again.vectors, space.vectors)

    def test_refuses_vectors_of_another_encoder(self):
        with pytest.raises(IndexDamaged):
            read_space(write_space(SPACE, encoder="e"), encoder="other")


class TestExtend:
    def test_puts_new_topics_behind_the_old_rows_and_encodes_them_alone(self):
        encoder = WordEncoder()
        space = extend(SPACE, ADDED, encoder)
        assert space.version == f"{SPACE.version}+3"
        assert np.array_equal(space.vectors[:-1], SPACE.vectors)
        assert np.array_equal(space.vectors[-1:], encode_topics(ENCODER, [FALCONS]))
        assert len(encoder.encoded) == 4
        assert "falconry" in space.with_narrower(("food",))

    def test_is_the_package_itself_where_nothing_was_ever_added(self):
        assert extend(SPACE, AddedTopics(), ENCODER) is SPACE

    def test_leaves_out_what_the_package_has_itself_and_parents_that_are_gone(self):
        twin = Topic("cars", None, "Mine", "لي", "mine", "لي")
        orphan = Topic("saker", "gone", "Saker", "صقر", "saker", "صقر")
        space = extend(SPACE, AddedTopics(2, (twin, orphan)), ENCODER)
        assert space.find("cars").label_en == "Cars"
        assert space.find("saker").parent is None
        assert len(space.vectors) == len(space.topics) == len(SPACE.topics) + 1
