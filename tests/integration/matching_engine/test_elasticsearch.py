"""What only a cluster does: late writers, builds beside the live index, and what happens when it is down."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.adapters import elasticsearch_filters
from matching.adapters.elasticsearch import ElasticsearchIndex
from matching.adapters.elasticsearch_connection import CircuitBreaker, ClusterAddress, Connection
from matching.adapters.elasticsearch_layout import aliases, live_number, remove_generation
from matching.adapters.elasticsearch_upkeep import ElasticsearchUpkeep
from matching.eligibility import REASONS, find_refusal
from matching.errors import IndexUnavailable
from matching.ports import ERASURE
from tests.elasticsearch import call, cluster_connection
from tests.integration.matching_engine.market import EVERYBODY, ask, assert_whole, found_by_word, make_item
from tests.integration.matching_engine.strategies import criteria, documents, query_views
from tests.integration.matching_engine.test_equal_to_reference import items_of
from tests.servers import free_port
from tests.tls import tls_in_front


@pytest.fixture
def connection(elasticsearch_server):
    with cluster_connection(elasticsearch_server) as connection:
        yield connection


@pytest.fixture
def upkeep(connection):
    return ElasticsearchUpkeep(connection)


@pytest.fixture
def index(connection):
    index = ElasticsearchIndex.create(connection)
    index.upsert(make_item(number) for number in range(20))
    index.refresh()
    return index


class TestFilters:
    def test_have_a_query_for_every_rule_and_no_other(self):
        assert elasticsearch_filters.BUILDERS.keys() == set(REASONS)

    @settings(
        max_examples=3,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.function_scoped_fixture,
        ],
    )
    @given(
        st.lists(documents, min_size=20, max_size=60),
        st.lists(criteria, min_size=30, max_size=30),
        st.integers(0, 999),
    )
    def test_lets_pass_and_counts_exactly_what_the_reference_does(
        self, elasticsearch_server, drawn, asked, seed
    ):
        items = items_of(drawn, seed)
        with cluster_connection(elasticsearch_server) as connection:
            index = ElasticsearchIndex.create(connection)
            index.upsert(items)
            index.refresh()
            for question in asked:
                verdicts = {item.document.id: find_refusal(item.document, question) for item in items}
                pool = index.candidates(question, query_views(seed), limit=1_000)
                passed = {candidate.influencer_id for candidate in pool.candidates}
                assert passed == {key for key, refusal in verdicts.items() if refusal is None}
                refused = [refusal for refusal in verdicts.values() if refusal is not None]
                assert pool.refusals == {code: refused.count(code) for code in set(refused)}


class TestLateWriters:
    def test_never_replace_what_is_newer(self, connection, index):
        ElasticsearchIndex(connection).upsert([make_item(3, version=2)])  # collected, but never sent
        newer, older = ElasticsearchIndex(connection), ElasticsearchIndex(connection)
        newer.upsert([make_item(3, version=9, word="newest")])
        older.upsert([make_item(3, version=8, word="older")])
        newer.refresh()
        older.refresh()
        assert index.get("i3").document.version == 9
        assert found_by_word(index, "older") == set()
        assert_whole(index)

    def test_write_again_what_was_deleted_and_then_keep_their_order(self, index):
        index.upsert([make_item(3, version=7)])
        index.refresh()
        index.delete(["i3"])
        index.refresh()
        index.upsert([make_item(3, version=4, word="back")])
        index.refresh()
        assert index.ids()["i3"] == 4
        index.upsert([make_item(3, version=2, word="late")])
        index.refresh()
        assert index.get("i3").document.version == 4
        assert_whole(index)

    def test_lose_nothing_of_each_other(self, connection, index):
        def write(start):
            own = ElasticsearchIndex(connection)
            for number in range(start, start + 5):
                own.upsert([make_item(number)])
                own.refresh()

        threads = [threading.Thread(target=write, args=(start,)) for start in (100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert index.count() == 30

    def test_do_not_make_an_index_where_the_alias_is_gone(self, connection, index, elasticsearch_server):
        remove_generation(connection, live_number(connection))
        index.upsert([make_item(1)])
        with pytest.raises(IndexUnavailable, match="athar index build"):
            index.refresh()
        assert call(elasticsearch_server, "GET", f"/{aliases(connection.prefix).documents}*") == {}

    def test_with_vectors_of_another_shape_are_refused(self, index):
        item = make_item(1, version=2)
        index.upsert([replace(item, vector=item.vector[:-1])])
        with pytest.raises(IndexUnavailable, match="another encoder"):
            index.refresh()


class TestRenewal:
    def test_leaves_nothing_of_what_was_deleted_and_keeps_all_else(self, upkeep, index):
        index.delete(["i3"])
        index.store_artifact("lexicon", b"words")
        index.store_artifact(ERASURE, b"one")
        index.refresh()
        before = {key: index.get(key).document for key in index.ids()}
        assert upkeep.stats().rows > upkeep.stats().live
        upkeep.renew()
        assert upkeep.stats().rows == upkeep.stats().live == 19
        assert {key: index.get(key).document for key in index.ids()} == before
        assert (index.artifact("lexicon"), index.artifact(ERASURE)) == (b"words", None)
        assert_whole(index)

    def test_stays_asked_for_when_somebody_is_erased_meanwhile(self, upkeep, index):
        with upkeep.building() as fresh:
            fresh.upsert(make_item(number) for number in range(20))
            index.delete(["i3"])
            index.store_artifact(ERASURE, b"two")
            index.refresh()
        assert "i3" not in index.ids()
        assert index.artifact(ERASURE) == b"two"


def fail_to_build(upkeep):
    with upkeep.building() as fresh:
        fresh.upsert([make_item(1, version=7)])
        raise ZeroDivisionError


class TestBuilding:
    def test_switches_only_at_its_end_and_keeps_what_was_written_meanwhile(self, upkeep, index):
        before = index.generation()
        with upkeep.building() as fresh:
            fresh.upsert(make_item(number, word="rebuilt") for number in range(10))
            fresh.store_artifact("lexicon", b"new")
            index.upsert([make_item(5, version=9, word="edited"), make_item(77, word="born")])
            index.delete(["i7"])
            index.refresh()
            assert index.count() == 20
        assert index.generation() != before
        assert found_by_word(index, "rebuilt") == {f"i{n}" for n in (0, 1, 2, 3, 4, 6, 8, 9)}
        assert found_by_word(index, "edited") == {"i5"}
        assert found_by_word(index, "born") == {"i77"}
        assert index.artifact("lexicon") == b"new"
        assert_whole(index)

    def test_leaves_one_generation_behind(self, connection, upkeep, index, elasticsearch_server):
        with upkeep.building() as fresh:
            fresh.upsert([make_item(1)])
        assert len(call(elasticsearch_server, "GET", f"/{connection.prefix}-*?features=aliases")) == 2

    def test_that_fails_changes_nothing(self, upkeep, index):
        before = index.generation()
        with pytest.raises(ZeroDivisionError):
            fail_to_build(upkeep)
        assert index.generation() == before
        assert set(index.ids().values()) == {1}

    def test_may_be_held_and_switched_to_later(self, upkeep, index):
        with upkeep.building(is_held=True) as fresh:
            fresh.upsert(make_item(number, word="held") for number in range(5))
        assert index.count() == 20
        assert upkeep.stats().held is not None
        upkeep.switch()
        assert index.count() == 5
        assert upkeep.stats().held is None
        with pytest.raises(IndexUnavailable, match="--hold"):
            upkeep.switch()

    def test_is_measured(self, upkeep, index):
        found = upkeep.stats()
        assert (found.engine, found.live) == ("elasticsearch", 20)
        assert found.bytes_on_disk > 1_000
        upkeep.verify()


class TestACluster:
    def test_that_is_not_there_is_named_and_not_asked_for_ever(self):
        breaker = CircuitBreaker(failures=2, seconds=60)
        address = ClusterAddress((f"http://127.0.0.1:{free_port()}",))
        index = ElasticsearchIndex(Connection(address, breaker=breaker))
        for _ in range(2):
            with pytest.raises(IndexUnavailable, match="does not answer"):
                index.count()
        with pytest.raises(IndexUnavailable, match="asked again in a few seconds"):
            index.candidates(EVERYBODY, ask(), limit=5)

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (401, "ATHAR_SEARCH_API_KEY"),
            (403, "ATHAR_SEARCH_API_KEY"),
            (500, "status 500"),
            (404, "index build"),
        ],
    )
    def test_that_refuses_is_named(self, status, said):
        with answering(status) as url:
            index = ElasticsearchIndex(Connection(ClusterAddress((url,), api_key="a2V5")))
            with pytest.raises(IndexUnavailable, match=said):
                index.count()

    def test_gets_the_key_of_the_settings(self):
        with answering(401) as url:
            index = ElasticsearchIndex(Connection(ClusterAddress((url,), api_key="a2V5")))
            with pytest.raises(IndexUnavailable):
                index.count()
        assert Answer.headers_seen["authorization"] == "ApiKey a2V5"


class TestACertificate:
    """What ATHAR_SEARCH_CA is for: a cluster whose certificate an authority of one's own has signed."""

    @pytest.fixture
    def authority(self):
        return trustme.CA()

    @pytest.fixture
    def ca_file(self, authority, tmp_path):
        path = tmp_path / "authority.pem"
        authority.cert_pem.write_to_path(path)
        return str(path)

    def test_of_the_named_authority_is_trusted(
        self, index, connection, authority, ca_file, elasticsearch_server
    ):
        with tls_in_front(elasticsearch_server, authority) as url:
            secured = Connection(ClusterAddress((url,), ca_file=ca_file, prefix=connection.prefix))
            assert ElasticsearchIndex(secured).count() == index.count() == 20
            secured.close()

    @pytest.mark.parametrize("name", ["127.0.0.1", "search.example"])
    def test_of_another_authority_or_another_name_is_not(
        self, authority, ca_file, elasticsearch_server, name
    ):
        signer = trustme.CA() if name == "127.0.0.1" else authority
        with tls_in_front(elasticsearch_server, signer, name=name) as url:
            index = ElasticsearchIndex(Connection(ClusterAddress((url,), ca_file=ca_file)))
            with pytest.raises(IndexUnavailable, match="ATHAR_SEARCH_CA"):
                index.count()

    def test_file_that_is_none_is_named(self, tmp_path):
        path = tmp_path / "authority.pem"
        path.write_text("not a certificate")
        with pytest.raises(IndexUnavailable, match="ATHAR_SEARCH_CA"):
            Connection(ClusterAddress(("https://127.0.0.1:9",), ca_file=str(path)))


class Answer(BaseHTTPRequestHandler):
    """Answers everything with one status, as a cluster would word it."""

    status = 500
    headers_seen: ClassVar[dict[str, str]] = {}

    def do_POST(self):
        type(self).headers_seen = {name.lower(): value for name, value in self.headers.items()}
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps(
            {"error": {"type": "test", "reason": "for the test"}, "status": self.status}
        ).encode()
        self.send_response(self.status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class answering:  # noqa: N801 (read as a word of the test)
    """A server on the loopback address that gives one status; the block gets its address."""

    def __init__(self, status):
        Answer.status = status
        self._server = HTTPServer(("127.0.0.1", 0), Answer)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()
