"""The retrieval stage (candidates for a brief behind the same hard filters) on three engines, in one run, in turn.

Run from the root of the checkout: `python -m benchmarks.engines [--size 100000] [--briefs 60] [--place FOLDER]`. Elasticsearch and
PostgreSQL with pgvector are started here with the settings printed below, or taken from ELASTICSEARCH_URL and DATABASE_URL;
the embedded index is written, or is one of exactly that size that `benchmarks.world` left in FOLDER.
The embedded engine and Elasticsearch count every refusal by its first reason; PostgreSQL is not asked to.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from benchmarks.generated_market import GeneratedMarket
from benchmarks.postgres_engine import SETTINGS, PostgresEngine
from matching.adapters.elasticsearch import ElasticsearchIndex
from matching.adapters.elasticsearch_connection import ClusterAddress, Connection
from matching.adapters.elasticsearch_layout import live_number, remove_generation
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_compaction import group_if_large
from matching.adapters.tantivy_layout import current_generation
from matching.adapters.tantivy_opener import SnapshotOpener
from matching.adapters.tantivy_upkeep import measure_index
from matching.adapters.use_encoder import UseEncoder
from matching.criteria import SearchCriteria
from matching.lexicon import EMPTY_LEXICON
from matching.performance import load_prior
from matching.ports import IndexedInfluencer, QueryViews
from matching.queries import understand
from matching.topics import load_topic_space

LIMIT = 1_000
PORTION = 2_000
TOLD_EVERY = 20_000
HEAP = "4g"
CLUSTER_SETTINGS = {"indices.memory.index_buffer_size": "40%"}
TUNED = """Elasticsearch 9.5, one shard, no replica, {heap} heap, index buffer 40 %, shown once at the end: whitespace-analysed tokens,
combined_fields, int8_hnsw (m 16, ef_construction 100) with the filters inside knn, num_candidates 2,000 for 1,000; no _source in answers, doc values only; one segment
(force merge), filters cached by a first round of all briefs.
PostgreSQL 18 with pgvector: {settings}; GIN over the words, HNSW (m 16, ef_construction 64) over halfvec, ef_search 1,000,
iterative scan in relaxed order; btree and GIN indexes of the filters' columns, VACUUM ANALYZE, a first round of all briefs."""


@contextmanager
def search_server() -> Iterator[str]:
    """The address of an Elasticsearch: the one of ELASTICSEARCH_URL, else one that the tests' machinery starts."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    from tests.elasticsearch import running_cluster  # noqa: PLC0415 (only where none is named)

    folder = tempfile.mkdtemp(prefix=f"athar-test-{os.getpid()}-")
    os.environ["TEST_RUN_FOLDER"] = folder
    try:
        with running_cluster(1, java=(f"-Xms{HEAP}", f"-Xmx{HEAP}"), own=CLUSTER_SETTINGS) as (node,):
            yield node.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


Search = Callable[[SearchCriteria, QueryViews], set[str]]


Write = Callable[[list[IndexedInfluencer]], None]


def fill(writes: dict[str, Write], market: GeneratedMarket, size: int) -> None:
    """Write the same influencers, made up once, into every engine."""
    spent = dict.fromkeys(writes, 0.0)
    for first in range(0, size, PORTION):
        items = list(market.influencers(min(PORTION, size - first), first=first))
        for name, write in writes.items():
            start = time.perf_counter()
            write(items)
            spent[name] += time.perf_counter() - start
        if (done := first + len(items)) % TOLD_EVERY == 0:
            print(f"{done:,} of {size:,} influencers written", flush=True)
    for name, seconds in spent.items():
        print(f"{name}: {size} influencers written in {seconds:.0f} s", flush=True)


def ids_of(index: TantivyIndex | ElasticsearchIndex) -> Search:
    def search(criteria: SearchCriteria, views: QueryViews) -> set[str]:
        pool = index.candidates(criteria, views, limit=LIMIT)
        return {candidate.influencer_id for candidate in pool.candidates}

    return search


def run(size: int, briefs: int, place: Path | None) -> None:
    encoder = UseEncoder(threads=1)
    topics = load_topic_space(encoder)
    market = GeneratedMarket(topics, load_prior())
    asked = [
        (brief, understand(brief, encoder=encoder, topics=topics, lexicon=EMPTY_LEXICON).views)
        for brief in market.briefs(briefs)
    ]
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        is_given = place is not None
        embedded = TantivyIndex.create(place := place or root / "index")
        if is_given and embedded.count() != size:
            raise SystemExit(f"{place} holds {embedded.count()} influencers, not {size}.")
        connection = Connection(
            ClusterAddress((stack.enter_context(search_server()),), prefix=f"bench{os.getpid()}")
        )
        cluster = ElasticsearchIndex.create(connection)
        database = stack.enter_context(
            PostgresEngine.open(root / "postgres", len(topics.ids), encoder.dimensions)
        )
        writes: dict[str, Write] = {
            **({} if is_given else {"embedded": embedded.upsert}),
            "Elasticsearch": cluster.upsert,
            "PostgreSQL": database.write,
        }
        fill(writes, market, size)
        finish(place, embedded, cluster, connection, database)
        searches: dict[str, Search] = {
            "embedded": ids_of(embedded),
            "Elasticsearch": ids_of(cluster),
            "PostgreSQL": lambda criteria, views: database.search(criteria, views, limit=LIMIT),
        }
        report(searches, asked)
        remove_generation(connection, live_number(connection) or 0)
    settings = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
    print(TUNED.format(heap=HEAP, settings=settings))


def tell(connection: Connection, what: str, **options: int) -> None:
    """Let the cluster do something with all documents, for hours where there are many."""
    index = f"{connection.prefix}-influencers"
    connection.ask(lambda client: getattr(client.indices, what)(index=index, **options), seconds=4 * 3_600)


def finish(
    place: Path,
    embedded: TantivyIndex,
    cluster: ElasticsearchIndex,
    connection: Connection,
    database: PostgresEngine,
) -> None:
    """Do what each engine wants done after many rows: show them, groups of near rows, one segment, indexes and statistics."""
    steps: dict[str, Callable[[], object]] = {
        "embedded: shown": embedded.refresh,
        "embedded: rows grouped": lambda: group_if_large(SnapshotOpener(current_generation(place)).open()),
        "Elasticsearch: shown": lambda: tell(connection, "refresh"),
        "Elasticsearch: the last of them shown": cluster.refresh,
        "Elasticsearch: one segment": lambda: tell(connection, "forcemerge", max_num_segments=1),
        "PostgreSQL: indexes made": database.finish,
    }
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        print(f"{name} in {time.perf_counter() - start:.0f} s", flush=True)
    print(f"embedded: {measure_index(place).bytes_on_disk / 1e6:.0f} MB on disk", flush=True)


def report(searches: dict[str, Search], asked: list[tuple[SearchCriteria, QueryViews]]) -> None:
    times: dict[str, list[float]] = {name: [] for name in searches}
    overlap: dict[str, list[float]] = {name: [] for name in searches}
    for is_measured in (False, True):
        for brief, views in asked:
            answers = {}
            for name, search in searches.items():
                start = time.perf_counter()
                answers[name] = search(brief, views)
                if is_measured:
                    times[name].append((time.perf_counter() - start) * 1_000)
            reference = answers["embedded"]
            for name, found in answers.items():
                overlap[name].append(
                    len(found & reference) / len(reference) if reference else float(not found)
                )
    base = np.percentile(times["embedded"], [50, 95])
    print(f"{'engine':<14} {'p50 ms':>8} {'p95 ms':>8} {'times slower':>14} {'same candidates':>16}")
    for name, values in times.items():
        p50, p95 = np.percentile(values, [50, 95])
        ratios = f"{p50 / base[0]:.1f} / {p95 / base[1]:.1f}"
        print(f"{name:<14} {p50:8.1f} {p95:8.1f} {ratios:>14} {np.mean(overlap[name]):16.2f}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--briefs", type=int, default=60)
    parser.add_argument(
        "--place", type=Path, help="an index of that size, made by benchmarks.world; it is not changed"
    )
    options = parser.parse_args()
    run(options.size, options.briefs, options.place)


if __name__ == "__main__":
    main()
