"""Work beside a brief gives the same results and errors, wherever it was done."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from matching import side_work
from matching.adapters import cells
from matching.adapters.tantivy import TantivyIndex
from matching.side_work import beside
from tests.integration.matching_engine.market import EVERYBODY, ask, make_item


class TestSideWork:
    def test_gives_results_and_errors(self):
        def fail():
            raise ValueError("no")

        assert beside(lambda: 7)() == 7
        with pytest.raises(ValueError, match="no"):
            beside(fail)()

    def test_is_done_at_once_while_the_helper_is_busy(self, monkeypatch):
        monkeypatch.setattr(side_work, "has_free_core", lambda: True)
        monkeypatch.setattr(side_work, "_helpers", [])
        go = threading.Event()
        busy = beside(lambda: (go.wait(10), threading.get_ident()))
        assert beside(threading.get_ident)() == threading.get_ident()
        go.set()
        assert busy()[1] != threading.get_ident()

    @pytest.mark.parametrize(("cores", "load", "is_free"), [(2, 0.5, True), (2, 3.5, False), (1, 0.0, False)])
    def test_is_done_beside_where_a_core_is_free(self, monkeypatch, cores, load, is_free):
        monkeypatch.setattr(side_work, "_CORES", cores)
        monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))
        monkeypatch.setattr(side_work, "_helpers", [])
        assert (beside(threading.get_ident)() != threading.get_ident()) is is_free

    def test_has_a_helper_of_its_own_after_a_fork(self, monkeypatch):
        monkeypatch.setattr(side_work, "_helpers", [])
        before = side_work._helper()
        monkeypatch.setattr(os, "getpid", lambda: before.process + 1)
        assert side_work._helper() is not before

    def test_needs_no_second_core(self, monkeypatch):
        monkeypatch.setattr(side_work, "has_free_core", lambda: False)
        assert beside(threading.get_ident)() == threading.get_ident()


class TestBriefs:
    """Pools larger than what is asked for, so that words, vectors and topics are each searched."""

    @pytest.fixture
    def index(self, tmp_path, monkeypatch):
        monkeypatch.setattr(cells, "EXACT_MOST", 100)
        monkeypatch.setattr(cells, "GROUPED_LEAST", 200)
        index = TantivyIndex.create(tmp_path)
        index.upsert(make_item(number) for number in range(400))
        index.refresh()
        return index

    @staticmethod
    def pool(index, word):
        pool = index.candidates(EVERYBODY, ask(word), limit=30)
        found = [(one.influencer_id, one.text_score) for one in pool.candidates]
        return (
            found,
            pool.vectors.tobytes(),
            pool.topics.at(np.arange(len(pool))).tobytes(),
            pool.refusals,
            pool.size,
        )

    def test_get_the_same_pool_with_the_helper_and_without(self, index, monkeypatch):
        words, asked = ("coffee", "w3", "w5"), []
        real = side_work._Helper
        monkeypatch.setattr(side_work, "_helpers", [])
        monkeypatch.setattr(side_work, "_Helper", lambda: asked.append(1) or real())
        monkeypatch.setattr(side_work, "has_free_core", lambda: True)
        beside_ours = [self.pool(index, word) for word in words]
        assert asked == [1]
        monkeypatch.setattr(side_work, "has_free_core", lambda: False)
        assert [self.pool(index, word) for word in words] == beside_ours
        assert all(30 <= len(found) < 400 for found, *_ in beside_ours)

    def test_get_the_same_pool_from_many_threads_at_once(self, index, monkeypatch):
        monkeypatch.setattr(side_work, "has_free_core", lambda: True)
        words = [f"w{number}" for number in np.arange(48) % 7]
        alone = {word: self.pool(TantivyIndex(index._root), word) for word in set(words)}
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(lambda word: self.pool(index, word), words))
        assert together == [alone[word] for word in words]
