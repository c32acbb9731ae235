"""Influencers on both databases: profile and consent, channels and their proof, figures with their source."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.errors import Forbidden, NotFound
from marketplace.influencers import channels, figures, operations, queries
from marketplace.influencers.figures import FigureInvalid, PostValues
from marketplace.influencers.models import BusyPeriod, Influencer, Metric, Post
from marketplace.influencers.profile import ProfileInvalid
from marketplace.matches.documents import documents_of
from marketplace.outbox.models import OutboxRow
from marketplace.policies import SYSTEM, Actor
from marketplace.quotes.policy_records import policy_at
from tests.builders.people import build_brand, build_influencer, build_operator, build_user
from tests.clock import START

TODAY = START.date()
MICRO = policy_at(START).micro_followers


@pytest.fixture
def person(session):
    """An influencer who just signed up."""
    user = build_user(session, kind="influencer")
    row = operations.create_influencer(session, user_id=user.id, handle="@Sara.Brews", name="Sara", now=START)
    return row, Actor(kind="influencer", user_id=user.id, influencer_id=row.id, is_verified=True)


def add_channel(session, actor, handle="sara", platform="instagram"):
    return channels.add_channel(
        session,
        actor=actor,
        influencer_id=actor.influencer_id,
        platform=platform,
        handle=handle,
        url=f"https://www.{platform}.com/{handle}",
        now=START,
    )


def declare(session, actor, channel, value, *, source="self_declared", as_of=TODAY, name="followers"):
    return figures.record_metric(
        session,
        actor=actor,
        channel_id=channel.id,
        name=name,
        value=value,
        source=source,
        as_of=as_of,
        now=START,
    )


def changed_events(session, influencer_id):
    rows = session.scalars(
        select(OutboxRow.payload).where(OutboxRow.kind == "influencer.changed").order_by(OutboxRow.id)
    )
    return [row["version"] for row in rows if row["id"] == influencer_id]


class TestCreateInfluencer:
    def test_begins_as_a_draft_that_nobody_sees(self, session, person):
        row, _actor = person
        assert (row.handle, row.status, row.version, row.consented_at) == ("sara.brews", "draft", 1, None)
        with pytest.raises(NotFound):
            queries.get_influencer_by_handle(session, handle="sara.brews")

    def test_refuses_a_handle_that_is_taken_in_any_case(self, session, person):
        with pytest.raises(operations.HandleTaken) as refused:
            operations.create_influencer(session, handle="SARA.BREWS", name="Other", now=START)
        assert "handle" in refused.value.fields

    def test_refuses_a_second_profile_of_one_user(self, session, person):
        with pytest.raises(operations.AlreadyInfluencer):
            operations.create_influencer(
                session, user_id=person[0].user_id, handle="two", name="Two", now=START
            )

    def test_refuses_a_profile_without_a_name(self, session):
        with pytest.raises(ProfileInvalid):
            operations.create_influencer(session, handle="nobody", name="", now=START)


class TestEditProfile:
    def test_raises_the_version_and_tells_search_once_a_change(self, session, person):
        row, actor = person
        for _again in range(2):
            operations.edit_profile(session, actor=actor, influencer_id=row.id, bio="Coffee.", now=START)
        assert (row.version, changed_events(session, row.id)) == (2, [2]), "of one transaction the last"

    def test_is_for_oneself(self, session, person):
        for stranger in (build_influencer(session).actor, build_brand(session).actor):
            with pytest.raises(NotFound):
                operations.edit_profile(
                    session, actor=stranger, influencer_id=person[0].id, bio="x", now=START
                )


class TestConsent:
    def test_needs_a_channel_and_something_to_be_found_by(self, session, person):
        row, actor = person
        with pytest.raises(operations.ProfileNotListable) as refused:
            operations.consent_to_listing(session, actor=actor, influencer_id=row.id, now=START)
        assert set(refused.value.fields) == {"channels", "claimed_topics"}

    def test_lists_and_is_taken_back(self, session, person):
        row, actor = person
        add_channel(session, actor)
        operations.edit_profile(
            session, actor=actor, influencer_id=row.id, claimed_topics=["coffee"], now=START
        )
        operations.consent_to_listing(session, actor=actor, influencer_id=row.id, now=START)
        assert (row.status, row.consented_at) == ("listed", START)
        operations.withdraw_consent(session, actor=actor, influencer_id=row.id, now=START)
        assert (row.status, row.consented_at) == ("paused", None)

    def test_does_not_lift_a_suspension(self, session, person):
        row, actor = person
        operations.set_suspension(session, actor=SYSTEM, influencer_id=row.id, is_suspended=True, now=START)
        with pytest.raises(operations.ProfileSuspended):
            operations.consent_to_listing(session, actor=actor, influencer_id=row.id, now=START)


class TestChannels:
    def test_are_proven_by_an_operator_after_being_asked(self, session, person):
        _row, actor = person
        channel = add_channel(session, actor)
        for _again in range(2):
            channels.request_channel_proof(session, actor=actor, channel_id=channel.id, now=START)
        asked = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "channel.proof_requested")
        ).all()
        assert asked == [{"channel_id": channel.id, "influencer_id": person[0].id}]
        operator = build_operator(session)
        channels.mark_channel_proven(session, actor=operator.actor, channel_id=channel.id, now=START)
        assert (channel.proven_at, channel.proven_by, channel.proof_requested_at) == (
            START,
            operator.user.id,
            None,
        )
        with pytest.raises(channels.ChannelAlreadyProven):
            channels.mark_channel_proven(session, actor=operator.actor, channel_id=channel.id, now=START)

    def test_may_be_asked_for_again_after_a_refusal(self, session, person):
        _row, actor = person
        channel = add_channel(session, actor)
        channels.request_channel_proof(session, actor=actor, channel_id=channel.id, now=START)
        channels.refuse_channel_proof(session, actor=SYSTEM, channel_id=channel.id, now=START)
        later = START + timedelta(hours=1)
        channels.request_channel_proof(session, actor=actor, channel_id=channel.id, now=later)
        assert channel.proof_requested_at == later

    def test_can_be_claimed_by_two_and_proven_by_one(self, session, person):
        other = build_influencer(session)
        mine, theirs = add_channel(session, person[1]), add_channel(session, other.actor, handle="SARA")
        channels.mark_channel_proven(session, actor=SYSTEM, channel_id=theirs.id, now=START)
        with pytest.raises(channels.ChannelTaken):
            channels.mark_channel_proven(session, actor=SYSTEM, channel_id=mine.id, now=START)
        with pytest.raises(channels.ChannelTaken):
            add_channel(session, build_influencer(session).actor, handle="sara")

    def test_are_not_added_twice_or_without_end(self, session, person):
        add_channel(session, person[1])
        with pytest.raises(channels.ChannelTaken):
            add_channel(session, person[1], handle="@Sara")
        for number in range(channels.CHANNELS_MAX - 1):
            add_channel(session, person[1], handle=f"sara{number}")
        with pytest.raises(channels.TooManyChannels):
            add_channel(session, person[1], handle="one.more")


class TestFigures:
    def test_of_ones_own_are_only_declared(self, session, person):
        channel = add_channel(session, person[1])
        with pytest.raises(Forbidden):
            declare(session, person[1], channel, 5_000, source="reviewed")

    def test_correct_the_row_of_the_same_day_and_source(self, session, person):
        channel = add_channel(session, person[1])
        declare(session, person[1], channel, 5_000)
        declare(session, person[1], channel, 6_000)
        assert session.scalars(select(Metric.value)).all() == [6_000]

    def test_change_nothing_when_they_are_the_same(self, session, person):
        channel = add_channel(session, person[1])
        declare(session, person[1], channel, 5_000)
        version = person[0].version
        declare(session, person[1], channel, 5_000)
        assert person[0].version == version

    def test_of_the_newest_day_are_shown_the_more_trusted_first(self, session, person):
        channel = add_channel(session, person[1])
        declare(session, SYSTEM, channel, 4_000, source="api", as_of=TODAY - timedelta(days=3))
        declare(session, person[1], channel, 9_999)
        declare(session, SYSTEM, channel, 5_000, source="reviewed")
        gate = queries.follower_gate(session, person[0].id)
        assert (gate.followers, gate.source, gate.as_of) == (5_000, "reviewed", TODAY)

    @pytest.mark.parametrize(
        ("followers", "is_micro", "is_above"),
        [(999, False, False), (1_000, True, False), (100_000, True, False), (100_001, False, True)],
    )
    def test_of_followers_are_a_gate(self, session, person, followers, is_micro, is_above):
        declare(session, person[1], add_channel(session, person[1]), followers)
        gate = queries.follower_gate(session, person[0].id)
        assert (gate.is_within(MICRO), gate.is_above(MICRO[1]), gate.has_proven_channel) == (
            is_micro,
            is_above,
            False,
        )

    def test_are_not_there_without_a_count(self, session, person):
        gate = queries.follower_gate(session, person[0].id)
        assert (gate.followers, gate.is_within(MICRO), gate.is_above(MICRO[1])) == (None, False, False)


class TestPosts:
    def post(self, number=1, **values):
        return PostValues(
            url=f"https://a.example/p/{number}", published_at=START - timedelta(days=number), **values
        )

    def test_are_renewed_by_their_address(self, session, person):
        channel = add_channel(session, person[1])
        add = lambda **values: figures.add_posts(  # noqa: E731
            session, actor=person[1], channel_id=channel.id, posts=[self.post(**values)], now=START
        )
        assert [add(likes=1), add(likes=1), add(likes=2)] == [1, 0, 1]
        assert session.scalars(select(Post.likes)).all() == [2]

    def test_from_the_platform_are_not_overwritten_by_declarations(self, session, person):
        channel = add_channel(session, person[1])
        figures.add_posts(
            session, actor=SYSTEM, channel_id=channel.id, posts=[self.post(likes=10)], source="api", now=START
        )
        figures.add_posts(
            session, actor=person[1], channel_id=channel.id, posts=[self.post(likes=99_999)], now=START
        )
        assert session.scalars(select(Post.likes)).all() == [10]

    def test_are_all_refused_when_one_cannot_be_true(self, session, person):
        channel = add_channel(session, person[1])
        wrong = PostValues(url="https://a.example/p/9", published_at=START + timedelta(days=1))
        with pytest.raises(FigureInvalid) as refused:
            figures.add_posts(
                session, actor=person[1], channel_id=channel.id, posts=[self.post(), wrong], now=START
            )
        assert set(refused.value.fields) == {"posts.1.published_at"}
        assert session.scalar(select(func.count()).select_from(Post)) == 0


class TestProfileView:
    def test_tells_every_figure_with_source_day_and_sample(self, session, person):
        row, actor = person
        channel = add_channel(session, actor)
        declare(session, SYSTEM, channel, 10_000, source="reviewed")
        figures.add_posts(
            session,
            actor=actor,
            channel_id=channel.id,
            posts=[
                PostValues(
                    url=f"https://a.example/{n}",
                    published_at=START - timedelta(days=n),
                    views=1_000,
                    likes=300,
                )
                for n in range(1, 13)
            ],
            now=START,
        )
        figures.set_audience(
            session,
            actor=actor,
            channel_id=channel.id,
            kind="country",
            shares={"SA": 0.6, "AE": 0.3},
            source="self_declared",
            as_of=TODAY,
            now=START,
        )
        view = queries.profile_view(session, influencer=row, today=TODAY)
        shown = {figure.name: figure for figure in view.channels[0].figures}
        assert (shown["followers"].value, shown["followers"].source) == (10_000, "reviewed")
        assert (shown["views_median"].value, shown["views_median"].sample_size) == (1_000, 12)
        assert shown["engagement_rate"].value == pytest.approx(0.03)
        assert shown["engagement_rate"].source == "self_declared"
        assert view.splits[0].shares == (("SA", 0.6), ("AE", 0.3))

    def test_replaces_an_audience_of_the_same_day(self, session, person):
        channel = add_channel(session, person[1])
        for shares in ({"SA": 0.9}, {"AE": 0.5}):
            figures.set_audience(
                session,
                actor=person[1],
                channel_id=channel.id,
                kind="country",
                shares=shares,
                source="self_declared",
                as_of=TODAY,
                now=START,
            )
        view = queries.profile_view(session, influencer=person[0], today=TODAY)
        assert [split.shares for split in view.splits] == [(("AE", 0.5),)]

    def test_reaches_the_index_with_what_is_listed_only(self, session, person):
        row, actor = person
        add_channel(session, actor)
        assert documents_of(session, [row.id])[0].is_listed is False


class TestBusyPeriods:
    def test_are_replaced_as_a_whole(self, session, person):
        row, actor = person
        first, second = (date(2026, 4, 1), date(2026, 4, 5)), (date(2026, 5, 1), date(2026, 5, 1))
        for periods in ([first, first], [first, second], [second]):
            operations.set_busy_periods(
                session, actor=actor, influencer_id=row.id, periods=periods, now=START
            )
        rows = session.execute(select(BusyPeriod.starts_on, BusyPeriod.ends_on)).all()
        assert [tuple(row) for row in rows] == [second]

    def test_do_not_end_before_they_begin(self, session, person):
        with pytest.raises(operations.BusyPeriodInvalid):
            operations.set_busy_periods(
                session,
                actor=person[1],
                influencer_id=person[0].id,
                periods=[(date(2026, 4, 2), date(2026, 4, 1))],
                now=START,
            )


class TestHandles:
    def test_are_free_in_no_case_that_is_taken(self, session, person):
        assert not operations.is_handle_free(session, handle="@SARA.brews")
        assert operations.is_handle_free(session, handle="nobody")
        assert session.scalar(select(func.count()).select_from(Influencer)) == 1
