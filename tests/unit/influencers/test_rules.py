"""Pure rules of profiles: medians with their sample, the one step that helps most, what may be stored."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.influencers.channels import proof_code
from marketplace.influencers.figures import (
    FigureInvalid,
    PostValues,
    check_metric,
    check_post,
    check_shares,
)
from marketplace.influencers.measures import PostCounts, engagement_rate, least_trusted, median_views
from marketplace.influencers.pieces import platforms_with
from marketplace.influencers.profile import ProfileInvalid, check_channel, check_profile
from marketplace.influencers.strength import WEIGHTS, ProfileFacts, Step, measure_strength
from marketplace.influencers.typed import read_days, read_figure, read_post, read_shares

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMPLETE = {
    "has_channel": True,
    "has_proven_channel": True,
    "is_listed": True,
    "followers_as_of": TODAY,
    "posts_count": 10,
    "topics_count": 1,
    "bio_length": 40,
    "has_audience": True,
    "has_place": True,
    "listings_on_sale": 1,
}


def posts(count, *, source="self_declared", **counts):
    return [PostCounts(published_on=TODAY - timedelta(days=n), source=source, **counts) for n in range(count)]


class TestMedians:
    def test_are_not_told_below_ten_posts(self):
        measured = median_views(posts(9, views=100))
        assert (measured.value, measured.sample_size) == (None, 9)

    def test_use_the_newest_thirty_and_say_so(self):
        measured = median_views(
            [*posts(30, views=100), *(PostCounts(date(2020, 1, 1), "api", views=10**9) for _n in range(40))]
        )
        assert (measured.value, measured.sample_size, measured.as_of) == (100, 30, TODAY)

    def test_leave_out_what_is_not_known(self):
        assert median_views([*posts(10, views=5), *posts(10)]).sample_size == 10

    def test_of_engagement_divide_by_followers(self):
        measured = engagement_rate(posts(10, likes=90, comments=10), followers=1_000, source="api")
        assert measured.value == pytest.approx(0.1)
        assert measured.source == "self_declared"

    def test_of_engagement_need_followers(self):
        assert engagement_rate(posts(10, likes=90), followers=None, source=None).value is None

    @pytest.mark.parametrize(
        ("sources", "expected"), [(["api", "reviewed"], "reviewed"), (["api"], "api"), ([], "self_declared")]
    )
    def test_carry_the_least_trusted_source(self, sources, expected):
        assert least_trusted(sources) == expected


class TestMeasureStrength:
    def test_is_whole_when_nothing_is_missing(self):
        strength = measure_strength(ProfileFacts(**COMPLETE), today=TODAY)
        assert (strength.score, strength.next_step) == (100, None)
        assert sum(WEIGHTS.values()) == 100

    @pytest.mark.parametrize(
        ("changes", "step"),
        [
            ({"has_channel": False}, Step.CHANNEL),
            ({"is_listed": False}, Step.CONSENT),
            ({"has_proven_channel": False}, Step.PROOF),
            ({"followers_as_of": None}, Step.FOLLOWERS),
            ({"listings_on_sale": 0}, Step.LISTING),
            ({"posts_count": 9}, Step.POSTS),
            ({"topics_count": 0}, Step.TOPICS),
            ({"bio_length": 39}, Step.BIO),
            ({"has_audience": False}, Step.AUDIENCE),
            ({"has_place": False}, Step.PLACE),
            ({"followers_as_of": TODAY - timedelta(days=61)}, Step.FRESH),
        ],
    )
    def test_names_the_one_thing_to_do(self, changes, step):
        strength = measure_strength(ProfileFacts(**(COMPLETE | changes)), today=TODAY)
        assert strength.next_step == step
        assert strength.score < 100

    def test_leaves_out_what_an_operator_looks_at(self):
        facts = ProfileFacts(
            **(COMPLETE | {"has_proven_channel": False, "is_proof_awaited": True, "has_place": False})
        )
        strength = measure_strength(facts, today=TODAY)
        assert (strength.awaited, strength.next_step) == ((Step.PROOF,), Step.PLACE)
        assert strength.needed_step is None, "brands can choose somebody without it"

    def test_asks_again_where_an_operator_said_no(self):
        facts = ProfileFacts(**(COMPLETE | {"listings_on_sale": 0}))
        assert measure_strength(facts, today=TODAY).needed_step == Step.LISTING

    def test_puts_the_heaviest_first(self):
        facts = ProfileFacts(
            **(COMPLETE | {"has_place": False, "has_proven_channel": False, "posts_count": 0})
        )
        assert measure_strength(facts, today=TODAY).missing == (Step.PROOF, Step.POSTS, Step.PLACE)


class TestCheckProfile:
    def test_passes_what_is_given(self):
        check_profile(
            {"name": "Sara", "languages": ["ar"], "country": "SA", "claimed_topics": ["coffee"]},
            handle="sara.k",
        )

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": ""}, "name"),
            ({"bio": "x" * 3_001}, "bio"),
            ({"city": "x" * 81}, "city"),
            ({"country": "ZZ"}, "country"),
            ({"languages": ["xx1"]}, "languages"),
            ({"languages": ["ar"] * 9}, "languages"),
            ({"claimed_topics": ["no such"]}, "claimed_topics"),
            ({"refused_categories": ["no such"]}, "refused_categories"),
            ({"open_slots": -1}, "open_slots"),
        ],
    )
    def test_names_the_field_at_fault(self, values, field):
        with pytest.raises(ProfileInvalid) as refused:
            check_profile(values)
        assert set(refused.value.fields) == {field}

    @pytest.mark.parametrize("handle", ["ab", "A-b", "سارة", "a b c", "-abc", "x" * 61, "../etc"])
    def test_refuses_handles_that_make_no_address(self, handle):
        with pytest.raises(ProfileInvalid):
            check_profile({}, handle=handle)


class TestCheckChannel:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"platform": "friendster"}, "platform"),
            ({"handle": "a b"}, "handle"),
            ({"handle": ""}, "handle"),
            ({"url": "javascript:alert(1)"}, "url"),
            ({"url": "https://" + "x" * 400}, "url"),
            ({"url": "https://www.instagram.com/sara"}, "url"),
            ({"url": "https://tiktok.com.example/@sara"}, "url"),
            ({"url": "https://tiktok.com@elsewhere.example/sara"}, "url"),
            ({"url": "https://elsewhere.example\\@tiktok.com/sara"}, "url"),
            ({"url": "https://[tiktok.com/@sara"}, "url"),
        ],
    )
    def test_names_the_field_at_fault(self, changes, field):
        given = {"platform": "tiktok", "handle": "sara", "url": "https://www.tiktok.com/@sara"}
        with pytest.raises(ProfileInvalid) as refused:
            check_channel(**(given | changes))
        assert set(refused.value.fields) == {field}

    def test_says_on_which_platform_the_address_lies(self):
        with pytest.raises(ProfileInvalid) as refused:
            check_channel(platform="tiktok", handle="sara", url="https://m.youtube.com/@sara")
        assert str(refused.value.fields["url"]).startswith(
            "This address is on YouTube, and the channel on TikTok."
        )

    @pytest.mark.parametrize(
        ("platform", "url"),
        [
            ("x", "https://mobile.twitter.com/sara"),
            ("youtube", "https://youtu.be/sara"),
            ("podcast", "https://sara.example/episodes"),
            ("blog", "https://www.instagram.com/sara"),
        ],
    )
    def test_takes_other_hosts_of_a_platform_and_any_where_it_has_none(self, platform, url):
        check_channel(platform=platform, handle="sara", url=url)


class TestProofCode:
    def test_is_short_and_easy_to_find(self):
        assert proof_code(lambda: "0a1b2c3d4e5f6g7h8j9k") == "ATHAR-0A1B2C"


class TestFigures:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": "fame"}, "name"),
            ({"value": float("nan")}, "value"),
            ({"value": -1}, "value"),
            ({"name": "engagement_rate", "value": 1.01}, "value"),
            ({"as_of": TODAY + timedelta(days=1)}, "as_of"),
            ({"sample_size": 0}, "sample_size"),
        ],
    )
    def test_that_cannot_be_true_are_refused(self, changes, field):
        given = {"name": "followers", "value": 5, "as_of": TODAY, "sample_size": None}
        with pytest.raises(FigureInvalid) as refused:
            check_metric(**(given | changes), today=TODAY)
        assert set(refused.value.fields) == {field}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"url": "ftp://x"}, "p.url"),
            ({"published_at": NOW + timedelta(seconds=1)}, "p.published_at"),
            ({"text": "x" * 5_001}, "p.text"),
            ({"hashtags": ("a",) * 61}, "p.hashtags"),
            ({"saves": -1}, "p.saves"),
        ],
    )
    def test_of_posts_that_cannot_be_true_are_refused(self, changes, field):
        given = {"url": "https://a.example/p/1", "published_at": NOW}
        with pytest.raises(FigureInvalid) as refused:
            check_post(PostValues(**(given | changes)), prefix="p.", now=NOW)
        assert set(refused.value.fields) == {field}

    @pytest.mark.parametrize(
        ("kind", "shares", "field"),
        [
            ("country", {"XX": 0.5}, "shares"),
            ("shoe", {"SA": 0.5}, "shares"),
            ("age", {"18-24": 0.6, "25-34": 0.6}, "shares"),
            ("gender", {"female": 1.2}, "shares"),
            ("language", {"ar": float("nan")}, "shares"),
        ],
    )
    def test_of_audiences_that_cannot_be_true_are_refused(self, kind, shares, field):
        with pytest.raises(FigureInvalid) as refused:
            check_shares(kind=kind, shares=shares, as_of=TODAY, today=TODAY)
        assert set(refused.value.fields) == {field}


class TestTyped:
    def test_figures_are_read_in_any_digits(self):
        typed = {"name": "followers", "value": "١٢٬٠٠٠", "as_of": "٢٠٢٦-٠٢-٠١", "sample_size": ""}
        assert read_figure(typed) == ("followers", 12_000, date(2026, 2, 1), None)

    def test_shares_are_read_by_name_or_code(self):
        rows = [{"who": "sa", "share": "62"}, {"who": "الإمارات", "share": "٢٠٪"}, {"who": "", "share": ""}]
        typed = {"shares": rows, "as_of": "2026-02-01"}
        assert read_shares("country", typed) == ({"SA": 0.62, "AE": 0.2}, date(2026, 2, 1))

    def test_shares_of_parts_that_stand_on_the_form_may_be_left_out(self):
        rows = [{"who": "female", "share": "70"}, {"who": "male", "share": ""}]
        assert read_shares("gender", {"shares": rows, "as_of": "2026-02-01"})[0] == {"female": 0.7}

    @pytest.mark.parametrize("share", ["", "much", "1e1", "-5", "101", "2.5"])
    def test_shares_that_are_none_are_refused(self, share):
        with pytest.raises(FigureInvalid) as refused:
            read_shares("country", {"shares": [{"who": "SA", "share": share}], "as_of": "2026-02-01"})
        assert set(refused.value.fields) == {"shares-0-share"}

    def test_hashtags_are_read_from_the_text(self):
        post = read_post(
            {
                "url": "https://a.example/1",
                "published_on": "2026-02-01",
                "text": "V60 #coffee #قهوة #coffee #",
            }
        )
        assert (post.hashtags, post.likes) == (("coffee", "قهوة"), None)

    def test_days_that_are_none_are_refused(self):
        with pytest.raises(FigureInvalid) as refused:
            read_days({"starts_on": "2026-02-30", "ends_on": ""})
        assert set(refused.value.fields) == {"starts_on", "ends_on"}


class TestPlatformsWith:
    @pytest.mark.parametrize(
        ("kinds", "platforms", "able"),
        [
            (["reel"], ["tiktok", "instagram"], ("instagram",)),
            (["reel"], [], ("instagram",)),
            (["short_video", "story_set"], ["youtube", "tiktok", "snapchat"], ("tiktok", "snapchat")),
            (["reel", "long_video"], ["instagram", "youtube"], ()),
            (["content_file"], ["blog", "x"], ("blog", "x")),
        ],
    )
    def test_are_those_that_have_all_the_work(self, kinds, platforms, able):
        assert platforms_with(kinds, platforms) == able
