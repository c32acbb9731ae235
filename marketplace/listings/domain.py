"""States of a listing and what moves them; kinds of deliverable."""

from enum import StrEnum


class ListingStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    PAUSED = "paused"


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
