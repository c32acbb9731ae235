"""What is indexed: plain, frozen descriptions of an influencer, free of tables and engines.

Every figure carries its source, its date and its sample size, because no number may reach a screen without them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from matching.authenticity import Sign

POSTS_SOURCE = "posts_source"
"""In `InfluencerDocument.extra`: the least trusted source among the posts' counts."""


class Source(StrEnum):
    """Where a figure comes from; the order of trust is the order of the members."""

    API = "api"
    REVIEWED = "reviewed"
    SELF_DECLARED = "self_declared"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value with its provenance. `sample_size` counts what it was computed from (posts, people)."""

    value: float
    source: Source
    as_of: date
    sample_size: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelDocument:
    """An account on one platform. `is_proven` means that the code in the bio was seen by a reviewer."""

    platform: str
    handle: str
    url: str
    is_proven: bool
    followers: Figure | None = None


@dataclass(frozen=True, slots=True)
class PostDocument:
    """One published post; missing counts are None, never 0. `url` is the evidence a receipt links to."""

    id: str
    platform: str
    url: str
    text: str
    published_at: datetime
    hashtags: tuple[str, ...] = ()
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    is_sponsored: bool = False


@dataclass(frozen=True, slots=True)
class AudienceDocument:
    """Shares (0 to 1) of the audience by country (ISO 3166 alpha-2) and by language (ISO 639-1)."""

    countries: dict[str, float]
    languages: dict[str, float]
    source: Source
    as_of: date


@dataclass(frozen=True, slots=True)
class OfferDocument:
    """An approved listing: what is delivered on one platform for one fixed price (minor units of `currency`)."""

    listing_id: str
    platform: str
    deliverables: tuple[tuple[str, int], ...]
    price_minor: int
    currency: str
    turnaround_days: int


@dataclass(frozen=True, slots=True)
class AuthenticityDocument:
    """How usual the figures are (0 to 1; None: nothing could be checked) and the signs it was computed from."""

    value: float | None
    signs: tuple[Sign, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class InfluencerDocument:
    """All that the engine knows of an influencer. `version` grows with every change (late updates lose)."""

    id: str
    version: int
    handle: str
    name: str
    name_ar: str
    bio: str
    country: str | None
    city: str | None
    languages: tuple[str, ...]
    claimed_topics: tuple[str, ...]
    channels: tuple[ChannelDocument, ...] = ()
    posts: tuple[PostDocument, ...] = ()
    audience: AudienceDocument | None = None
    offers: tuple[OfferDocument, ...] = ()
    refused_categories: tuple[str, ...] = ()
    free_from: date | None = None
    busy: tuple[tuple[date, date], ...] = ()
    open_slots: int = 1
    completed_bookings: int = 0
    is_listed: bool = True
    #: topic -> how many others name this person in posts about it; None: nobody looked
    endorsements: dict[str, int] | None = None
    authenticity: AuthenticityDocument | None = None
    extra: dict[str, str] = field(default_factory=dict)
