"""Signs of authenticity on both databases: measured from rows, judged among peers, contested, recalculated."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.authenticity import operations
from marketplace.authenticity.comment_samples import add_comment_samples
from marketplace.authenticity.keeping import keep_authenticity
from marketplace.authenticity.models import AuthenticityCheck, AuthenticityContest
from marketplace.authenticity.queries import authenticity_of, list_unusual
from marketplace.db import transaction
from marketplace.errors import Forbidden, Invalid, NotFound
from marketplace.influencers.models import Metric
from marketplace.matches.documents import documents_of
from marketplace.matches.indexing import index_all
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.operations import DecisionInput, claim_case, decide_case
from marketplace.policies import SYSTEM
from marketplace.worker import Worker
from matching.authenticity import SignState
from tests.builders.matching.engines import build_service
from tests.builders.people import build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.clock import START

TEXT = "baking cakes bread oven"


@pytest.fixture
def market(services):
    services.sessions.configure(expire_on_commit=False)
    return replace(services, search=build_service())


def settle(services):
    index_all(services, progress=lambda *_counts: None)
    keep_authenticity(services, START)


def add_people(services, count=24, *, likes=400):
    with transaction(services.sessions) as session:
        people = [build_influencer(session) for _ in range(count)]
        for number, person in enumerate(people):
            build_posts(session, person, [TEXT] * 6, likes=likes + 3 * number, comments=16 + number % 5)
    return people


def view_of(services, person):
    with services.sessions() as session:
        return authenticity_of(session, influencer_id=person.influencer.id)


def sign_of(services, person, name):
    return next(sign for sign in view_of(services, person).signs if sign.name == name)


class TestKeepAuthenticity:
    def test_checks_what_there_is_data_for_and_names_the_rest(self, market):
        people = add_people(market)
        settle(market)
        signs = {sign.name: sign.state for sign in view_of(market, people[12]).signs}
        assert signs["comments"] is not SignState.NOT_CHECKED
        assert signs["engagement_low"] is SignState.USUAL
        assert signs["growth"] is signs["following"] is signs["pod"] is SignState.NOT_CHECKED
        assert view_of(market, people[12]).value < 1, "what was not checked is never clean"

    def test_checks_nothing_among_few_peers(self, market):
        people = add_people(market, 5)
        settle(market)
        assert view_of(market, people[0]).value is None

    def test_finds_who_is_far_out_and_tells_the_index(self, market):
        people = add_people(market)
        with transaction(market.sessions) as session:
            odd = build_influencer(session)
            build_posts(session, odd, [TEXT] * 6, likes=400, comments=390)
        settle(market)
        assert sign_of(market, odd, "comments").state is SignState.UNUSUAL
        settle(market)
        stored = market.search.stored([odd.influencer.id, people[12].influencer.id])
        values = {id_: item.features["authenticity"] for id_, item in stored.items()}
        assert values[odd.influencer.id] < values[people[12].influencer.id]
        with market.sessions() as session:
            assert next(line.influencer_id for line in list_unusual(session)) == odd.influencer.id

    def test_comes_to_rest(self, market):
        people = add_people(market)
        settle(market)
        settle(market)
        with market.sessions() as session:
            before = documents_of(session, [people[0].influencer.id])[0].version
        settle(market)
        with market.sessions() as session:
            assert documents_of(session, [people[0].influencer.id])[0].version == before

    def test_sees_a_jump_in_followers_that_no_views_explain(self, market):
        people = add_people(market)
        with transaction(market.sessions) as session:
            for number, person in enumerate(people):
                for day in range(1, 30):
                    jump = 9_000 if number == 0 and day >= 15 else 0
                    session.add(
                        Metric(
                            influencer_id=person.influencer.id,
                            channel_id=person.channel.id,
                            name="followers",
                            value=11_000 + day * (10 + (number + day) % 4) + jump,
                            source="reviewed",
                            as_of=(START - timedelta(days=40 - day)).date(),
                        )
                    )
        settle(market)
        assert sign_of(market, people[0], "growth").state is SignState.UNUSUAL
        assert sign_of(market, people[5], "growth").state is SignState.USUAL


class TestPods:
    def sample(self, services, person, accounts, posts):
        with transaction(services.sessions) as session:
            for post in posts:
                add_comment_samples(
                    session, actor=SYSTEM, post_id=post.id, comments=[(a, 5) for a in accounts], now=START
                )

    def test_are_circles_that_return_the_favour_and_loyal_readers_are_none(self, market):
        people = add_people(market)
        with transaction(market.sessions) as session:
            own = {p.influencer.id: build_posts(session, p, [TEXT] * 5, name="q") for p in people}
        circle, loved = people[:4], people[4]
        for person in circle:
            others = [other.channel.handle for other in circle if other is not person]
            self.sample(market, person, others, own[person.influencer.id])
        self.sample(market, loved, ["fan1", "fan2", "fan3"], own[loved.influencer.id])
        for person in people[5:]:
            self.sample(market, person, ["someone"], own[person.influencer.id])
        settle(market)
        assert sign_of(market, circle[0], "pod").state is SignState.UNUSUAL
        assert sign_of(market, loved, "pod").state is SignState.USUAL

    def test_samples_come_from_operators_and_make_sense(self, market):
        (person,) = add_people(market, 1)
        with transaction(market.sessions) as session:
            (post,) = build_posts(session, person, [TEXT], name="q")
        with transaction(market.sessions) as session:
            add = add_comment_samples
            with pytest.raises(Forbidden):
                add(session, actor=person.actor, post_id=post.id, comments=[("a", 1)], now=START)
            with pytest.raises(Invalid):
                add(session, actor=SYSTEM, post_id=post.id, comments=[("a", -1)], now=START)
            with pytest.raises(NotFound):
                add(session, actor=SYSTEM, post_id="nothing", comments=[], now=START)
            comments = [("@A", 1), ("a", 2), ("b", 3)]
            assert add(session, actor=SYSTEM, post_id=post.id, comments=comments, now=START) == 2


class TestContest:
    @pytest.fixture
    def odd(self, market):
        add_people(market)
        with transaction(market.sessions) as session:
            person = build_influencer(session)
            build_posts(session, person, [TEXT] * 6, likes=400, comments=390)
        settle(market)
        return person

    def contest(self, market, person, **changes):
        given = {"sign": "comments", "statement": "A competition asked for comments.", "evidence_url": ""}
        with transaction(market.sessions) as session:
            return operations.contest_sign(
                session,
                actor=person.actor,
                influencer_id=person.influencer.id,
                now=START,
                **{**given, **changes},
            )

    def test_becomes_a_case_whose_decision_recalculates(self, market, odd):
        before = view_of(market, odd).value
        self.contest(market, odd, evidence_url="https://press.example/story")
        Worker(market).settle()
        with transaction(market.sessions) as session:
            operator = build_operator(session)
            case = session.scalars(
                select(ModerationCase).where(ModerationCase.subject_type == "authenticity")
            ).one()
            claim_case(session, actor=operator.actor, case_id=case.id, now=START)
            given = DecisionInput("approve", "figures", "The page shows it.", "الصفحة تبيّنه.")
            decide_case(
                session,
                actor=operator.actor,
                case_id=case.id,
                given=given,
                revision=case.revision,
                now=START,
            )
        after = view_of(market, odd)
        assert after.value > before
        assert sign_of(market, odd, "comments").state is SignState.EXPLAINED
        (contest,) = after.contests
        assert (contest.status, contest.value_before, contest.value_after) == (
            "accepted",
            before,
            after.value,
        )

    def test_changes_nothing_when_it_is_refused(self, market, odd):
        contest = self.contest(market, odd)
        before = view_of(market, odd).value
        with transaction(market.sessions) as session:
            operations.decide_contest(session, contest_id=contest.id, is_accepted=False, now=START)
        assert view_of(market, odd).value == before
        assert sign_of(market, odd, "comments").state is SignState.UNUSUAL

    def test_is_for_unusual_signs_of_ones_own_once(self, market, odd):
        with pytest.raises(Invalid):
            self.contest(market, odd, sign="growth")
        with pytest.raises(Invalid):
            self.contest(market, odd, statement="  ", evidence_url="http://x.example")
        self.contest(market, odd)
        with pytest.raises(operations.AlreadyContested):
            self.contest(market, odd)
        (stranger,) = add_people(market, 1)
        with pytest.raises((Forbidden, NotFound)), transaction(market.sessions) as session:
            operations.contest_sign(
                session,
                actor=stranger.actor,
                influencer_id=odd.influencer.id,
                sign="comments",
                statement="x",
                evidence_url="",
                now=START,
            )
        with market.sessions() as session:
            assert len(session.scalars(select(AuthenticityContest)).all()) == 1
            assert session.get(AuthenticityCheck, odd.influencer.id).value is not None
