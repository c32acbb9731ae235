"""One search over the cluster: filters with counted refusals, then words, vectors and topics, each inside the filters.

The cluster proposes; the text score of every member of the union is computed here by `matching.bm25` over the live documents'
statistics, which are kept for as long as the generation's name stays the same.
"""

import threading
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from matching import bm25
from matching.adapters.elasticsearch_connection import SEARCH_SECONDS, Connection, reason_of
from matching.adapters.elasticsearch_documents import unpack
from matching.adapters.elasticsearch_filters import Query, passing_queries, prefixes
from matching.adapters.terms import score_rows
from matching.criteria import SearchCriteria
from matching.errors import IndexUnavailable
from matching.pools import CandidatePool, ListedIds, PlainTopics
from matching.ports import TEXT_FIELD_WEIGHTS, QueryViews

_WORDS_REMEMBERED = 100_000
_LEAST_WEIGHT = min(TEXT_FIELD_WEIGHTS.values())
_FIELDS = [f"{name}^{weight / _LEAST_WEIGHT:.4f}" for name, weight in TEXT_FIELD_WEIGHTS.items()]
"""`combined_fields` takes weights of at least 1: only their ratios matter."""
_MOST_HITS = 10_000
"""The cluster gives no more in one answer, and looks at no more neighbours."""
_PACKED = {"_source": False, "stored_fields": "_none_", "docvalue_fields": ["id", "packed"]}


@dataclass(slots=True)
class Statistics:
    """What BM25 needs to know of the live documents of one generation; grows with the words that are asked."""

    generation: str = ""
    live: int = 0
    total_length: float = 0.0
    holding: dict[str, int] = field(default_factory=dict)

    @property
    def mean_length(self) -> float:
        return self.total_length / self.live if self.live else 0.0


class ClusterSearch:
    """Asks one alias. Safe to share between threads."""

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        self._lock = threading.Lock()
        self._statistics = Statistics()

    def find(
        self, criteria: SearchCriteria, views: QueryViews, *, limit: int, generation: str
    ) -> CandidatePool:
        passing = passing_queries(criteria)
        query = bm25.merge_query(views.weighted_tokens)
        statistics, counts = self._count(passing, query, generation)
        size = counts[-1]
        refused = [before - after for before, after in pairwise(counts)]
        refusals = {code: number for (code, _), number in zip(passing, refused, strict=True) if number}
        hits = self._propose([each for _, each in passing], query, views, min(limit, _MOST_HITS), size)
        return _pool(hits, query, views, statistics, refusals=refusals, generation=generation, size=size)

    def _count(
        self, passing: list[tuple[str, Query]], query: dict[str, float], generation: str
    ) -> tuple[Statistics, list[int]]:
        """Return statistics that know every word of the query, and how many documents pass the first n filters."""
        with self._lock:
            known = self._statistics
        is_new = known.generation != generation
        missing = [word for word in query if is_new or word not in known.holding]
        aggregations: dict[str, Any] = {"passing": {"filters": {"filters": prefixes(passing)}}}
        if missing:
            words = {str(at): {"term": {"words": word}} for at, word in enumerate(missing)}
            aggregations["holding"] = {"filters": {"filters": words}}
        if is_new:
            aggregations["length"] = {"sum": {"field": "length"}}
        answer = self._search({"size": 0, "track_total_hits": True, "aggs": aggregations})
        found, live = answer["aggregations"], answer["hits"]["total"]["value"]
        holding = {word: found["holding"]["buckets"][str(at)]["doc_count"] for at, word in enumerate(missing)}
        counts = [live, *(found["passing"]["buckets"][code]["doc_count"] for code, _ in passing)]
        if is_new:
            fresh = Statistics(generation, live, found["length"]["value"], holding)
        else:
            kept = known.holding if len(known.holding) < _WORDS_REMEMBERED else {}
            needed = {word: known.holding[word] for word in query if word not in holding}
            fresh = Statistics(generation, known.live, known.total_length, {**kept, **needed, **holding})
        with self._lock:
            self._statistics = fresh
        return fresh, counts

    def _propose(
        self,
        passing: list[Query],
        query: dict[str, float],
        views: QueryViews,
        limit: int,
        size: int,
    ) -> dict[str, str]:
        """Return id to packed value of the union; of all that pass when they are not more than the limit."""
        if not size:
            return {}
        if size <= limit:
            return _packed_values([self._search(everybody(passing, size=size))])
        bodies = []
        if query:
            bodies.append(by_words(query, passing, limit))
        if views.vector.any():
            bodies.append(by_vector("vector", views.vector, passing, limit))
        if views.topics.any() and limit // 3:
            roots = np.sqrt(np.clip(views.topics, 0, None))
            bodies.append(by_vector("topic_roots", roots, passing, limit // 3))
        return _packed_values(self._search_many(bodies))

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._connection.ask(
            lambda client: client.search(index=self._index, body=body, allow_partial_search_results=False)
        )
        return answer

    def _search_many(self, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        header = {"index": self._index, "allow_partial_search_results": False}
        lines = [line for body in bodies for line in (header, body)]
        answers = self._connection.ask(lambda client: client.msearch(searches=lines), seconds=SEARCH_SECONDS)
        responses: list[dict[str, Any]] = answers["responses"]
        for response in responses:
            if "error" in response:
                _refuse(response)
        return responses


def _refuse(response: dict[str, Any]) -> None:
    reason = reason_of(response)
    if "dimension" in reason:
        raise IndexUnavailable("The index was built with another encoder or topic list; rebuild it.")
    raise IndexUnavailable(f"The search cluster could not answer ({reason}).")


def everybody(passing: list[Query], *, size: int) -> dict[str, Any]:
    return {
        **_PACKED,
        "size": size,
        "track_total_hits": False,
        "query": {"bool": {"filter": passing}},
        "sort": ["_doc"],
    }


def by_words(query: dict[str, float], passing: list[Query], limit: int) -> dict[str, Any]:
    """Return the search for the best by words: one `combined_fields` for each weight that occurs."""
    by_weight: dict[float, list[str]] = {}
    for word, weight in query.items():
        by_weight.setdefault(weight, []).append(word)
    clauses = [
        {"combined_fields": {"query": " ".join(words), "fields": _FIELDS, "boost": weight}}
        for weight, words in by_weight.items()
    ]
    matching = {"bool": {"filter": passing, "must": [{"bool": {"should": clauses}}]}}
    return {**_PACKED, "size": limit, "track_total_hits": False, "query": matching}


def by_vector(
    name: str, vector: npt.NDArray[np.floating[Any]], passing: list[Query], limit: int
) -> dict[str, Any]:
    """Return the search for the nearest in one vector field, with the filters inside, so that `limit` pass them."""
    length = float(np.linalg.norm(vector))
    knn = {
        "field": name,
        "query_vector": (vector.astype(np.float64) / length).tolist(),
        "k": limit,
        "num_candidates": min(_MOST_HITS, 2 * limit),
        "filter": passing,
    }
    return {**_PACKED, "size": limit, "track_total_hits": False, "knn": knn}


def _packed_values(answers: list[dict[str, Any]]) -> dict[str, str]:
    hits = (hit["fields"] for answer in answers for hit in answer["hits"]["hits"])
    return {fields["id"][0]: fields["packed"][0] for fields in hits}


def _pool(
    hits: dict[str, str],
    query: dict[str, float],
    views: QueryViews,
    statistics: Statistics,
    *,
    refusals: dict[str, int],
    generation: str,
    size: int,
) -> CandidatePool:
    ids = sorted(hits)
    shown = unpack([hits[key] for key in ids], dimensions=len(views.vector), topics=len(views.topics))
    rarities = {
        word: bm25.rarity(documents=statistics.live, holding=statistics.holding[word]) for word in query
    }
    rows = np.arange(len(ids), dtype=np.int64)
    scores = score_rows(shown.columns, rows, query, rarities, statistics.mean_length)
    return CandidatePool(
        ids=ListedIds(tuple(ids)),
        text_scores=scores,
        vectors=shown.vectors,
        topics=PlainTopics(shown.topics),
        refusals=refusals,
        generation=generation,
        size=size,
    )
