"""A writer killed at any moment, a full disk, damaged files: readers go on, or are told what to do."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
import warnings

import pytest

from matching.adapters import tantivy_compaction, tantivy_upkeep, tantivy_writer
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_layout import current_generation
from matching.adapters.tantivy_upkeep import check_index, rebuilding
from matching.errors import IndexUnavailable
from tests.integration.matching_engine.market import EVERYBODY, ask, assert_whole, found_by_word, make_item
from tests.integration.matching_engine.writer_process import BATCH

pytestmark = pytest.mark.slow


@pytest.fixture
def root(tmp_path):
    return tmp_path / "index"


def start_writer(root, version=0):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.matching_engine.writer_process", str(root), str(version)],
        stdout=subprocess.PIPE,
        text=True,
    )


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def read_until(process, prefix, count):
    version = 0
    while count:
        line = process.stdout.readline()
        assert line, "the writer ended by itself"
        if line.startswith(prefix):
            version = int(line.split()[1])
            count -= 1
    return version


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def run_in_child(work) -> int:
    """Run in a forked process; returns its exit code, negative for the signal that killed it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forks beside threads
        child = os.fork()
    if child == 0:
        try:
            os._exit(work() or 0)
        finally:
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class TestAKilledWriter:
    def test_leaves_a_whole_commit_whenever_it_dies(self, root):
        TantivyIndex.create(root)
        rng = random.Random(4)
        known = 0
        for round_ in range(14):
            process = start_writer(root, known)
            if round_ % 2:
                announced = read_until(process, "written", 1 + round_ // 4)
            else:
                announced = read_until(process, "writing", 1 + round_ // 4) - 1
            time.sleep(rng.uniform(0, 0.06))
            kill(process)
            reader = TantivyIndex(root)
            versions = set(reader.ids().values())
            assert len(versions) <= 1, "half a commit is visible"
            known = versions.pop() if versions else 0
            assert known >= announced
            assert_whole(reader)
            if known:
                assert len(found_by_word(reader, f"v{known}")) == BATCH

    @pytest.mark.parametrize("step", ["append", "sync", "text", "manifest"])
    def test_between_two_steps_of_a_commit_changes_nothing_and_the_next_writer_succeeds(self, root, step):
        index = TantivyIndex.create(root)
        index.upsert(make_item(number) for number in range(20))
        index.refresh()

        def write():
            die_at(step)
            writer = TantivyIndex(root)
            writer.upsert(make_item(number, version=2, word="tea") for number in range(10, 30))
            writer.delete(["i0"])
            writer.refresh()

        assert run_in_child(write) == -signal.SIGKILL, "the step was never reached"
        for reader in (index, TantivyIndex(root)):
            assert set(reader.ids().values()) == {1}
            assert_whole(reader)
            assert len(found_by_word(reader, "coffee")) == 20
            assert found_by_word(reader, "tea") == set()
        index.upsert(make_item(number, version=3, word="bread") for number in range(15, 25))
        index.refresh()
        for reader in (index, TantivyIndex(root)):
            assert_whole(reader)
            assert found_by_word(reader, "bread") == {f"i{number}" for number in range(15, 25)}
            assert found_by_word(reader, "tea") == set()
            assert found_by_word(reader, "coffee") == {f"i{number}" for number in range(15)}

    def test_in_a_rebuild_leaves_the_old_generation_and_the_next_rebuild_succeeds(self, root):
        index = TantivyIndex.create(root)
        index.upsert([make_item(1)])
        index.refresh()

        def rebuild():
            with rebuilding(root) as fresh:
                fresh.upsert(make_item(number, version=2) for number in range(10))
                fresh.refresh()
                die()

        assert run_in_child(rebuild) == -signal.SIGKILL
        assert index.ids() == {"i1": 1}
        with rebuilding(root) as fresh:
            fresh.upsert([make_item(5)])
        assert index.ids() == {"i5": 1}
        assert_whole(index)

    @pytest.mark.parametrize("step", ["switch_generation", "remove_other_generations"])
    def test_at_the_switch_of_a_rebuild_leaves_one_generation_whole(self, root, step):
        index = TantivyIndex.create(root)
        index.upsert([make_item(1)])
        index.refresh()

        def rebuild():
            setattr(tantivy_upkeep, step, die)
            with rebuilding(root) as fresh:
                fresh.upsert(make_item(number, version=2) for number in range(10))

        assert run_in_child(rebuild) == -signal.SIGKILL, "the step was never reached"
        assert index.count() == (1 if step == "switch_generation" else 10)
        assert_whole(index)
        with rebuilding(root) as fresh:
            fresh.upsert([make_item(5)])
        assert index.ids() == {"i5": 1}
        assert len([path for path in root.iterdir() if path.is_dir()]) == 1

    @pytest.mark.parametrize("step", ["create_generation", "switch_generation"])
    def test_in_a_compaction_loses_nothing(self, root, step):
        index = TantivyIndex.create(root)
        for version in (1, 2):
            index.upsert(make_item(number, version=version) for number in range(10))
            index.refresh()

        def compact():
            setattr(tantivy_compaction, step, die)
            TantivyIndex(root).compact()

        assert run_in_child(compact) == -signal.SIGKILL, "the step was never reached"
        assert_whole(index)
        index.compact()
        assert_whole(index)
        assert set(index.ids().values()) == {2}


def die_at(step):
    """Make this process kill itself right before the given step of a commit."""
    if step == "append":
        tantivy_writer.GenerationWriter._append_terms = die
    elif step == "sync":
        tantivy_writer.GrowingFile.sync = die
    elif step == "text":
        tantivy_writer.GenerationWriter._text = dying_after_documents(tantivy_writer.GenerationWriter._text)
    else:
        tantivy_writer.write_manifest = die


def dying_after_documents(original):
    def text_of(self):
        if sys._getframe(1).f_code.co_name == "commit":
            die()
        return original(self)

    return text_of


class TestAFullDisk:
    def test_is_said_and_the_last_commit_stays(self, root):
        index = TantivyIndex.create(root)
        index.upsert(make_item(number) for number in range(200))
        index.refresh()
        assert run_in_child(lambda: write_with_little_room(root)) == 0
        assert_whole(index)
        assert set(index.ids().values()) == {1}
        index.upsert([make_item(3, version=2, word="tea")])
        index.refresh()
        assert_whole(index)
        assert found_by_word(index, "tea") == {"i3"}


def write_with_little_room(root) -> int:
    """Exit code 0 when the writer said that it could not write and still reads the last commit."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_500, resource.RLIM_INFINITY))
    index = TantivyIndex(root)
    index.upsert(make_item(number, version=2) for number in range(200))
    try:
        index.refresh()
    except IndexUnavailable as error:
        is_told = "free space" in str(error)
        return 0 if is_told and set(index.ids().values()) == {1} else 2
    return 3


class TestDamage:
    @pytest.fixture
    def index(self, root):
        index = TantivyIndex.create(root)
        index.upsert(make_item(number) for number in range(50))
        index.store_artifact("lexicon", b"words")
        index.refresh()
        return index

    def files(self, root):
        generation = current_generation(root)
        return [
            path
            for path in sorted(generation.rglob("*"))
            if path.is_file()
            and path.stat().st_size
            and not path.name.startswith(".")
            and path.suffix != ".lock"
        ]

    def test_of_any_file_is_found_and_says_what_to_do(self, index, root):
        for path in [root / "CURRENT", *self.files(root)]:
            content = path.read_bytes()
            broken = bytearray(content)
            broken[len(broken) // 2] ^= 0xFF
            path.write_bytes(bytes(broken))
            assert_told(root)
            path.write_bytes(content[: len(content) // 2])
            assert_told(root)
            path.unlink()
            assert_told(root)
            path.write_bytes(content)
        assert_whole(TantivyIndex(root))

    def test_of_a_stored_document_after_the_index_was_opened_is_found_when_it_is_read(self, index, root):
        assert_whole(index)
        path = current_generation(root) / "record.bytes"
        with path.open("r+b") as stream:
            stream.seek(path.stat().st_size - 9)
            stream.write(b"damaged!!")
        with pytest.raises(IndexUnavailable, match="athar index build"):
            index.get("i49")
        assert index.get("i1").features == {"number": 1}

    def test_is_cured_by_a_rebuild(self, index, root):
        (current_generation(root) / "manifest.json").write_bytes(b"nonsense")
        with rebuilding(root) as fresh:
            fresh.upsert(make_item(number) for number in range(50))
        assert_whole(index)
        assert index.count() == 50

    def test_of_the_whole_folder_is_an_error_for_readers_and_writers(self, root):
        index = TantivyIndex(root)
        index.upsert([make_item(1)])
        for work in (
            index.refresh,
            index.count,
            index.generation,
            lambda: index.candidates(EVERYBODY, ask(), limit=5),
        ):
            with pytest.raises(IndexUnavailable, match="athar index build"):
                work()


def assert_told(root):
    with pytest.raises(IndexUnavailable, match="athar index build"):
        read_everything(root)


def read_everything(root):
    check_index(root)
    assert TantivyIndex(root).artifact("lexicon") == b"words"
