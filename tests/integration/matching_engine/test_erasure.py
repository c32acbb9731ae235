"""Words of whoever was erased leave the files of the index, and everybody else stays as they were."""

import zlib

import pytest

from matching.adapters import cells
from matching.adapters.records import RecordCodec
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_layout import current_generation
from matching.adapters.tantivy_opener import SnapshotOpener
from matching.adapters.tantivy_upkeep import TantivyUpkeep, check_index
from matching.ports import ERASURE
from tests.builders.matching.engines import build_following
from tests.integration.matching_engine.market import found_by_word, make_item

WORD = "zanzibarine"
"""What only the erased person says."""


@pytest.fixture
def root(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def index(root):
    """Twenty people; the first, of whom records start, says the word."""
    index = TantivyIndex.create(root)
    index.upsert(make_item(number, word=WORD if number == 0 else "tea") for number in range(20))
    index.refresh()
    return index


def traces(root):
    """Files that hold the word: as it stands, or in a record that is read by their generation's samples."""
    found = {path.name for path in root.rglob("*") if path.is_file() and WORD.encode() in path.read_bytes()}
    snapshot = SnapshotOpener(current_generation(root)).open()
    content, ends = snapshot.bytes_of("record"), snapshot._columns["record.end"].tolist()
    for first, last in zip([0, *ends], ends, strict=False):
        if WORD in opened(snapshot.records, content[first:last]):
            found.add("record.bytes")
    return found


def opened(codec: RecordCodec, record: bytes) -> str:
    size = int.from_bytes(record[4:8], "little")
    parts = record[8 : 8 + size], record[8 + size :]
    return "".join(
        zlib.decompressobj(-15, zdict=start).decompress(part).decode()
        for part, start in zip(parts, codec._starts, strict=True)
    )


class TestRenew:
    def test_takes_the_words_of_the_deleted_out_of_every_file(self, root, index):
        index.delete([make_item(0).document.id])
        index.refresh()
        assert {"sample.heads", "sample.posts", "record.bytes"} <= traces(root)
        before = {key: index.get(key).document for key in index.ids()}
        TantivyUpkeep(root).renew()
        assert traces(root) == set()
        assert {key: index.get(key).document for key in index.ids()} == before
        assert len(found_by_word(index, "tea")) == 19
        assert check_index(root).rows == 19

    def test_takes_what_was_replaced_out_too(self, root, index):
        index.upsert([make_item(0, version=2, word="tea")])
        index.refresh()
        assert traces(root)
        TantivyUpkeep(root).renew()
        assert traces(root) == set()
        assert index.count() == 20

    def test_keeps_artifacts_but_what_asked_for_it(self, root, index):
        index.store_artifact("lexicon", b"words")
        index.store_artifact(ERASURE, b"one")
        index.refresh()
        TantivyUpkeep(root).renew()
        assert (index.artifact("lexicon"), index.artifact(ERASURE)) == (b"words", None)
        assert cells.ARTIFACT not in SnapshotOpener(current_generation(root)).open().manifest.artifacts

    def test_stays_asked_for_when_somebody_is_erased_meanwhile(self, root, index, monkeypatch):
        whole = SnapshotOpener.open
        asked = []

        def interrupted(opener):
            snapshot = whole(opener)
            if not asked:
                asked.append(True)
                index.delete([make_item(0).document.id])
                index.store_artifact(ERASURE, b"two")
                index.refresh()
            return snapshot

        index.store_artifact(ERASURE, b"one")
        index.refresh()
        with monkeypatch.context() as patch:
            patch.setattr(SnapshotOpener, "open", interrupted)
            TantivyUpkeep(root).renew()
        assert index.artifact(ERASURE) == b"two"
        assert index.count() == 19
        TantivyUpkeep(root).renew()
        assert (traces(root), index.artifact(ERASURE)) == (set(), None)


class TestRemove:
    def test_asks_for_it(self, root):
        engine, upkeep = build_following(root)
        assert not engine.is_erasure_asked()
        engine.remove(["nobody"])
        assert engine.is_erasure_asked()
        upkeep.renew()
        assert not engine.is_erasure_asked()
