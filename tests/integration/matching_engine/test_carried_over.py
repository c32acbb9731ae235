"""What one commit found out serves the next ones of its generation, and nothing of it is wrong there."""

import shutil
import zlib
from dataclasses import replace

import numpy as np
import pytest

from matching.adapters import tantivy_text, tantivy_writer
from matching.adapters.mapped_files import MappedColumns
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_files import verify_column
from matching.adapters.tantivy_layout import FileState
from matching.adapters.word_counts import CommittedRows, WordCounts
from matching.errors import IndexDamaged, IndexUnavailable
from tests.integration.matching_engine.market import EVERYBODY, ask, assert_whole, found_by_word, make_item

WORDS = ("coffee", "tea", "bread", "w3", "name7", "nobody")


@pytest.fixture
def index(tmp_path):
    index = TantivyIndex.create(tmp_path / "index")
    index.upsert(make_item(number) for number in range(20))
    index.refresh()
    return index


def scores(index: TantivyIndex, word: str) -> dict[str, float]:
    pool = index.candidates(EVERYBODY, ask(word), limit=100)
    return {one.influencer_id: one.text_score for one in pool.candidates}


def opened_anew(index: TantivyIndex) -> TantivyIndex:
    return TantivyIndex(index._root)


class TestCountsOfWords:
    def test_are_those_of_a_reader_that_counts_anew_after_every_commit(self, index):
        steps = [("tea", range(10)), ("tea", range(5, 15)), ("bread", range(3)), ("coffee", range(20, 60))]
        for version, (word, numbers) in enumerate(steps, start=2):
            for one in WORDS[: version + 1]:
                scores(index, one)
            index.upsert(make_item(number, version=version, word=word) for number in numbers)
            index.delete([f"i{19 - version}"])
            index.refresh()
            for one in WORDS:
                assert scores(index, one) == scores(opened_anew(index), one)

    def test_are_asked_of_tantivy_once(self, index, monkeypatch):
        asked: list[str] = []
        count = tantivy_text.count_holding
        monkeypatch.setattr(
            tantivy_text,
            "count_holding",
            lambda searcher, words: asked.extend(words) or count(searcher, words),
        )
        for version in (2, 3):
            scores(index, "coffee")
            index.upsert([make_item(1, version=version, word="tea")])
            index.refresh()
        scores(index, "tea")
        scores(index, "coffee")
        assert asked == ["coffee", "tea"]

    def test_of_a_later_commit_say_nothing_about_an_older_one(self, index):
        older = index._current()
        before = older.search(EVERYBODY, ask("tea"), limit=100).text_scores.tolist()
        index.upsert(make_item(number, version=2, word="tea") for number in range(10))
        index.refresh()
        scores(index, "tea")
        assert older.search(EVERYBODY, ask("tea"), limit=100).text_scores.tolist() == before

    def test_are_taken_anew_after_very_many_changes(self):
        counts, none = WordCounts(), {"term.hash": np.zeros(0, np.uint32)}
        first = CommittedRows(none, 10, np.zeros(0, np.uint32))
        much_later = CommittedRows(none, 100_000, np.zeros(0, np.uint32))
        assert counts.holding(["a"], first, lambda _: {"a": 3}) == {"a": 3}
        assert counts.holding(["a"], much_later, lambda _: {"a": 7}) == {"a": 7}
        assert counts.holding(["a", "b"], much_later, lambda _: None) is None

    def test_are_right_where_tantivy_is_a_commit_ahead_of_as_many_documents(self, index, monkeypatch):
        """A reader may open between the two steps of a commit, or after a writer that was killed there."""
        index.upsert(make_item(number, version=2, word="tea") for number in range(10))
        index.refresh()

        def fail(*_):
            raise OSError

        with monkeypatch.context() as broken:
            broken.setattr(tantivy_writer, "write_manifest", fail)
            writer = opened_anew(index)
            writer.upsert(make_item(number, version=3, word="bread") for number in range(10, 20))
            with pytest.raises(IndexUnavailable):
                writer.refresh()
        reader = opened_anew(index)
        assert found_by_word(reader, "bread") == set()
        assert found_by_word(reader, "coffee") == {f"i{number}" for number in range(10, 20)}
        assert found_by_word(reader, "tea") == {f"i{number}" for number in range(10)}
        index.upsert([make_item(0, version=4, word="bread")])
        index.refresh()
        for one in WORDS:
            assert scores(reader, one) == scores(opened_anew(index), one)


class TestWhatOccurs:
    def test_is_counted_with_words_that_came_later(self, index):
        groups = index.count_facets(EVERYBODY, []).counts
        assert groups["country"] == {"SA": 20}
        item = make_item(30)
        index.upsert([replace(item, document=replace(item.document, country="EG", city="Cairo"))])
        index.refresh()
        assert (
            index.count_facets(EVERYBODY, []).counts == opened_anew(index).count_facets(EVERYBODY, []).counts
        )
        assert index.count_facets(EVERYBODY, []).counts["city"] == {"Cairo": 1}


class TestMappedColumns:
    def test_are_mapped_once_and_show_what_is_appended(self, tmp_path):
        path, mapped = tmp_path / "row.length", MappedColumns(tmp_path)
        path.write_bytes(np.arange(1_000, dtype="<u4").tobytes())
        before = mapped.column(path.name, FileState(4_000))
        with path.open("ab") as stream:
            stream.write(np.arange(1_000, 3_000, dtype="<u4").tobytes())
        after = mapped.column(path.name, FileState(12_000))
        assert np.array_equal(after, np.arange(3_000))
        assert len(before) == 1_000
        assert after.__array_interface__["data"] == before.__array_interface__["data"], "mapped a second time"
        assert not after.flags.writeable

    def test_outlive_who_mapped_them(self, tmp_path):
        path = tmp_path / "row.length"
        path.write_bytes(np.arange(1_000, dtype="<u4").tobytes())
        column = MappedColumns(tmp_path).column(path.name, FileState(4_000))
        path.unlink()
        assert column.sum() == 499_500

    def test_grow_beyond_their_room(self, tmp_path):
        path, mapped = tmp_path / "row.length", MappedColumns(tmp_path)
        path.write_bytes(bytes(4))
        mapped.column(path.name, FileState(4))
        path.write_bytes(np.ones(1_000_000, "<u4").tobytes())
        assert mapped.column(path.name, FileState(4_000_000)).sum() == 1_000_000

    def test_look_at_another_file_of_the_same_name(self, tmp_path):
        path, mapped = tmp_path / "row.length", MappedColumns(tmp_path)
        path.write_bytes(np.ones(10, "<u4").tobytes())
        mapped.column(path.name, FileState(40))
        (tmp_path / "other").write_bytes(np.full(10, 2, "<u4").tobytes())
        (tmp_path / "other").replace(path)
        assert mapped.column(path.name, FileState(40)).sum() == 20

    def test_refuse_a_file_that_is_shorter_than_it_should_be_or_gone(self, tmp_path):
        path, mapped = tmp_path / "row.length", MappedColumns(tmp_path)
        with pytest.raises(IndexDamaged, match="cannot be read"):
            mapped.column(path.name, FileState(4))
        path.write_bytes(bytes(8))
        mapped.column(path.name, FileState(8))
        with pytest.raises(IndexDamaged, match="shorter"):
            mapped.column(path.name, FileState(12))

    def test_serve_a_generation_whose_folder_was_replaced(self, index, tmp_path):
        assert_whole(index)
        copy = tmp_path / "copy"
        shutil.copytree(index._root, copy)
        other = TantivyIndex(copy)
        other.upsert([make_item(40)])
        other.refresh()
        shutil.rmtree(index._root)
        copy.rename(index._root)
        assert index.count() == 21
        assert_whole(index)


class TestChecksums:
    def test_of_large_files_are_compared_to_the_last_byte(self, tmp_path):
        path = tmp_path / "vector.values"
        content = np.random.default_rng(1).integers(-100, 100, 3 << 20, np.int8).tobytes()
        path.write_bytes(content)
        column, start = np.frombuffer(content, np.int8), FileState()
        state = FileState(len(content), zlib.crc32(content))
        verify_column(path, column, state, start)
        path.write_bytes(content[:-1] + b"\xff")
        with pytest.raises(IndexDamaged, match="checksum"):
            verify_column(path, column, state, start)
        path.unlink()
        with pytest.raises(IndexDamaged, match="cannot be read"):
            verify_column(path, column, state, start)
