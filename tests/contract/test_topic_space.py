"""One suite for every engine: an index built with other topics is read by those, in every process, from the switch on."""

from contextlib import contextmanager

import pytest

from matching.adapters.elasticsearch_upkeep import ElasticsearchUpkeep
from matching.adapters.memory import MemoryIndex
from matching.adapters.tantivy_upkeep import TantivyUpkeep
from matching.criteria import SearchCriteria
from matching.following import FollowingService
from matching.topics import AddedTopics, Topic
from tests.builders.matching.documents import NOW, build_influencer, build_posts
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_service
from tests.elasticsearch import cluster_connection

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("search index")

ENCODER = WordEncoder()
FALCONS = Topic("falconry", None, "Falconry", "الصقارة", "falcon hunting birds", "الصقور")
ADDED = AddedTopics(1, (FALCONS,))
PEOPLE = [
    build_influencer(id="falconer", posts=build_posts(["falcon hunting birds"] * 5)),
    build_influencer(id="driver", posts=build_posts(["cars engine driving"] * 5)),
    #: words of one person alone are known to nobody: a brief of such words would be asked about
    build_influencer(id="both", posts=build_posts(["falcon birds", *["cars engine driving"] * 4])),
]
BRIEF = SearchCriteria(text="falcon hunting birds")


class MemoryUpkeep:
    """The least that builds beside what is live."""

    def __init__(self):
        self.live = MemoryIndex()

    def create(self):
        self.live.refresh()

    def open(self):
        return self.live

    @contextmanager
    def building(self):
        fresh = MemoryIndex()
        yield fresh
        fresh.refresh()
        self.live.__dict__.update(fresh.__dict__)


@pytest.fixture(params=["elasticsearch", "memory", "tantivy"])
def upkeep(request, tmp_path):
    if request.param == "elasticsearch":
        with cluster_connection(request.getfixturevalue("elasticsearch_server")) as connection:
            yield ElasticsearchUpkeep(connection)
    else:
        yield MemoryUpkeep() if request.param == "memory" else TantivyUpkeep(tmp_path / "index")


def open_engine(upkeep):
    """A process of its own."""
    index = upkeep.open()
    return FollowingService(build_service(index=index, encoder=ENCODER), index=index, encoder=ENCODER)


class TestABuildWithAnotherTopic:
    def test_is_read_by_it_from_the_switch_on_and_by_the_old_ones_until_then(self, upkeep):
        upkeep.create()
        here, there = open_engine(upkeep), open_engine(upkeep)
        here.index_documents(PEOPLE, now=NOW)
        before = there.rank(BRIEF, run_id="r", now=NOW)
        with upkeep.building() as fresh:
            builder = here.on_build(fresh, ADDED)
            builder.index_documents(PEOPLE, now=NOW)
            assert builder.topics.version == "t1+1"
            assert there.topics.version == "t1", "nothing changes before the switch"
            assert there.rank(BRIEF, run_id="r", now=NOW).understood.topics == before.understood.topics
        for engine in (here, there):
            run = engine.rank(BRIEF, run_id="r", now=NOW)
            assert run.understood.topics[0][0] == "falconry"
            assert run.results[0].influencer_id == "falconer"
            assert run.results[0].receipt.topics_version == "t1+1"
            assert len(engine.stored(["driver"])["driver"].topics) == 7

        changed = build_influencer(id="driver", version=2, posts=build_posts(["falcon hunting birds"] * 5))
        there.index_documents([changed], now=NOW)
        best = here.rank(BRIEF, run_id="r", now=NOW).results[:2]
        assert {result.influencer_id for result in best} == {"falconer", "driver"}
