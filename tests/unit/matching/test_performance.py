import math

import pytest

from matching.performance import (
    RECENT_POSTS,
    followers_by_platform,
    ln_engagement_rate,
    load_prior,
    measure_performance,
    shrink,
)
from tests.builders.matching.documents import build_channel, build_influencer, build_post, build_posts

PRIOR = load_prior()


class TestEngagementPrior:
    def test_expects_less_of_larger_accounts(self):
        assert PRIOR.expected("tiktok", 1_000) > PRIOR.expected("tiktok", 100_000)

    def test_is_the_published_line_for_tiktok(self):
        assert PRIOR.expected("tiktok", 10_000) == pytest.approx(-0.218 - 0.569 * 4)

    def test_has_an_answer_for_unknown_platforms_and_no_followers(self):
        assert PRIOR.expected("newcomer", 0) == PRIOR.lines["default"][0]


class TestLnEngagementRate:
    def test_counts_all_interactions(self):
        post = build_post(likes=90, comments=5, shares=3, saves=2)
        assert ln_engagement_rate(post, 1_000) == pytest.approx(math.log(100.5 / 1_000))

    def test_is_finite_without_any(self):
        assert ln_engagement_rate(build_post(likes=0, comments=None), 1_000) == pytest.approx(
            math.log(0.5 / 1_000)
        )

    def test_is_unknown_without_likes_or_followers(self):
        assert ln_engagement_rate(build_post(likes=None), 1_000) is None
        assert ln_engagement_rate(build_post(), None) is None
        assert ln_engagement_rate(build_post(), 0) is None


class TestFollowersByPlatform:
    def test_takes_the_largest_known_channel(self):
        channels = (
            build_channel(followers=10),
            build_channel(followers=30),
            build_channel("tiktok", followers=None),
        )
        assert followers_by_platform(channels) == {"instagram": 30.0}


class TestMeasurePerformance:
    def test_is_unknown_without_measured_posts(self):
        assert measure_performance(build_influencer(), PRIOR) is None
        assert measure_performance(build_influencer(posts=(build_post(platform="tiktok"),)), PRIOR) is None

    def test_uses_the_platform_with_most_measured_posts(self):
        posts = (*build_posts(["a", "b"]), build_post("t", platform="tiktok"))
        document = build_influencer(channels=(build_channel(), build_channel("tiktok")), posts=posts)
        performance = measure_performance(document, PRIOR)
        assert (performance.platform, performance.n) == ("instagram", 2)

    def test_looks_at_recent_posts_only(self):
        old = build_posts(["x"] * 10, prefix="old", likes=20_000)
        new = tuple(build_post(f"new-{n}", age_days=0, likes=100) for n in range(RECENT_POSTS))
        with_old = measure_performance(build_influencer(posts=(*old, *new)), PRIOR)
        assert with_old == measure_performance(build_influencer(posts=new), PRIOR)


class TestShrink:
    def test_is_known_for_a_worked_case(self):
        # tau 1, sigma 0.8, n 1: B = 1 / 1.64
        expected = PRIOR.expected("instagram", 10_000)
        performance = shrink("instagram", [expected + 1.64], 10_000, PRIOR)
        assert performance.z == pytest.approx(1.0)
        assert performance.variance == pytest.approx(0.64 / 1.64)

    def test_trusts_many_posts_more_than_few(self):
        expected = PRIOR.expected("instagram", 10_000)
        few = shrink("instagram", [expected + 1.0] * 2, 10_000, PRIOR)
        many = shrink("instagram", [expected + 1.0] * 20, 10_000, PRIOR)
        assert 0 < few.z < many.z < 1.0
