"""Three nodes on the loopback address; one is killed while influencers are indexed, another time while briefs are asked.

Not part of `make test`, because three servers take 2 GB of memory and half a minute to start: `make test-cluster`.
Each test has a cluster of its own: a killed node is nothing that the next one should find, in whichever order they run.
"""

import threading
import time

import pytest

from matching.adapters.elasticsearch import ElasticsearchIndex
from matching.adapters.elasticsearch_connection import ClusterAddress, Connection
from matching.errors import IndexUnavailable
from tests.elasticsearch import ServerUnavailable, call, running_cluster
from tests.integration.matching_engine.market import EVERYBODY, ask, assert_whole, make_item

PORTIONS = 30
PORTION = 20
EVERY_ID = {f"i{number}" for number in range(PORTIONS * PORTION)}
ATTEMPTS = 60


@pytest.fixture
def nodes():
    try:
        with running_cluster(3) as nodes:
            yield nodes
    except ServerUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture
def connection(nodes):
    connection = Connection(ClusterAddress(tuple(node.url for node in nodes), prefix="failover"))
    ElasticsearchIndex.create(connection)
    wait_for_copies(nodes[0].url, "green")
    yield connection
    connection.close()


def wait_for_copies(url, status):
    deadline = time.monotonic() + 120
    while call(url, "GET", f"/_cluster/health?wait_for_status={status}&timeout=10s").get("status") != status:
        assert time.monotonic() < deadline


def wait_for_answers(seen):
    deadline = time.monotonic() + 60
    while len(seen) < 10:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def primary_of(url, name):
    """The name of the node that holds the primary copy of the documents."""
    (index,) = call(url, "GET", f"/{name}-influencers/_search_shards")["shards"]
    shards = call(url, "GET", f"/{name}-influencers/_search_shards")
    (node,) = [copy["node"] for copy in index if copy["primary"]]
    return shards["nodes"][node]["name"]


def insist(work):
    """Do what the outbox does: try again what was refused."""
    for _ in range(ATTEMPTS):
        try:
            return work()
        except IndexUnavailable:
            time.sleep(0.5)
    return work()


def write_portion(index, start):
    index.upsert(make_item(number) for number in range(start, start + PORTION))
    index.refresh()


class TestThreeNodes:
    def test_lose_nothing_when_the_primary_is_killed_while_indexing(self, nodes, connection):
        index = ElasticsearchIndex(connection)
        victim = next(node for node in nodes if node.name == primary_of(nodes[0].url, "failover"))
        for portion in range(PORTIONS):
            if portion == PORTIONS // 3:
                victim.kill()
            insist(lambda start=portion * PORTION: write_portion(index, start))
        assert insist(index.count) == len(EVERY_ID)
        assert set(insist(index.ids)) == EVERY_ID
        insist(lambda: assert_whole(index))
        victim.restart()
        survivor = next(node for node in nodes if node is not victim)
        survivor.wait_until_ready(nodes=3)
        wait_for_copies(survivor.url, "green")

    def test_go_on_answering_when_one_is_killed_while_searching(self, nodes, connection):
        index = ElasticsearchIndex(connection)
        for portion in range(PORTIONS):
            write_portion(index, portion * PORTION)
        seen, failures, stop = [], [], threading.Event()

        def search():
            while not stop.is_set():
                started = time.monotonic()
                try:
                    pool = index.candidates(EVERYBODY, ask(), limit=1_000)
                    seen.append(({c.influencer_id for c in pool.candidates}, time.monotonic() - started))
                except IndexUnavailable as error:
                    failures.append((str(error), time.monotonic() - started))

        thread = threading.Thread(target=search)
        thread.start()
        wait_for_answers(seen)
        before = len(seen)
        victim = next(node for node in nodes if node.name == primary_of(nodes[0].url, "failover"))
        victim.kill()
        time.sleep(15)
        stop.set()
        thread.join()
        print(
            f"answered {before} before and {len(seen) - before} after, refused {len(failures)}: {failures[:3]}"
        )
        assert all(ids == EVERY_ID for ids, _ in seen)
        assert len(seen) > before + 5
        assert insist(lambda: index.candidates(EVERYBODY, ask(), limit=1_000)).size == len(EVERY_ID)
