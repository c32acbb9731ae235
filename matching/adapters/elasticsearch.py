"""The search engine of a site that has outgrown one machine: an Elasticsearch cluster behind the same port.

Writes are collected, sent in bulk by `refresh`, and become visible together: the cluster itself is told never to
refresh. Needs Elasticsearch 9 without optional modules; docs/operations.md has what to set up.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

from matching.adapters.elasticsearch_connection import BULK_SECONDS, Connection
from matching.adapters.elasticsearch_documents import stems_held, to_item
from matching.adapters.elasticsearch_facets import count_passing
from matching.adapters.elasticsearch_layout import (
    STATE,
    Names,
    aliases,
    create_generation,
    live_number,
    read_file,
    switch_generation,
    write_file,
    write_state,
)
from matching.adapters.elasticsearch_search import ClusterSearch
from matching.adapters.elasticsearch_writer import delete_ids, write_items
from matching.criteria import SearchCriteria
from matching.figures import CandidateFigures, FigureQuestion
from matching.pool_facets import PoolFacets
from matching.pools import CandidatePool
from matching.ports import IndexedInfluencer, QueryViews
from matching.stored_figures import figures_of

_MOST_PENDING = 500
_LOADED_AT_ONCE = 500
_LISTED_AT_ONCE = 5_000
_PAGES_ALIVE = "2m"


class ElasticsearchIndex:
    """Implements `matching.ports.SearchIndex` on the live generation, or on another one by its names.

    Safe to share between threads. Raises IndexUnavailable when the cluster is down or holds no index of ours.
    """

    @classmethod
    def create(cls, connection: Connection) -> Self:
        """Make an empty index where there is none. Servers never do: an index that is gone is rebuilt, not hidden."""
        if live_number(connection) is None:
            switch_generation(connection, create_generation(connection))
        return cls(connection)

    def __init__(self, connection: Connection, names: Names | None = None) -> None:
        self._connection = connection
        self._names = names or aliases(connection.prefix)
        self._search = ClusterSearch(connection, self._names.documents)
        self._lock = threading.RLock()
        self._upserts: dict[str, IndexedInfluencer] = {}
        self._deletions: set[str] = set()
        self._artifacts: dict[str, bytes] = {}
        self._is_dirty = False

    def upsert(self, items: Iterable[IndexedInfluencer]) -> None:
        """Collect; after some hundred they are sent, to be seen after `refresh`."""
        for item in items:
            with self._lock:
                known = self._upserts.get(item.document.id)
                if known is None or known.document.version <= item.document.version:
                    self._upserts[item.document.id] = item
                if len(self._upserts) >= _MOST_PENDING:
                    self._send()

    def delete(self, influencer_ids: Iterable[str]) -> None:
        with self._lock:
            for influencer_id in influencer_ids:
                self._upserts.pop(influencer_id, None)
                self._deletions.add(influencer_id)

    def store_artifact(self, name: str, content: bytes) -> None:
        with self._lock:
            self._artifacts[name] = content

    def _send(self) -> None:
        """Send what was collected. What cannot be sent is dropped, and must be written again by who wrote it."""
        deletions, self._deletions = self._deletions, set()
        upserts, self._upserts = self._upserts, {}
        self._is_dirty = self._is_dirty or bool(deletions or upserts)
        delete_ids(self._connection, self._names.documents, sorted(deletions))
        write_items(self._connection, self._names.documents, upserts.values())

    def refresh(self) -> None:
        """Send what was collected, show it to every reader, and give that state a name of its own."""
        with self._lock:
            self._send()
            artifacts, self._artifacts = self._artifacts, {}
            for name, content in artifacts.items():
                write_file(self._connection, self._names, name, content)
            if not self._is_dirty and not artifacts:
                return
            self._connection.ask(
                lambda client: client.indices.refresh(index=self._names.documents), seconds=BULK_SECONDS
            )
            write_state(self._connection, self._names)
            self._is_dirty = False

    def candidates(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> CandidatePool:
        return self._search.find(criteria, views, limit=limit, generation=self.generation())

    def count_facets(self, criteria: SearchCriteria, ceilings: Sequence[int]) -> PoolFacets:
        return count_passing(self._connection, self._names.documents, criteria, ceilings)

    def get(self, influencer_id: str) -> IndexedInfluencer | None:
        return self.get_many([influencer_id]).get(influencer_id)

    def get_many(
        self, influencer_ids: Sequence[str], *, with_posts: bool = True
    ) -> dict[str, IndexedInfluencer]:
        found: dict[str, IndexedInfluencer] = {}
        for start in range(0, len(influencer_ids), _LOADED_AT_ONCE):
            asked = list(influencer_ids[start : start + _LOADED_AT_ONCE])
            for hit in self._load(asked, with_posts=with_posts):
                item = to_item(hit, with_posts=with_posts)
                found[item.document.id] = item
        return {key: found[key] for key in influencer_ids if key in found}

    def _load(self, ids: list[str], *, with_posts: bool) -> list[dict[str, Any]]:
        body = {
            "query": {"terms": {"id": ids}},
            "size": len(ids),
            "_source": ["record", "posts_record"] if with_posts else ["record"],
            "docvalue_fields": ["packed"],
            "track_total_hits": False,
        }
        answer = self._connection.ask(
            lambda client: client.search(
                index=self._names.documents, body=body, allow_partial_search_results=False
            )
        )
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits

    def figures(self, influencer_ids: Sequence[str], question: FigureQuestion) -> CandidateFigures:
        items: dict[str, IndexedInfluencer] = {}
        packed: dict[str, str] = {}
        for start in range(0, len(influencer_ids), _LOADED_AT_ONCE):
            for hit in self._load(list(influencer_ids[start : start + _LOADED_AT_ONCE]), with_posts=False):
                item = to_item(hit, with_posts=False)
                items[item.document.id] = item
                packed[item.document.id] = hit["fields"]["packed"][0]
        known = [key for key in influencer_ids if key in items]
        held = stems_held([packed[key] for key in known], question.stems)
        return figures_of([items[key] for key in known], question, held)

    def artifact(self, name: str) -> bytes | None:
        return read_file(self._connection, self._names, name)[1]

    def generation(self) -> str:
        index, state = read_file(self._connection, self._names, STATE)
        documents = index.replace("-files-", "-influencers-")
        return f"{documents}.{(state or b'').decode('ascii')}"

    def count(self) -> int:
        answer = self._connection.ask(lambda client: client.count(index=self._names.documents))
        return int(answer["count"])

    def ids(self) -> dict[str, int]:
        """Every indexed id with its version, read page by page from one point in time."""
        return dict(self._list())

    def _list(self) -> Iterator[tuple[str, int]]:
        opened = self._connection.ask(
            lambda client: client.open_point_in_time(index=self._names.documents, keep_alive=_PAGES_ALIVE)
        )
        view, after = opened["id"], None
        try:
            while hits := (page := self._page(view, after))["hits"]["hits"]:
                view, after = page["pit_id"], hits[-1]["sort"]
                for hit in hits:
                    yield hit["fields"]["id"][0], int(hit["fields"]["version"][0])
        finally:
            self._connection.ask(lambda client: client.close_point_in_time(id=view))

    def _page(self, view: str, after: list[Any] | None) -> dict[str, Any]:
        body: dict[str, Any] = {
            "pit": {"id": view, "keep_alive": _PAGES_ALIVE},
            "size": _LISTED_AT_ONCE,
            "sort": ["_shard_doc"],
            "_source": False,
            "stored_fields": "_none_",
            "docvalue_fields": ["id", "version"],
            "track_total_hits": False,
        }
        if after is not None:
            body["search_after"] = after
        answer: dict[str, Any] = self._connection.ask(
            lambda client: client.search(body=body), seconds=BULK_SECONDS
        )
        return answer
