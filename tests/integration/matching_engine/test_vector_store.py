"""Vectors kept in a file: over restarts and processes, within a budget, and never in the way of an answer."""

import resource
import signal
import threading

import numpy as np
import pytest

from matching.adapters.vector_store import VectorFile
from matching.vector_cache import CachedEncoder, text_key
from tests.builders.matching.documents import NOW, build_influencer, build_posts
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_service


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "vectors.sqlite3"


def keys_of(*numbers):
    return [text_key("m", str(number)) for number in numbers]


def vectors_of(*numbers):
    return {
        key: np.full(512, number, np.float32) for key, number in zip(keys_of(*numbers), numbers, strict=True)
    }


class TestVectorFile:
    def test_gives_back_what_another_process_kept(self, path):
        VectorFile(path).put_many(vectors_of(1, 2))
        found = VectorFile(path).get_many(keys_of(1, 2, 3))
        assert set(found) == set(keys_of(1, 2))
        assert found[keys_of(2)[0]] == pytest.approx(np.full(512, 2.0))

    def test_forgets_first_what_was_used_longest_ago(self, path):
        budget = 10 * 1_100
        VectorFile(path, budget_bytes=budget).put_many(vectors_of(*range(10)))
        later = VectorFile(path, budget_bytes=budget)
        later.get_many(keys_of(0, 1))
        later.put_many(vectors_of(10))
        kept = later.get_many(keys_of(*range(11)))
        assert len(kept) == 8
        assert set(keys_of(0, 1, 10)) <= set(kept)

    def test_throws_a_damaged_file_away_and_goes_on(self, path):
        VectorFile(path).put_many(vectors_of(1))
        path.write_bytes(b"no database at all" * 300)
        store = VectorFile(path)
        assert store.get_many(keys_of(1)) == {}
        store.put_many(vectors_of(1))
        assert set(store.get_many(keys_of(1))) == set(keys_of(1))

    def test_goes_on_when_the_disk_is_full(self, path, monkeypatch):
        store = VectorFile(path)
        store.put_many(vectors_of(1))
        old_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, old_limit[1]))
        try:
            store.put_many(vectors_of(*range(2, 300)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old_limit)
            signal.signal(signal.SIGXFSZ, handler)
        assert set(store.get_many(keys_of(1))) == set(keys_of(1))

    def test_may_be_used_by_many_threads(self, path):
        store = VectorFile(path)

        def work(number):
            store.put_many(vectors_of(*range(number, number + 20)))

        threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 80, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.get_many(keys_of(*range(80)))) == 80


class TestANewPost:
    def test_costs_one_encoding_after_a_restart(self, path):
        texts = [f"serum {number}" for number in range(30)]
        first = build_influencer(posts=build_posts(texts))
        index_with(WordEncoder(), path, first)
        after = WordEncoder()
        index_with(after, path, build_influencer(version=2, posts=build_posts([*texts, "a new post"])))
        assert after.encoded == ["a new post"]


def index_with(encoder, path, document):
    service = build_service(encoder=WordEncoder(), document_encoder=CachedEncoder(encoder, VectorFile(path)))
    service.index_documents([document], now=NOW)
