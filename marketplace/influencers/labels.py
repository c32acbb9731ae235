"""Words for platforms, deliverables and figures in the reader's language."""

from collections.abc import Mapping

from marketplace.influencers.deliverables import DeliverableKind
from marketplace.influencers.domain import Platform, SplitKind
from marketplace.web.language import LANGUAGES, force_locale
from marketplace.web.language import lazy_gettext as _

PLATFORMS: Mapping[str, object] = {
    Platform.INSTAGRAM: _("Instagram"),
    Platform.TIKTOK: _("TikTok"),
    Platform.YOUTUBE: _("YouTube"),
    Platform.SNAPCHAT: _("Snapchat"),
    Platform.X: _("X"),
    Platform.PODCAST: _("Podcast"),
    Platform.BLOG: _("Blog"),
}
KINDS: Mapping[str, object] = {
    DeliverableKind.REEL: _("Reel"),
    DeliverableKind.FEED_POST: _("Feed post"),
    DeliverableKind.CAROUSEL: _("Carousel"),
    DeliverableKind.STORY_SET: _("Set of stories"),
    DeliverableKind.SHORT_VIDEO: _("Short video"),
    DeliverableKind.LONG_VIDEO: _("Long video"),
    DeliverableKind.INTEGRATION: _("Mention inside a video or episode"),
    DeliverableKind.LIVE: _("Live broadcast"),
    DeliverableKind.TEXT_POST: _("Text post"),
    DeliverableKind.BLOG_ARTICLE: _("Blog article"),
    DeliverableKind.PODCAST_READ: _("Read in a podcast"),
    DeliverableKind.CONTENT_FILE: _("File for the brand, not published"),
}
FIGURES: Mapping[str, object] = {
    "followers": _("Followers"),
    "following": _("Following"),
    "posts": _("Posts"),
    "views_median": _("Views of a post (median)"),
    "engagement_rate": _("Engagement rate (median)"),
    "reach_median": _("Reach of a post (median)"),
}
SPLITS: Mapping[str, object] = {
    SplitKind.COUNTRY: _("Countries"),
    SplitKind.LANGUAGE: _("Languages"),
    SplitKind.AGE: _("Age"),
    SplitKind.GENDER: _("Gender"),
}
GENDERS: Mapping[str, object] = {"female": _("Women"), "male": _("Men"), "other": _("Other")}


def platform_label(code: str) -> str:
    """Return the platform's name; the code itself for an unknown one."""
    return str(PLATFORMS.get(code, code))


def platform_labels(code: str) -> dict[str, str]:
    """Return the platform's name by language, for what is kept and read in either."""
    names = {}
    for language in LANGUAGES:
        with force_locale(language):
            names[language] = platform_label(code)
    return names


def kind_label(code: str) -> str:
    """Return the deliverable's name; the code itself for an unknown one."""
    return str(KINDS.get(code, code))


def figure_label(name: str) -> str:
    """Return what a figure measures."""
    return str(FIGURES.get(name, name))
