"""A readable reference of the SearchIndex port: plain loops over everything, no files. What it answers is right."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from matching import bm25
from matching.criteria import SearchCriteria
from matching.eligibility import find_refusal
from matching.figures import CandidateFigures, FigureQuestion
from matching.pool_facets import PoolFacets, count_pool
from matching.pools import Candidate, CandidatePool, list_pool
from matching.ports import FloatMatrix, IndexedInfluencer, QueryViews
from matching.stored_figures import figures_of


class MemoryIndex:
    """Keeps two generations: what was written, and what readers see since the last refresh."""

    def __init__(self) -> None:
        self._written: dict[str, IndexedInfluencer] = {}
        self._visible: dict[str, IndexedInfluencer] = {}
        self._written_artifacts: dict[str, bytes] = {}
        self._artifacts: dict[str, bytes] = {}
        self._counts: dict[str, dict[str, int]] = {}
        self._lengths: dict[str, int] = {}
        self._is_changed = False
        self._generation = 0

    def upsert(self, items: Iterable[IndexedInfluencer]) -> None:
        for item in items:
            known = self._written.get(item.document.id)
            if known is None or known.document.version <= item.document.version:
                self._written[item.document.id] = item
                self._is_changed = True

    def delete(self, influencer_ids: Iterable[str]) -> None:
        for influencer_id in influencer_ids:
            self._written.pop(influencer_id, None)
            self._is_changed = True

    def refresh(self) -> None:
        if not self._is_changed:
            return
        self._visible = dict(self._written)
        self._artifacts = dict(self._written_artifacts)
        self._counts = {i: bm25.weighted_counts(item.tokens) for i, item in self._visible.items()}
        self._lengths = {i: bm25.weighted_length(item.tokens) for i, item in self._visible.items()}
        self._generation += 1
        self._is_changed = False

    def candidates(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> CandidatePool:
        passed, refusals = self._filter(criteria)
        text = self._text_scores(passed, views)
        chosen = _union_of_best(passed, text, views, limit)
        return list_pool(
            [Candidate(passed[i].document.id, text[i]) for i in chosen],
            _rows([passed[i].vector for i in chosen], len(views.vector)),
            _rows([passed[i].topics for i in chosen], len(views.topics)),
            refusals=refusals,
            generation=self.generation(),
            size=len(passed),
        )

    def _filter(self, criteria: SearchCriteria) -> tuple[list[IndexedInfluencer], dict[str, int]]:
        passed: list[IndexedInfluencer] = []
        refusals: dict[str, int] = {}
        for _, item in sorted(self._visible.items()):
            refusal = find_refusal(item.document, criteria)
            if refusal is None:
                passed.append(item)
            else:
                refusals[refusal] = refusals.get(refusal, 0) + 1
        return passed, refusals

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        passed, _refusals = self._filter(criteria)
        return count_pool([item.document for item in passed], criteria, ceilings)

    def get(self, influencer_id: str) -> IndexedInfluencer | None:
        return self._visible.get(influencer_id)

    def get_many(
        self, influencer_ids: Sequence[str], *, with_posts: bool = True
    ) -> dict[str, IndexedInfluencer]:
        found = {i: self._visible[i] for i in influencer_ids if i in self._visible}
        if with_posts:
            return found
        return {
            i: replace(item, document=replace(item.document, posts=()), tokens={})
            for i, item in found.items()
        }

    def figures(self, influencer_ids: Sequence[str], question: FigureQuestion) -> CandidateFigures:
        return figures_of(list(self.get_many(influencer_ids).values()), question)

    def store_artifact(self, name: str, content: bytes) -> None:
        self._written_artifacts[name] = content
        self._is_changed = True

    def artifact(self, name: str) -> bytes | None:
        return self._artifacts.get(name)

    def generation(self) -> str:
        return f"memory-{self._generation}"

    def count(self) -> int:
        return len(self._visible)

    def ids(self) -> dict[str, int]:
        return {influencer_id: item.document.version for influencer_id, item in self._visible.items()}

    def _text_scores(self, passed: Sequence[IndexedInfluencer], views: QueryViews) -> list[float]:
        """BM25F with the statistics of all visible documents, also of those that a filter refused."""
        query = bm25.merge_query(views.weighted_tokens)
        mean_length = sum(self._lengths.values()) / max(len(self._lengths), 1)
        rarities = {
            token: bm25.rarity(
                documents=len(self._counts), holding=sum(token in own for own in self._counts.values())
            )
            for token in query
        }
        return [
            bm25.score(
                self._counts[item.document.id],
                bm25.length_penalty(self._lengths[item.document.id], mean_length),
                query,
                rarities,
            )
            for item in passed
        ]


def _union_of_best(
    passed: Sequence[IndexedInfluencer], text: Sequence[float], views: QueryViews, limit: int
) -> list[int]:
    """Return the positions of the best by text (with a hit), by cosine and by topic mixture, in their order."""
    cosine = [float(item.vector @ views.vector) for item in passed]
    topic = [float(np.sqrt(item.topics) @ np.sqrt(views.topics)) for item in passed]
    everybody = range(len(passed))
    by_text = sorted((i for i in everybody if text[i] > 0), key=lambda i: (-text[i], passed[i].document.id))
    by_cosine = sorted(everybody, key=lambda i: (-cosine[i], passed[i].document.id))
    by_topic = sorted(everybody, key=lambda i: (-topic[i], passed[i].document.id))
    return sorted({*by_text[:limit], *by_cosine[:limit], *by_topic[: limit // 3]})


def _rows(vectors: Sequence[np.ndarray], width: int) -> FloatMatrix:
    """Stack vectors to a matrix that keeps its width when there is none."""
    return np.asarray(vectors, dtype=np.float32).reshape(len(vectors), width)
