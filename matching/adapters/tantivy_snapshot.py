"""One commit of one generation as a reader sees it: mapped columns, the mask of live rows, a tantivy searcher."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

from matching import bm25
from matching.adapters import cells, vectors
from matching.adapters import tantivy_text as text
from matching.adapters.identities import IdentityIndex
from matching.adapters.mapped_files import MappedColumns
from matching.adapters.records import RecordCodec, RecordDamaged
from matching.adapters.tantivy_columns import Vocabulary
from matching.adapters.tantivy_facets import Codes, HeldCodes, count_rows
from matching.adapters.tantivy_figures import FigureTable, read_figures, read_post_marks
from matching.adapters.tantivy_files import COLUMNS, Array, verify_column
from matching.adapters.tantivy_filter_table import FilterTable
from matching.adapters.tantivy_filters import filter_rows
from matching.adapters.tantivy_found import Passing, RowIds
from matching.adapters.tantivy_layout import (
    REBUILD_ADVICE,
    FileState,
    Manifest,
    artifact_path,
    damaged,
)
from matching.adapters.tantivy_words import WordSearch
from matching.adapters.topic_lists import TopicLists, topic_shapes
from matching.adapters.vectors import Rows
from matching.adapters.verdict_memory import VerdictMemory
from matching.adapters.word_counts import WordCounts
from matching.criteria import SearchCriteria
from matching.errors import IndexDamaged
from matching.figures import CandidateFigures, FigureQuestion
from matching.pool_facets import PoolFacets
from matching.pools import CandidatePool
from matching.ports import FloatMatrix, IndexedInfluencer, QueryViews
from matching.side_work import beside

_LOADED_AT_ONCE = 256
_NOTHING = FileState()


@dataclass(frozen=True, slots=True)
class KeptOfRows:
    """What holds for the rows and offers of a generation in all its commits: they are only added, and rows die."""

    mapped: MappedColumns
    verdicts: VerdictMemory = field(default_factory=VerdictMemory)
    held: VerdictMemory = field(default_factory=VerdictMemory)
    offers: VerdictMemory = field(default_factory=VerdictMemory)
    codes: HeldCodes = field(default_factory=HeldCodes)
    words: WordCounts = field(default_factory=WordCounts)
    identities: IdentityIndex = field(default_factory=IdentityIndex)


class Snapshot:
    """Immutable; shared by the threads of a process until a newer commit is opened beside it."""

    def __init__(
        self,
        generation: Path,
        manifest: Manifest,
        searcher: tantivy.Searcher,
        verified: dict[str, FileState],
        kept: KeptOfRows,
    ) -> None:
        """Map the files and compare the checksums of what lies beyond `verified`. Raises IndexUnavailable.

        `kept` is what earlier commits of this generation found out about its rows.
        """
        self.folder = generation
        self.manifest = manifest
        self._searcher = searcher
        self._kept = kept
        self._columns = {
            name: kept.mapped.column(name, manifest.files.get(name, _NOTHING)) for name in COLUMNS
        }
        self._verify(verified)
        alive = np.ones(manifest.rows, np.bool_)
        alive[self._columns["dead.row"]] = False
        words = Vocabulary(self.bytes_of("word"))
        self._filters = FilterTable(self._columns, words, alive, self._kept.offers)
        self._figures = FigureTable(self._columns, words, Vocabulary(self.bytes_of("subject")))
        self._vectors = self._columns["vector.values"].reshape(manifest.rows, manifest.dimensions)
        topics = {part: self._columns[f"topic.{part}"] for part in topic_shapes(manifest.topics)}
        self._topics = TopicLists.read(topics, manifest.topics)
        samples = (self._columns[f"sample.{part}"].tobytes() for part in ("heads", "posts"))
        self.records = RecordCodec(*samples, has_columns=True)
        self._named: dict[str, int] = {}
        self._passing: Passing | None = None

    @property
    def name(self) -> str:
        return f"{self.folder.name}.{self.manifest.commit}"

    def _verify(self, verified: dict[str, FileState]) -> None:
        for name, state in self.manifest.files.items():
            before = verified.get(name, _NOTHING)
            if state != before:
                verify_column(self._kept.mapped.paths[name], self._columns[name], state, before)

    def bytes_of(self, table: str) -> bytes:
        """Return the whole content of a table of bytes."""
        return self._columns[f"{table}.bytes"].tobytes()

    def dead_rows(self) -> Array:
        """Return every row that was replaced or deleted, in that order."""
        return self._columns["dead.row"]

    def live_rows(self) -> Rows:
        return np.flatnonzero(self._filters.alive)

    def find_row(self, influencer_id: str) -> int | None:
        """Return the live row of an id."""
        return self._find_rows([influencer_id]).get(influencer_id)

    def _find_rows(self, influencer_ids: Sequence[str]) -> dict[str, int]:
        """Return the live rows of the ids that have one, in the order asked."""
        rows = self._named  # those of the last briefs: nearly all that is asked for
        missing = [key for key in influencer_ids if key not in rows]
        if missing:
            column, alive = self._columns["row.identity"], self._filters.alive
            rows = rows | self._kept.identities.find(column, alive, missing, self.ids_of)
        return {key: rows[key] for key in influencer_ids if key in rows}

    def name_rows(self, rows: Rows) -> list[str]:
        """Return the ids of live rows, and remember where they are: their figures and documents are read next."""
        names = self.ids_of(rows)
        self._named = dict(zip(names, rows.tolist(), strict=True))
        return names

    def version_of(self, row: int) -> int:
        return int(self._columns["row.version"][row])

    def length_of(self, row: int) -> int:
        return int(self._columns["row.length"][row])

    def ids_of(self, rows: Rows) -> list[str]:
        content, ends = self._columns["name.bytes"], self._columns["name.end"]
        starts = np.where(rows > 0, ends[np.maximum(rows - 1, 0)], np.uint64(0))
        pairs = zip(starts.tolist(), ends[rows].tolist(), strict=True)
        view = content.data
        return [str(view[first:last], "utf-8") for first, last in pairs]

    def _slice(self, table: str, row: int) -> bytes:
        ends = self._columns[f"{table}.end"]
        first = int(ends[row - 1]) if row else 0
        return self._columns[f"{table}.bytes"][first : int(ends[row])].tobytes()

    def load(self, rows: Rows, *, with_posts: bool = True) -> list[IndexedInfluencer]:
        """Read stored documents in the order of `rows`. Raises IndexUnavailable when one is damaged."""
        restored, mixtures = self._vectors_of(rows), self._topics.restore(rows)
        marks = read_post_marks(self._figures, rows)
        try:
            return [
                self.records.decode(
                    self._slice("record", row), restored[at], mixtures[at], marks[at], with_posts=with_posts
                )
                for at, row in enumerate(rows.tolist())
            ]
        except RecordDamaged as error:
            raise damaged(self.folder / "record.bytes", "a document has another checksum") from error

    def _vectors_of(self, rows: Rows) -> FloatMatrix:
        return vectors.restore_rows(self._vectors, self._columns["vector.scale"], rows)

    def search(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> CandidatePool:
        """Filter, find by text, vector and topics, and return the union with its text scores."""
        self._check_views(views)
        passing = self._filter(criteria)
        query = bm25.merge_query(views.weighted_tokens)
        words = WordSearch(
            self._columns, self.manifest, self._searcher, query, self._kept.words, lambda: self._is_text_ahead
        )
        if len(passing) > limit:
            rows = self._unite(words.find(passing, criteria, limit), views, passing, limit)
        else:
            rows = passing.rows
        restored = beside(lambda: (self._vectors_of(rows), self._topics.chosen(rows)))
        scores = words.score(rows)
        own_vectors, topics = restored()
        return CandidatePool(
            ids=RowIds(self.name_rows, rows),
            text_scores=scores,
            vectors=own_vectors,
            topics=topics,
            refusals=passing.refusals,
            generation=self.name,
            size=len(passing),
        )

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        """Filter, and count who passes by platform, country, city, language, size and price."""
        passing = self._filter(criteria)
        return count_rows(
            self._filters, passing, criteria, ceilings, codes=self._held_codes, memory=self._kept.held
        )

    def _filter(self, criteria: SearchCriteria) -> Passing:
        """Return who passes; the answer for the last brief is kept, because who asks for its best asks for its counts next."""
        kept = self._passing
        if kept is None or kept.criteria is not criteria:
            self._passing = kept = filter_rows(self._filters, criteria, self._kept.verdicts)
        return kept

    @cached_property
    def _is_text_ahead(self) -> bool:
        """Tell whether tantivy is one commit ahead: it has the row after the last one, or has lost rows that died last."""
        buried = len(self.dead_rows()) - self.manifest.swept
        return text.has_row(self._searcher, self.manifest.rows) or (
            self._searcher.num_docs != self.manifest.live + buried
        )

    @cached_property
    def _held_codes(self) -> Codes:
        return self._kept.codes.of(self._filters)

    def _unite(
        self,
        by_words: Callable[[], Rows],
        views: QueryViews,
        passing: Passing,
        limit: int,
    ) -> Rows:
        """Return the best by words, by vector and by topics, ascending."""
        grouped = self._cells if len(passing) > cells.EXACT_MOST else None
        near = passing.rows if grouped is None else grouped.near_vector(views.vector, passing.mask)
        akin = passing.rows if grouped is None else grouped.near_topics(views.topics, passing.mask)
        found = [
            self._find_by_vector(near, views.vector, limit),
            self._find_by_topics(akin, views.topics, limit // 3),
            by_words(),
        ]
        united: Rows = np.sort(np.concatenate(found))
        return united[np.diff(united, prepend=-1) > 0]

    @cached_property
    def _cells(self) -> cells.Cells | None:
        """The groups of near rows, None when this generation has none yet. Raises IndexUnavailable."""
        path = artifact_path(self.folder, self.manifest, cells.ARTIFACT)
        return None if path is None else cells.cells_in(path)

    def grouped_rows(self) -> int:
        """Return how many rows are grouped."""
        return 0 if self._cells is None else len(self._cells.cell_of)

    def group(self) -> bytes:
        """Group all rows anew; returns the content of the artifact."""
        return cells.group_rows(self._vectors, self._topics.heaviest).to_bytes()

    def _check_views(self, views: QueryViews) -> None:
        if self.manifest.rows and (len(views.vector), len(views.topics)) != self.shape:
            raise IndexDamaged(
                f"The search index was built with another encoder or topic list. {REBUILD_ADVICE}"
            )

    def _find_by_vector(self, passing: Rows, vector: npt.NDArray[np.float32], limit: int) -> Rows:
        if not vector.any():
            return passing[:0]
        return vectors.nearest_rows(
            self._vectors, passing, vector, limit, scale=self._columns["vector.scale"]
        )

    def _find_by_topics(self, passing: Rows, mixture: npt.NDArray[np.float32], limit: int) -> Rows:
        if not mixture.any():
            return passing[:0]
        return self._topics.nearest(passing, mixture, limit)

    def load_many(
        self, influencer_ids: Sequence[str], *, with_posts: bool = True
    ) -> dict[str, IndexedInfluencer]:
        rows = self._find_rows(influencer_ids)
        loaded = self.load(np.fromiter(rows.values(), np.int64, len(rows)), with_posts=with_posts)
        return dict(zip(rows, loaded, strict=True))

    def figures(self, influencer_ids: Sequence[str], question: FigureQuestion) -> CandidateFigures:
        """Return what scoring reads of the ids that have a live row, in the order asked."""
        found = self._find_rows(influencer_ids)
        rows = np.fromiter(found.values(), np.int64, len(found))
        return read_figures(self._figures, rows, list(found), question)

    def load_live(self) -> Iterator[IndexedInfluencer]:
        """Read every live document, some hundreds at a time."""
        live = self.live_rows()
        for start in range(0, len(live), _LOADED_AT_ONCE):
            yield from self.load(live[start : start + _LOADED_AT_ONCE])

    @property
    def shape(self) -> tuple[int, int]:
        """Dimensions of the vectors and number of topics."""
        return self.manifest.dimensions, self.manifest.topics

    def versions(self) -> dict[str, int]:
        rows = self.live_rows()
        return dict(zip(self.ids_of(rows), self._columns["row.version"][rows].tolist(), strict=True))
