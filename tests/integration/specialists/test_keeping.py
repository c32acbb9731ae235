"""The stored specialist index on both databases: it follows posts, names peers, and knows who names whom."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.db import transaction
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Channel, Post
from marketplace.influencers.records import follow_change
from marketplace.matches import fame
from marketplace.matches.fame import KeptFame
from marketplace.matches.indexing import index_all
from marketplace.specialists.endorsements import endorsements_of
from marketplace.specialists.fame import fame_of_index
from marketplace.specialists.keeping import keep_specialism
from marketplace.specialists.models import SpecialistProfile, SpecialistTopic
from marketplace.specialists.queries import specialism_of
from matching.errors import IndexUnavailable
from tests.builders.matching.engines import build_service
from tests.builders.people import build_influencer
from tests.builders.posts import build_posts
from tests.clock import START

BAKING, CARS = "baking cakes bread oven", "cars engine driving"


@pytest.fixture
def market(services):
    """Services with an index in memory."""
    services.sessions.configure(expire_on_commit=False)
    return replace(services, search=build_service())


def settle(services):
    index_all(services, progress=lambda *_counts: None)
    keep_specialism(services, START)


def add_person(services, texts, **more):
    with transaction(services.sessions) as session:
        person = build_influencer(session, **more)
        person.influencer.claimed_topics = []
        build_posts(session, person, texts)
    return person


def standing_of(services, person):
    with services.sessions() as session:
        return specialism_of(session, influencer_id=person.influencer.id)


class TestKeepSpecialism:
    def test_records_what_the_posts_prove_with_the_posts(self, market):
        person = add_person(market, [BAKING] * 6 + [CARS] * 2)
        settle(market)
        found = standing_of(market, person)
        best = found.topics[0]
        assert best.topic == "baking"
        assert 0 < best.value < 100
        assert (best.evidence["posts"], best.evidence["posts_on_topic"]) == (8, 6)
        assert len(best.evidence["proof"]) == 3
        assert (best.evidence["months_on"], best.evidence["months_seen"]) == (4, 6)

    def test_follows_new_posts_and_leaves_alone_who_did_not_change(self, market):
        person, other = add_person(market, [BAKING] * 4), add_person(market, [CARS] * 4)
        settle(market)
        before, untouched = standing_of(market, person), standing_of(market, other)
        with transaction(market.sessions) as session:
            build_posts(session, person, [CARS] * 12, name="q", days_apart=5)
            follow_change(session, influencer_id=person.influencer.id, now=START)
        index_all(market, progress=lambda *_counts: None)
        keep_specialism(market, START + timedelta(hours=1))
        after = {topic.topic: topic.value for topic in standing_of(market, person).topics}
        assert after["baking"] < before.topics[0].value
        assert standing_of(market, other).computed_at == untouched.computed_at

    def test_waits_for_the_index_to_follow(self, market):
        person = add_person(market, [BAKING] * 4)
        keep_specialism(market, START)
        assert standing_of(market, person) is None

    def test_waits_while_the_index_is_down(self, market):
        class Gone:
            formula = market.search.formula

            def stored(self, _ids):
                raise IndexUnavailable

        person = add_person(market, [BAKING] * 4)
        keep_specialism(replace(market, search=Gone()), START)
        assert standing_of(market, person) is None

    def test_places_peers_once_there_are_ten_and_says_nothing_before(self, market):
        people = [add_person(market, [BAKING] * (2 + n) + [CARS] * (12 - n)) for n in range(9)]
        settle(market)
        assert standing_of(market, people[-1]).topics[0].decile is None
        people.append(add_person(market, [BAKING] * 14))
        settle(market)
        best, worst = (
            next(t for t in standing_of(market, p).topics if t.topic == "baking")
            for p in (people[-1], people[0])
        )
        assert (best.decile, best.peers) == (1, 10)
        assert worst.decile == 10

    def test_counts_nobody_who_is_not_listed_among_the_peers(self, market):
        people = [add_person(market, [BAKING] * 5) for _ in range(10)]
        settle(market)
        with transaction(market.sessions) as session:
            session.merge(people[0].influencer).status = InfluencerStatus.PAUSED
            for row in session.scalars(select(SpecialistTopic)):
                row.placed_at = None
        keep_specialism(market, START)
        assert standing_of(market, people[1]).topics[0].decile is None

    def test_does_not_move_with_followers(self, market):
        small, large = (add_person(market, [BAKING] * 6 + [CARS] * 2, followers=f) for f in (2_000, 90_000))
        settle(market)
        assert standing_of(market, small).topics[0].value == pytest.approx(
            standing_of(market, large).topics[0].value, abs=1e-6
        )

    def test_flags_who_is_large_and_writes_about_everything(self, market):
        subjects = [BAKING, CARS, "skincare serum skin", "games console gaming", "beauty care", "cooking"]
        star = add_person(market, subjects * 2, followers=2_000_000)
        large = add_person(market, [BAKING] * 12, followers=2_000_000)
        settle(market)
        assert standing_of(market, star).is_celebrity
        assert not standing_of(market, large).is_celebrity


class TestEndorsements:
    def test_are_counted_by_topic_and_lift_the_index(self, market):
        named = add_person(market, [BAKING] * 6)
        with transaction(market.sessions) as session:  # a drawn name may fall to any topic
            session.get_one(Channel, named.channel.id).handle = "lana"
        settle(market)
        before = standing_of(market, named).topics[0]
        assert before.evidence["endorsers"] == 0
        for _ in range(2):
            add_person(market, [f"{BAKING} as @lana does"] * 2)
        settle(market)  # who names whom is seen, and the named is marked as changed
        settle(market)
        after = standing_of(market, named).topics[0]
        assert after.evidence["endorsers"] == 2
        assert after.value > before.value

    def test_do_not_come_from_oneself_or_for_unproven_accounts(self, market):
        alone = add_person(market, ["baking cakes"])
        unproven = add_person(market, [BAKING], is_proven=False)
        with transaction(market.sessions) as session:
            texts = [f"{BAKING} @{alone.channel.handle} @{unproven.channel.handle}"]
            build_posts(session, alone, texts, name="q")
            follow_change(session, influencer_id=alone.influencer.id, now=START)
        settle(market)
        with market.sessions() as session:
            ids = [alone.influencer.id, unproven.influencer.id]
            assert endorsements_of(session, ids) == {}

    def test_end_with_the_post(self, market):
        named = add_person(market, [BAKING] * 3)
        fan = add_person(market, [f"{BAKING} @{named.channel.handle}"])
        settle(market)
        with transaction(market.sessions) as session:
            build = session.merge(fan.influencer)
            for post in session.scalars(select(Post).where(Post.influencer_id == build.id)):
                post.text = BAKING
            follow_change(session, influencer_id=build.id, now=START)
        settle(market)
        with market.sessions() as session:
            assert endorsements_of(session, [named.influencer.id]) == {}


class TestFameOfIndex:
    def test_is_near_nothing_when_followers_do_not_matter(self, market):
        for number in range(12):
            add_person(market, [BAKING] * (3 + number // 6 * 5), followers=1_500 * 2 ** (number % 6))
        settle(market)
        with market.sessions() as session:
            measured = fame_of_index(session)
        assert measured.people == 12
        assert not measured.is_alarm
        assert sum(band.count for band in measured.bands) == 12

    def test_raises_the_alarm_when_size_explains_the_index(self, market):
        people = [add_person(market, [BAKING] * 4, followers=1_500 * 2**n) for n in range(6)]
        settle(market)
        with transaction(market.sessions) as session:
            sizes = {row.influencer_id: row.followers for row in session.scalars(select(SpecialistProfile))}
            for row in session.scalars(select(SpecialistTopic)):
                row.value = sizes[row.influencer_id] / 1_000
        with market.sessions() as session:
            measured = fame_of_index(session)
        assert measured.people == len(people)
        assert measured.is_alarm


class TestKeptFame:
    def test_is_measured_again_once_somebody_comes_and_not_before(self, market, monkeypatch):
        kept, counted = KeptFame(), []
        monkeypatch.setattr(
            fame, "fame_of_index", lambda session: counted.append(1) or fame_of_index(session)
        )
        for followers in (2_000, 4_000):
            add_person(market, [BAKING] * 4, followers=followers)
            settle(market)
            for _ in range(2):
                with market.sessions() as session:
                    index, results = kept(session)
        assert (index.people, results.pools, len(counted)) == (2, 0, 2)
