"""Large indexes look at the nearest groups of rows: what they find, what stays exact, and when they group again."""

import numpy as np
import pytest

from matching.adapters import cells
from matching.adapters.cells import Cells, group_rows, read_cells
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_upkeep import rebuilding
from matching.adapters.topic_lists import TopicLists
from matching.adapters.vectors import best_rows, dot_rows, quantise_vectors
from matching.errors import IndexUnavailable
from tests.integration.matching_engine.market import EVERYBODY, ask, assert_whole, make_item

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("cells")

ROWS, DIMENSIONS, TOPICS = 20_000, 64, 30


@pytest.fixture(scope="module")
def world():
    """Vectors around some hundred centres and mixtures around one topic each, as influencers' are."""
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((300, DIMENSIONS))
    vectors = centres[rng.integers(300, size=ROWS)] + 0.7 * rng.standard_normal((ROWS, DIMENSIONS))
    values, _ = quantise_vectors((vectors / np.linalg.norm(vectors, axis=1)[:, None]).astype(np.float32))
    mixtures = rng.dirichlet(np.full(TOPICS, 0.15), ROWS).astype(np.float32)
    return values, TopicLists.of(mixtures), rng


@pytest.fixture(scope="module")
def grouped(world):
    values, topics, _ = world
    return group_rows(values, topics.heaviest, cells=128)


class TestCells:
    def test_find_nearly_all_of_the_nearest_among_a_part_of_the_rows(self, world, grouped, monkeypatch):
        monkeypatch.setattr(cells, "PROBED_CELLS", 16)
        values, _, rng = world
        everybody = np.ones(ROWS, np.bool_)
        found = []
        for row in rng.integers(ROWS, size=20):
            question = values[row].astype(np.float32)
            near = grouped.near_vector(question / np.linalg.norm(question), everybody)
            assert len(near) < ROWS / 3
            truth = set(best_rows(np.arange(ROWS), dot_rows(values, np.arange(ROWS), question), 50).tolist())
            ours = set(best_rows(near, dot_rows(values, near, question), 50).tolist())
            found.append(len(truth & ours) / 50)
        assert np.mean(found) >= 0.95

    @pytest.mark.parametrize(
        ("rows", "probed", "topics"),
        [(0, 96, 16), (250_000, 96, 16), (300_000, 80, 13), (500_000, 48, 10), (10_000_000, 32, 10)],
    )
    def test_are_fewer_to_look_at_in_larger_worlds(self, rows, probed, topics):
        assert (cells.probed_cells(rows), cells.probed_topics(rows)) == (probed, topics)

    def test_find_nearly_all_by_topics(self, world, grouped):
        _, topics, rng = world
        everybody = np.ones(ROWS, np.bool_)
        found = []
        for _ in range(20):
            question = rng.dirichlet(np.full(TOPICS, 0.1)).astype(np.float32)
            near = grouped.near_topics(question, everybody)
            truth = set(topics.nearest(np.arange(ROWS), question, 50).tolist())
            ours = set(topics.nearest(near, question, 50).tolist())
            found.append(len(truth & ours) / 50)
        assert np.mean(found) >= 0.95

    def test_keep_to_the_mask_and_look_at_all_later_rows(self, grouped):
        mask = np.zeros(ROWS + 3, np.bool_)
        mask[[5, ROWS, ROWS + 2]] = True
        rows = grouped.near_vector(grouped.centres[grouped.cell_of[5]], mask)
        assert rows.tolist() == [5, ROWS, ROWS + 2]

    def test_survive_the_way_through_a_file(self, grouped):
        again = read_cells(grouped.to_bytes())
        assert isinstance(again, Cells)
        assert np.array_equal(again.centres, grouped.centres)
        assert np.array_equal(again.cell_of, grouped.cell_of)
        assert np.array_equal(again.topic_of, grouped.topic_of)


class TestALargeIndex:
    @pytest.fixture
    def index(self, tmp_path, monkeypatch):
        monkeypatch.setattr(cells, "GROUPED_LEAST", 100)
        monkeypatch.setattr(cells, "EXACT_MOST", 50)
        TantivyIndex.create(tmp_path / "index")
        with rebuilding(tmp_path / "index") as fresh:
            fresh.upsert(make_item(number) for number in range(300))
        return TantivyIndex(tmp_path / "index")

    def test_is_grouped_by_its_build_and_finds_what_an_exact_scan_finds(self, index, monkeypatch):
        assert index.artifact(cells.ARTIFACT) is not None
        pool = index.candidates(EVERYBODY, ask("w3"), limit=40)
        monkeypatch.setattr(cells, "EXACT_MOST", 10_000)
        exact = index.candidates(EVERYBODY, ask("w3"), limit=40)
        ours, theirs = ({c.influencer_id for c in found.candidates} for found in (pool, exact))
        assert len(ours & theirs) >= 0.9 * len(theirs)
        assert pool.size == exact.size == 300

    def test_finds_edits_made_since_and_groups_again_when_they_are_many(self, index):
        before = index.artifact(cells.ARTIFACT)
        index.upsert([make_item(3, version=2, word="tea")])
        index.refresh()
        pool = index.candidates(EVERYBODY, ask("tea"), limit=10)
        assert "i3" in {c.influencer_id for c in pool.candidates if c.text_score > 0}
        assert index.artifact(cells.ARTIFACT) == before
        index.upsert(make_item(number) for number in range(1_000, 1_200))
        index.refresh()
        assert index.artifact(cells.ARTIFACT) != before
        assert_whole(index)

    def test_says_that_a_damaged_grouping_is_damaged(self, index, tmp_path):
        (path,) = (tmp_path / "index").glob("g*/artifacts/cells.*")
        path.write_bytes(path.read_bytes()[:-9] + b"damaged!!")
        cells.cells_in.cache_clear()
        with pytest.raises(IndexUnavailable, match="athar index build"):
            TantivyIndex(tmp_path / "index").candidates(EVERYBODY, ask(), limit=5)
