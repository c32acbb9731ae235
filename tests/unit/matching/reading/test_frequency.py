"""How often work is wanted, and for how long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reading.deliverables import MOST_OF_A_KIND, find_deliverables
from matching.reading.words import split

PER_DAY = (
    "{count} stories a day for {length} days",
    "{count} stories daily, for {length} days",
    "for {length} days, {count} stories per day",
    "{count} stories/day x {length} days",
    "{count} ستوري كل يوم لمدة {length} يوم",
    "{count} ستوري باليوم لـ{length} أيام",
)
PER_WEEK = (
    "{count} reels a week for {length} weeks",
    "{count} reels weekly over {length} weeks",
    "reels {count} times a week for {length} weeks",
    "{count} ريلز بالأسبوع لمدة {length} أسابيع",
    "ريلز {count} مرات في الأسبوع لمدة {length} أسابيع",
)


class TestRates:
    @given(st.integers(2, 7), st.integers(2, 7))
    def test_make_as_many_as_they_are_multiplied(self, count, length):
        for pattern in PER_DAY:
            assert find_deliverables(split(pattern.format(count=count, length=length))) == (
                ("story_set", count * length),
            ), pattern
        for pattern in PER_WEEK:
            assert find_deliverables(split(pattern.format(count=count, length=length))) == (
                ("reel", count * length),
            ), pattern

    @given(st.integers(1, MOST_OF_A_KIND), st.sampled_from(["a day", "weekly", "per month", "بالأسبوع"]))
    def test_change_nothing_where_no_length_is_named(self, count, rate):
        assert dict(find_deliverables(split(f"{count} reels {rate}"))) == {"reel": count}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a story a day for a week", {"story_set": 7}),
            ("Two IG reels and a story a day for a week", {"reel": 2, "story_set": 7}),
            ("سناب يومي لمدة اسبوع", {"story_set": 7}),
            ("ستوري مرتين بالأسبوع لمدة شهر", {"story_set": 8}),
            ("ريل وستوري بالأسبوع لمدة شهر", {"reel": 4, "story_set": 4}),
            ("2 posts/month for 3 months", {"feed_post": 6}),
            ("weekly story for two months", {"story_set": 8}),
            ("٦ فيديوهات كل اسبوع فيديوين", {"short_video": 6}),
            ("6 videos, two a week for 3 weeks", {"short_video": 6}),
            ("قصص يومية ٣ ايام", {"story_set": 3}),
            ("ستوري يومين", {"story_set": 2}),
            ("stories for 3 days", {"story_set": 3}),
            ("post twice a week for a month", {"feed_post": 8}),
            ("لمدة اسبوعين سناب يومي", {"story_set": 14}),
            ("one reel, keep it live for 30 days", {"reel": 1}),
            ("we need it within 3 days, 2 reels", {"reel": 2}),
            ("5 reels in 3 months", {"reel": 5}),
            ("on snap for 3 days", {}),
            ("ستوري في اليوم الوطني لمدة اسبوع", {"story_set": 1}),
            ("cooks who are on TikTok daily, for a week in Jeddah", {}),
        ],
    )
    def test_belong_to_the_work_beside_them(self, text, expected):
        assert dict(find_deliverables(split(text))) == expected


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("٤ بنات يصورون ريلز", {"reel": 1}),
            ("5 creators, reels", {"reel": 1}),
            ("1 tiktok + 1 snap each", {"short_video": 1, "story_set": 1}),
            ("٢ سناب لكل واحد", {"story_set": 2}),
            ("one 10 min YouTube review", {"long_video": 1}),
            ("٣ ريلز واستوري", {"reel": 3, "story_set": 1}),
        ],
    )
    def test_count_the_work_they_stand_at(self, text, expected):
        assert dict(find_deliverables(split(text))) == expected
