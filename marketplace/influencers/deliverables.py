"""What influencers make: kinds of deliverable and the platforms they exist on."""

from collections.abc import Mapping
from enum import StrEnum

from marketplace.influencers.domain import Platform


class DeliverableKind(StrEnum):
    """What can be ordered; `FILE_ONLY` kinds are released at approval, the others are published first."""

    REEL = "reel"
    FEED_POST = "feed_post"
    CAROUSEL = "carousel"
    STORY_SET = "story_set"
    SHORT_VIDEO = "short_video"
    LONG_VIDEO = "long_video"
    INTEGRATION = "integration"
    LIVE = "live"
    TEXT_POST = "text_post"
    BLOG_ARTICLE = "blog_article"
    PODCAST_READ = "podcast_read"
    CONTENT_FILE = "content_file"


FILE_ONLY = frozenset({DeliverableKind.CONTENT_FILE})

K, P = DeliverableKind, Platform

#: which kinds can be published where; a file is handed over, so it fits every platform
KINDS_OF_PLATFORM: Mapping[Platform, frozenset[DeliverableKind]] = {
    P.INSTAGRAM: frozenset({K.REEL, K.FEED_POST, K.CAROUSEL, K.STORY_SET, K.SHORT_VIDEO, K.LIVE}) | FILE_ONLY,
    P.TIKTOK: frozenset({K.SHORT_VIDEO, K.CAROUSEL, K.STORY_SET, K.INTEGRATION, K.LIVE}) | FILE_ONLY,
    P.YOUTUBE: frozenset({K.SHORT_VIDEO, K.LONG_VIDEO, K.INTEGRATION, K.LIVE, K.FEED_POST}) | FILE_ONLY,
    P.SNAPCHAT: frozenset({K.STORY_SET, K.SHORT_VIDEO, K.FEED_POST, K.LIVE}) | FILE_ONLY,
    P.X: frozenset({K.TEXT_POST, K.FEED_POST, K.SHORT_VIDEO, K.LIVE}) | FILE_ONLY,
    P.PODCAST: frozenset({K.PODCAST_READ, K.INTEGRATION}) | FILE_ONLY,
    P.BLOG: frozenset({K.BLOG_ARTICLE, K.TEXT_POST, K.INTEGRATION}) | FILE_ONLY,
}
