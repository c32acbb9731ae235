"""What the backtest of the forecasts looks at: each channel with its newest size and its posts."""

from datetime import timedelta

from marketplace.forecasts.queries import list_accounts
from marketplace.influencers.domain import FigureSource
from marketplace.influencers.models import Metric
from tests.builders.people import build_channel, build_influencer
from tests.builders.posts import build_posts
from tests.clock import START


class TestListAccounts:
    def test_gives_each_channel_its_newest_size_and_its_own_posts(self, session):
        first, second, silent = (build_influencer(session, followers=each) for each in (12_000, 90_000, 500))
        posts = build_posts(session, first, ["one", "two", "three"], views=700)
        build_posts(session, second, ["four"])
        build_channel(session, influencer=first.influencer, followers=3_000)  # nothing was posted there
        for days, value in ((9, 1_000), (0, 15_000)):
            session.add(
                Metric(
                    influencer_id=first.influencer.id, channel_id=first.channel.id, name="followers", value=value,
                    source=FigureSource.REVIEWED, as_of=(START - timedelta(days=days)).date(),
                )
            )  # fmt: skip
        session.flush()
        found = {account.id: account for account in list_accounts(session)}
        assert {each: account.followers for each, account in found.items()} == {
            first.channel.id: 15_000,
            second.channel.id: 90_000,
        }
        own = found[first.channel.id]
        assert own.platform == "instagram"
        assert [(each.id, each.views) for each in own.posts] == [(each.id, 700) for each in posts]
        assert silent.channel.id not in found

    def test_leaves_out_a_channel_whose_size_nobody_knows(self, session):
        person = build_influencer(session)
        build_posts(session, person, ["one"])
        session.query(Metric).delete()
        assert list(list_accounts(session)) == []
