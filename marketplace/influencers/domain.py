"""Words of influencers: platforms, states, sources of figures, the micro gate."""

from enum import StrEnum


class Platform(StrEnum):
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    SNAPCHAT = "snapchat"
    X = "x"
    PODCAST = "podcast"
    BLOG = "blog"


class InfluencerStatus(StrEnum):
    DRAFT = "draft"
    LISTED = "listed"
    PAUSED = "paused"
    SUSPENDED = "suspended"


class FigureSource(StrEnum):
    """Where a figure comes from, most trusted first (the same words as the engine's)."""

    API = "api"
    REVIEWED = "reviewed"
    SELF_DECLARED = "self_declared"


class SplitKind(StrEnum):
    COUNTRY = "country"
    LANGUAGE = "language"
    AGE = "age"
    GENDER = "gender"
