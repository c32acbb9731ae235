import math
from datetime import timedelta

import pytest

from matching.forecasting.history import History, measure_histories, measure_history, read_history
from tests.builders.matching.documents import NOW, build_channel, build_influencer, build_post


class TestMeasureHistory:
    def test_takes_means_and_scatter_of_ln_rates(self):
        posts = [
            build_post(f"p{n}", views=views, likes=99, comments=0) for n, views in enumerate((999, 3_999))
        ]

        history = measure_history(posts, 10_000)

        rates = [math.log(999.5 / 10_000), math.log(3_999.5 / 10_000)]
        assert (history.both, history.views_posts, history.engagement_posts) == (2, 2, 2)
        assert history.both_views == pytest.approx(sum(rates) / 2)
        assert history.both_engagements == pytest.approx(math.log(99.5 / 10_000))
        assert history.scatter_views == pytest.approx((rates[1] - rates[0]) ** 2 / 2)
        assert history.scatter_engagements == pytest.approx(0)

    def test_keeps_posts_with_one_count_apart(self):
        posts = [
            build_post("a", views=100, likes=None),
            build_post("b", views=None, likes=10),
            build_post("c", views=None, likes=None),
        ]

        history = measure_history(posts, 1_000)

        assert (history.both, history.only_views, history.only_engagements) == (0, 1, 1)

    def test_uses_the_newest_thirty(self):
        posts = [
            build_post(f"p{n}", views=100 if n < 30 else 9_000_000, published_at=NOW - timedelta(days=n))
            for n in range(40)
        ]

        history = measure_history(posts, 1_000)

        assert history.views_posts == 30
        assert history.both_views == pytest.approx(math.log(100.5 / 1_000))
        assert history.newest == NOW.date()

    def test_knows_nothing_without_followers(self):
        assert measure_history([build_post("a", views=5)], None) == History()


class TestStoredHistories:
    def test_come_back_as_they_were_stored(self):
        document = build_influencer(
            channels=(build_channel("tiktok", followers=5_000),),
            posts=(build_post("a", platform="tiktok", views=700), build_post("b", platform="x", views=3)),
        )

        stored = measure_histories(document)

        assert list(stored) == ["tiktok"]
        assert read_history({"history": stored}, "tiktok") == measure_history(document.posts[:1], 5_000)
        assert read_history({"history": stored}, "x") == History()
        assert read_history({}, "tiktok") == History()
