"""Random histories of writing, deleting and refreshing: the embedded engine answers like the readable one."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.adapters.memory import MemoryIndex
from matching.adapters.tantivy import TantivyIndex
from matching.formulas import load_formula
from matching.relevance import rate_pool
from tests.integration.matching_engine.market import EVERYBODY, ask, make_item
from tests.integration.matching_engine.strategies import criteria, documents, query_views
from tests.integration.matching_engine.test_equal_to_reference import items_of

steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 9), st.integers(1, 4), st.sampled_from(["tea", "coffee"])),
        st.tuples(st.just("delete"), st.integers(0, 9)),
        st.tuples(st.just("refresh")),
        st.tuples(st.just("compact")),
    ),
    max_size=40,
)


def play(index, history):
    for step, *values in history:
        if step == "write":
            number, version, word = values
            index.upsert([make_item(number, version=version, word=word)])
        elif step == "delete":
            index.delete([f"i{values[0]}"])
        elif step == "refresh" or isinstance(index, MemoryIndex):
            index.refresh()
        else:
            index.refresh()
            index.compact()
    index.refresh()


def answers(index, word):
    pool = index.candidates(EVERYBODY, ask(word), limit=1_000)
    return {candidate.influencer_id: candidate.text_score for candidate in pool.candidates}


class TestAHistory:
    @settings(max_examples=25)
    @given(steps)
    def test_ends_in_the_state_of_the_memory_index(self, history):
        memory = MemoryIndex()
        play(memory, history)
        with TemporaryDirectory() as folder:
            index = TantivyIndex.create(Path(folder))
            play(index, history)
            for reader in (index, TantivyIndex(Path(folder))):
                assert reader.ids() == memory.ids()
                for word in ("tea", "coffee"):
                    assert answers(reader, word) == pytest.approx(answers(memory, word))


class TestTheOrderOfCommonCandidates:
    @settings(max_examples=25)
    @given(st.lists(documents, min_size=5, max_size=30), criteria, st.integers(0, 999))
    def test_is_the_same_up_to_the_rounding_of_vectors(self, drawn, question, seed):
        items = items_of(drawn, seed)
        views = query_views(seed)
        formula = load_formula()
        ratings = []
        with TemporaryDirectory() as folder:
            for index in (MemoryIndex(), TantivyIndex.create(Path(folder))):
                index.upsert(items)
                index.refresh()
                pool = index.candidates(question, views, limit=100)
                rated = rate_pool(pool, views, formula)
                ids = [candidate.influencer_id for candidate in pool.candidates]
                ratings.append(dict(zip(ids, rated.raw, strict=True)))
        expected, found = ratings
        assert set(expected) == set(found)
        if len(found) > 4:
            keys = sorted(found)
            assert np.allclose([found[key] for key in keys], [expected[key] for key in keys], atol=0.1)
