"""Work and platforms as brands name them: duals, shorts, words that are work only where they are counted."""

import pytest

from matching.reading.brief import read_brief
from matching.reading.deliverables import find_deliverables, find_platforms
from matching.reading.words import split
from tests.builders.matching.documents import TODAY


class TestWork:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("two TikToks", {"short_video": 2}),
            ("فيديوين", {"short_video": 2}),
            ("فيديوين وستوريين", {"short_video": 2, "story_set": 2}),
            ("ثلاث ريلز", {"reel": 3}),
            ("فيديوين على يوتيوب", {"long_video": 2}),
            ("3 videos on Instagram", {"reel": 3}),
            ("two 60-second videos on TikTok", {"short_video": 2}),
            ("a 30 second video", {"short_video": 1}),
            ("نبي فيديو عن القهوة", {"short_video": 1}),
            ("فيديو واحد لكل واحد", {"short_video": 1}),
            ("ثريد وفيديو", {"text_post": 1, "short_video": 1}),
            ("2 posts and 3 stories", {"feed_post": 2, "story_set": 3}),
            ("3 posts on Twitter", {"text_post": 3}),
            ("3 funny insta reels", {"reel": 3}),
            ("reels x3, stories 2", {"reel": 3, "story_set": 2}),
            ("3 سناب وريل", {"story_set": 3, "reel": 1}),
            ("سناب واحد", {"story_set": 1}),
            ("يوتيوب شورتس", {"short_video": 1}),
            ("one snap and two youtube shorts", {"story_set": 1, "short_video": 2}),
            ("nas ysawon video, reelzen", {"short_video": 1, "reel": 2}),
            ("ڤيديوين سناب", {"short_video": 2}),
            ("video games and photo editing", {}),
            ("صناع فيديو لايف ستايل", {}),
            ("5 minute recipes for reels", {"reel": 1}),
            ("6 creators for reels", {"reel": 1}),
            ("25 December, videos", {}),
            ("on snap for 3 days", {}),
            ("3 tiktokers in Riyadh", {}),
        ],
    )
    def test_is_counted_as_it_is_written(self, text, expected):
        assert dict(find_deliverables(split(text))) == expected

    def test_that_is_refused_is_not_asked_for(self):
        read = read_brief("cooks with 2 reels, no stories, not on TikTok", today=TODAY)
        assert (read.deliverables, read.platforms) == ((("reel", 2),), ())


class TestPlatforms:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("on snap and insta", ("snapchat", "instagram")),
            ("سناب وانستا", ("snapchat", "instagram")),
            ("الإنستا والسناب شات", ("instagram", "snapchat")),
            ("يوتيوب شورتس", ("youtube",)),
            ("two TikToks", ("tiktok",)),
            ("منصة إكس", ("x",)),
            ("two youtubers", ("youtube",)),
            ("نبي سنابيين وتيك توكرز", ("snapchat", "tiktok")),
            ("snap a photo, إكس بوكس", ()),
        ],
    )
    def test_are_known_by_their_short_names(self, text, expected):
        assert find_platforms(split(text)) == expected
