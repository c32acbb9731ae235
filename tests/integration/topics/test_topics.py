"""Topics that a site adds, on both databases: stored, built beside the live index, switched to, read by everybody, retired."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest

from marketplace.audit.models import AuditEntry
from marketplace.db import transaction
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.influencers.models import Influencer
from marketplace.matches import topic_builds
from marketplace.matches.indexing import building, index_all, index_influencers
from marketplace.matches.operations import question_of, rank, store_run
from marketplace.matches.queries import replay_run
from marketplace.matches.topic_builds import resume_builds
from marketplace.specialists.models import SpecialistProfile
from marketplace.specialists.operations import record_specialism
from marketplace.topics import operations, queries
from marketplace.topics.domain import TopicDraft
from marketplace.topics.models import TopicBuild
from marketplace.worker import Worker
from matching.criteria import SearchCriteria
from matching.errors import IndexUnavailable
from matching.formulas import load_formula
from matching.topics import AddedTopics, Topic
from tests.builders.market import build_brief, build_listing
from tests.builders.matching.engines import build_following
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.clock import START

FALCONS = TopicDraft("Falconry", "الصقارة", "falcon hunting birds", "الصقور والقنص", words_en="saker, hood")
PACKAGED = (Topic("cars", None, "Cars", "سيارات", "cars engine", "سيارات"),)


@pytest.fixture
def market(services, tmp_path):
    """One who writes about falcons, one about cars, indexed by the package's topics; and an administrator."""
    services.sessions.configure(expire_on_commit=False)
    engine, upkeep = build_following(tmp_path / "index")
    market = replace(services, search=engine, index_upkeep=upkeep)
    with transaction(services.sessions) as session:
        market_people = [build_influencer(session) for _ in range(2)]
        for person, text in zip(
            market_people, ("falcon hunting saker birds", "cars engine driving"), strict=True
        ):
            build_posts(session, person, [text] * 6)
            build_listing(session, person)
    index_all(market, progress=lambda *_counts: None)
    return market


@pytest.fixture
def admin(market):
    with transaction(market.sessions) as session:
        return build_operator(session, role="admin").actor


def add(market, actor, draft=FALCONS, **changes):
    values = {
        "packaged": PACKAGED,
        "nearest": ("cars", 0.2),
        "is_near_wanted": False,
        "now": START,
        **changes,
    }
    with transaction(market.sessions) as session:
        return operations.add_topic(session, actor=actor, draft=draft, **values).id


def newest_build(market):
    with market.sessions() as session:
        return queries.newest_build(session)


class TestAddTopic:
    def test_keeps_a_dated_record_that_changes_nothing_before_the_build(self, market, admin):
        before = market.search.topics.version
        assert add(market, admin) == "falconry"
        with market.sessions() as session:
            (view,) = queries.list_added(session)
            assert (view.added_at, view.nearest) == (START, "cars")
            assert view.topic.name_en == "falcon hunting birds, saker, hood"
            assert queries.added_topics(session).version == 1
            entries = session.query(AuditEntry).filter_by(action="topic.added").all()
            assert [entry.subject_id for entry in entries] == ["falconry"]
        assert market.search.topics.version == before
        assert newest_build(market).status == "waiting"

    def test_refuses_at_the_field_what_cannot_be_a_topic(self, market, admin):
        with pytest.raises(Invalid) as caught:
            add(market, admin, replace(FALCONS, label_en="cars", name_ar=" "))
        assert set(caught.value.fields) == {"label_en", "name_ar"}
        assert newest_build(market) is None

    def test_refuses_the_name_of_one_that_was_retired(self, market, admin):
        add(market, admin)
        with transaction(market.sessions) as session:
            operations.retire_topic(session, actor=admin, topic_id="falconry", reason="Too few.", now=START)
        with pytest.raises(Invalid) as caught:
            add(market, admin, replace(FALCONS, label_ar="الصقور"))
        assert set(caught.value.fields) == {"label_en"}

    def test_wants_to_hear_that_a_near_topic_is_meant(self, market, admin):
        with pytest.raises(operations.TopicTooNear) as caught:
            add(market, admin, nearest=("cars", 0.9))
        assert set(caught.value.fields) == {"is_near_wanted"}
        assert add(market, admin, nearest=("cars", 0.9), is_near_wanted=True) == "falconry"

    def test_is_for_administrators(self, market):
        with transaction(market.sessions) as session:
            moderator = build_operator(session, role="moderator").actor
        with pytest.raises(Forbidden):
            add(market, moderator)


class TestTheBuild:
    def ranked(self, market, text="falcon hunting birds"):
        with transaction(market.sessions) as session:
            brief = build_brief(session, build_brand(session), title="Falcons", text=text, topics=[])
            question = question_of(session, brief.version)
        answer = rank(question, search=market.search, now=START)
        with transaction(market.sessions) as session:
            return store_run(session, answer, user_id=None).id, answer.found

    def test_brings_the_topic_into_use_and_old_runs_replay(self, market, admin):
        old_run, old = self.ranked(market)
        add(market, admin)
        Worker(market).settle()

        build = newest_build(market)
        assert (build.status, build.done, build.whole) == ("done", 2, 2)
        assert market.search.topics.version == "t1+1"
        new_run, new = self.ranked(market)
        assert new.understood.topics[0][0] == "falconry"
        assert "falconry" not in {topic for topic, _ in old.understood.topics}
        versions = [found.results[0].receipt.topics_version for found in (old, new)]
        assert versions == ["t1", "t1+1"]
        for run in (old_run, new_run):
            with market.sessions() as session:
                stored, again = replay_run(session, run_id=run)
                assert [row.influencer_id for row in again] == list(stored)

    def test_is_noticed_by_a_process_that_was_there_before(self, market, admin, tmp_path):
        other = build_following(tmp_path / "index")[0]
        assert other.topics.version == "t1"
        add(market, admin)
        Worker(market).settle()
        assert other.topics.find("falconry").label_ar == "الصقارة"
        person = next(iter(market.index_upkeep.open().ids()))
        (fit,) = other.fits(person, {"b": SearchCriteria(text="falcon hunting birds")})
        assert fit.topics[0] == "falconry"

    def test_lets_the_specialist_index_be_computed_again(self, market, admin):
        with transaction(market.sessions) as session:
            items = list(market.search.stored(list(market.index_upkeep.open().ids())).values())
            record_specialism(
                session,
                items=items,
                narrower=market.search.topics.with_narrower,
                formula=load_formula(),
                now=START,
            )
        add(market, admin)
        Worker(market).settle()
        with market.sessions() as session:
            assert {row.document_version for row in session.query(SpecialistProfile)} == {0}

    def test_reads_again_by_the_new_topics_who_was_written_by_the_old_ones_meanwhile(
        self, market, admin, monkeypatch
    ):
        add(market, admin)
        Worker(market).settle()
        key = min(market.index_upkeep.open().ids())
        whole = market.index_upkeep.building

        @contextmanager
        def building(**options):
            with whole(**options) as fresh:
                yield fresh
                with transaction(market.sessions) as session:
                    session.get_one(Influencer, key).version += 1
                index_influencers(
                    market, [key]
                )  # into the live index, which has as many topics as the new one

        monkeypatch.setattr(market.index_upkeep, "building", building)
        add(market, admin, TopicDraft("Horses", "الخيل", "horses riding", "الخيل والفروسية"))
        with transaction(market.sessions) as session:
            operations.retire_topic(session, actor=admin, topic_id="falconry", reason="Too few.", now=START)
        Worker(market).settle()
        item = market.search.stored([key])[key]
        assert (len(item.topics), item.features["topics_version"]) == (7, "t1+3")

    def test_that_fails_says_why_and_changes_nothing(self, market, admin, monkeypatch):
        def broken(**_options):
            raise IndexUnavailable("The disk is full.")

        add(market, admin)
        with monkeypatch.context() as patch:
            patch.setattr(market.index_upkeep, "building", broken)
            Worker(market).settle()
        build = newest_build(market)
        assert (build.status, build.failure, build.failure_detail) == (
            "failed",
            "unavailable",
            "The disk is full.",
        )
        assert market.search.topics.version == "t1"
        with transaction(market.sessions) as session:
            operations.ask_build(session, actor=admin, now=START)
        Worker(market).settle()
        assert market.search.topics.version == "t1+1"

    def test_left_by_a_worker_that_ended_is_begun_anew(self, market, admin):
        add(market, admin)
        with transaction(market.sessions) as session:
            (build,) = session.query(TopicBuild)
            assert operations.claim_build(session, build_id=build.id, whole=2, now=START) == 1
            assert operations.claim_build(session, build_id=build.id, whole=2, now=START) is None
        Worker(market).settle()
        assert newest_build(market).status == "building", "somebody may still be at it"
        resume_builds(market, START)
        Worker(market).settle()
        assert newest_build(market).status == "building"
        late = START + operations.LOST_AFTER
        later = replace(market, clock=lambda: late)
        resume_builds(later, late)
        Worker(later).settle()
        assert newest_build(market).status == "done"

    def test_is_seen_at_work_also_while_it_groups_and_switches(self, market, admin, clock, monkeypatch):
        add(market, admin)
        monkeypatch.setattr(topic_builds, "SEEN_EVERY", timedelta(milliseconds=5))
        whole, left = market.index_upkeep.building, []

        @contextmanager
        def building(**options):
            with whole(**options) as fresh:
                yield fresh
                clock.advance(operations.LOST_AFTER)
                for _each in range(200):
                    with market.sessions() as session:
                        left[:] = queries.builds_left(session, unseen_since=clock() - operations.LOST_AFTER)
                    if not left:
                        break
                    sleep(0.02)

        monkeypatch.setattr(market.index_upkeep, "building", building)
        Worker(market).settle()
        assert left == []
        assert newest_build(market).status == "done"

    def test_of_any_cause_keeps_the_added_topics(self, market, admin):
        add(market, admin)
        with building(market) as fresh:
            index_all(fresh, progress=lambda *_counts: None)
        assert market.search.topics.version == "t1+1"


class TestRetireTopic:
    def test_takes_it_out_with_the_next_build_and_its_name_stays_known(self, market, admin):
        add(market, admin)
        Worker(market).settle()
        with transaction(market.sessions) as session:
            operations.retire_topic(session, actor=admin, topic_id="falconry", reason=" Too few. ", now=START)
        assert market.search.topics.find("falconry") is not None, "until the build"
        Worker(market).settle()
        assert market.search.topics.version == "t1+2"
        assert market.search.topics.find("falconry") is None
        assert [topic.label_en for topic in market.search.topics.former] == ["Falconry"]
        with market.sessions() as session:
            assert queries.get_added(session, topic_id="falconry").retired_reason == "Too few."

    def test_asks_for_a_reason_and_refuses_what_has_others_below_it_or_is_gone(self, market, admin):
        add(market, admin)
        add(market, admin, TopicDraft("Saker", "صقر حر", "saker", "الحر", parent="falconry"))

        def retire(topic_id, reason="Enough."):
            with transaction(market.sessions) as session:
                operations.retire_topic(session, actor=admin, topic_id=topic_id, reason=reason, now=START)

        with pytest.raises(Invalid) as caught:
            retire("saker", " ")
        assert set(caught.value.fields) == {"reason"}
        with pytest.raises(Conflict):
            retire("falconry")
        retire("saker")
        with pytest.raises(Conflict):
            retire("saker")
        with pytest.raises(NotFound):
            retire("cars")


class TestPreview:
    def test_shows_who_and_which_briefs_lie_near_without_adding_anything(self, market):
        texts = {"near": "We look for falcon hunting with birds", "far": "engine of cars"}
        found = market.search.preview(FALCONS.topic("falconry"), texts, AddedTopics())
        assert found.people[0].cosine > 0.3 > found.people[1].cosine
        assert found.people[0].share > found.people[1].share
        assert [near.brief_id for near in found.briefs] == ["near"]
        assert (found.briefs_caught, found.briefs_looked_at) == (1, 2)
        assert not found.is_nearly_same
        twin = market.search.topics.find("cars")
        assert market.search.preview(twin, {}, AddedTopics()).nearest[0][0] == "cars"
        assert market.search.preview(twin, {}, AddedTopics()).is_nearly_same

    def test_sees_a_topic_that_waits_for_its_build(self, market):
        waiting = AddedTopics(version=1, topics=(FALCONS.topic("falconry"),))
        found = market.search.preview(FALCONS.topic("falcons"), {}, waiting)
        assert found.nearest[0][0] == "falconry"
        assert found.is_nearly_same
