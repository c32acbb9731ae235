"""Commits, generations and processes: what becomes visible when, and what never does."""

import subprocess
import sys
import threading
import time

import pytest

from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_layout import WRITER_LOCK, exclusive_lock
from matching.adapters.tantivy_upkeep import check_index, measure_index, rebuilding
from matching.errors import IndexUnavailable
from tests.integration.matching_engine.market import EVERYBODY, ask, assert_whole, found_by_word, make_item
from tests.integration.matching_engine.test_crashes import kill, read_until, start_writer


@pytest.fixture
def root(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def index(root):
    index = TantivyIndex.create(root)
    index.upsert(make_item(number) for number in range(20))
    index.refresh()
    return index


class TestRefresh:
    def test_makes_an_edit_findable_by_another_process_within_a_second(self, root, index):
        code = (
            "import sys; from pathlib import Path; from matching.adapters.tantivy import TantivyIndex;"
            "from tests.integration.matching_engine.market import found_by_word;"
            "index = TantivyIndex(Path(sys.argv[1])); print(len(found_by_word(index, 'tea')), flush=True)\n"
            "for line in sys.stdin: print(len(found_by_word(index, 'tea')), flush=True)"
        )
        reader = subprocess.Popen(
            [sys.executable, "-c", code, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with reader:
            assert reader.stdout.readline() == "0\n"
            start = time.monotonic()
            index.upsert([make_item(3, version=2, word="tea")])
            index.refresh()
            reader.stdin.write("again\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == "1\n"
            assert time.monotonic() - start < 1
            reader.stdin.close()

    def test_shows_nothing_before_it_is_called(self, root, index):
        index.upsert([make_item(3, version=2, word="tea"), make_item(99)])
        index.delete(["i1"])
        for reader in (index, TantivyIndex(root)):
            assert reader.count() == 20
            assert found_by_word(reader, "tea") == set()

    def test_gives_the_state_another_name_only_when_something_changed(self, index):
        before = index.generation()
        index.refresh()
        assert index.generation() == before
        index.upsert([make_item(3, version=2)])
        index.refresh()
        assert index.generation() != before

    def test_keeps_the_newer_version_in_whatever_order_they_come(self, index):
        index.upsert([make_item(1, version=5, word="new"), make_item(1, version=4, word="old")])
        index.refresh()
        index.upsert([make_item(1, version=3, word="older")])
        index.refresh()
        assert index.get("i1").document.bio == "new"
        assert index.count() == 20
        assert found_by_word(index, "new") == {"i1"}
        assert found_by_word(index, "old") == found_by_word(index, "older") == set()

    def test_applies_deletions_and_writes_in_their_order(self, index):
        index.delete(["i1", "i2", "nobody"])
        index.upsert([make_item(2, version=1, word="back")])
        index.refresh()
        assert "i1" not in index.ids()
        assert index.get("i1") is None
        assert found_by_word(index, "back") == {"i2"}
        assert_whole(index)

    def test_is_refused_while_another_process_writes(self, root, index):
        other = TantivyIndex(root, lock_timeout_seconds=0.05)
        other.upsert([make_item(7, version=2)])
        with (
            exclusive_lock(root / WRITER_LOCK, timeout_seconds=0),
            pytest.raises(IndexUnavailable, match="tried again"),
        ):
            other.refresh()
        assert index.get("i7").document.version == 1

    def test_refuses_vectors_of_another_shape(self, index):
        item = make_item(1, version=2)
        index.upsert([type(item)(item.document, item.tokens, item.vector[:-1], item.topics, item.features)])
        with pytest.raises(IndexUnavailable, match="another encoder"):
            index.refresh()
        assert_whole(index)


class TestTwoWriters:
    def test_lose_nothing_of_each_other(self, root, index):
        def write(start):
            own = TantivyIndex(root)
            for number in range(start, start + 10):
                own.upsert([make_item(number)])
                own.refresh()

        threads = [threading.Thread(target=write, args=(start,)) for start in (100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert index.count() == 40
        assert_whole(index)


class TestManyEdits:
    def test_stay_whole_and_leave_the_dead_behind(self, root, index, monkeypatch):
        monkeypatch.setattr("matching.adapters.tantivy._DEAD_BEFORE_COMPACTION", 30)
        index.store_artifact("lexicon", b"words")
        for version in range(2, 8):
            index.upsert(make_item(number, version=version, word=f"v{version}") for number in range(20))
            index.refresh()
            assert_whole(index)
        stats = measure_index(root)
        assert stats.live == 20
        assert stats.rows <= 60
        assert index.artifact("lexicon") == b"words"
        assert found_by_word(index, "v7") == {f"i{number}" for number in range(20)}
        assert found_by_word(index, "v6") == set()
        check_index(root)

    def test_score_like_an_index_that_never_knew_the_old_versions(self, index, tmp_path):
        for version in (2, 3):
            index.upsert(make_item(number, version=version, word=f"v{number % 3}") for number in range(15))
            index.delete([f"i{20 - version}"])
            index.refresh()
            other = TantivyIndex.create(tmp_path / str(version))
            other.upsert(index.get_many(list(index.ids())).values())
            other.refresh()
            for word in ("v0", "coffee", "w3"):
                assert scores(index, word) == pytest.approx(scores(other, word))


def scores(index, word):
    pool = index.candidates(EVERYBODY, ask(word), limit=100)
    return {candidate.influencer_id: candidate.text_score for candidate in pool.candidates}


class TestReaders:
    def test_follow_when_the_whole_folder_is_replaced_by_another(self, root, index, tmp_path):
        other = TantivyIndex.create(tmp_path / "other")
        other.upsert(make_item(number, word="other") for number in range(40, 70))
        other.refresh()
        other.upsert([make_item(70)])
        other.refresh()
        root.rename(tmp_path / "old")
        with pytest.raises(IndexUnavailable):
            index.count()
        (tmp_path / "other").rename(root)
        assert set(index.ids()) == {f"i{number}" for number in range(40, 71)}
        assert_whole(index)

    def test_see_whole_commits_only_while_another_process_writes(self, root):
        TantivyIndex.create(root)
        process = start_writer(root)
        try:
            read_until(process, "written", 1)
            failures, seen = [], set()
            threads = [threading.Thread(target=read_for, args=(root, 2.0, failures, seen)) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            kill(process)
        assert failures == []
        assert len(seen) > 2, "the readers never saw a newer commit"


def read_for(root, seconds, failures, seen):
    index = TantivyIndex(root)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            versions = set(index.ids().values())
            assert len(versions) == 1
            seen |= versions
            assert index.candidates(EVERYBODY, ask(), limit=100).size == 40
        except Exception as error:  # noqa: BLE001 (a thread's failure must reach the test)
            failures.append(repr(error))


def fail_to_rebuild(root):
    with rebuilding(root) as fresh:
        fresh.upsert([make_item(1, version=7)])
        raise ZeroDivisionError


class TestRebuilding:
    def test_switches_only_at_its_end_and_keeps_what_was_written_meanwhile(self, root, index):
        before = index.generation()
        with rebuilding(root) as fresh:
            fresh.upsert(make_item(number, version=1, word="rebuilt") for number in range(10))
            fresh.store_artifact("lexicon", b"new")
            index.upsert([make_item(5, version=9, word="edited"), make_item(77, word="born")])
            index.delete(["i7"])
            index.refresh()
            assert index.count() == 20
        assert index.generation() != before
        assert found_by_word(index, "rebuilt") == {f"i{n}" for n in (0, 1, 2, 3, 4, 6, 8, 9)}
        assert found_by_word(index, "edited") == {"i5"}
        assert found_by_word(index, "born") == {"i77"}
        assert index.artifact("lexicon") == b"new"
        assert_whole(index)
        assert sorted(path.name for path in root.iterdir() if path.is_dir()) == [
            index.generation().split(".")[0]
        ]

    def test_that_fails_changes_nothing(self, root, index):
        with pytest.raises(ZeroDivisionError):
            fail_to_rebuild(root)
        assert set(index.ids().values()) == {1}
        assert_whole(index)

    def test_runs_once_at_a_time(self, root, index):
        with rebuilding(root), pytest.raises(IndexUnavailable), rebuilding(root):
            pass

    def test_may_change_the_shape_of_the_vectors(self, root, index):
        item = make_item(1)
        with rebuilding(root) as fresh:
            fresh.upsert(
                [type(item)(item.document, item.tokens, item.vector[:8], item.topics, item.features)]
            )
            index.upsert([make_item(2, version=2)])
            index.refresh()
        assert index.ids() == {"i1": 1}

    def test_serves_a_reader_that_opened_the_old_generation(self, root, index):
        reader = TantivyIndex(root)
        assert reader.count() == 20
        with rebuilding(root) as fresh:
            fresh.upsert([make_item(1)])
        assert reader.count() == 1
        assert_whole(reader)
