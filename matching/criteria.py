"""What is asked: a brief reduced to the values the engine may filter and rank by."""

from dataclasses import dataclass
from datetime import date

MICRO_FOLLOWERS_MIN = 1_000
MICRO_FOLLOWERS_MAX = 100_000
AUDIENCE_SHARE_DEFAULT = 0.25


@dataclass(frozen=True, slots=True)
class FollowerGate:
    """Followers are a gate, never a bonus. `is_open` switches it off (evaluation on outside data only)."""

    minimum: int = MICRO_FOLLOWERS_MIN
    maximum: int = MICRO_FOLLOWERS_MAX
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class AudienceTarget:
    """Countries and languages the brand wants to reach.

    The countries together, and the languages together, must hold at least `share` of the audience.
    """

    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    share: float = AUDIENCE_SHARE_DEFAULT


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """A validated question. Empty tuples and None mean "not asked", which is neutral, never a refusal.

    `budget_minor` is the most that one influencer's package may cost (listed price, minor units of `currency`).
    `deliverables` are (kind, count) pairs that the brief needs on one of `platforms`, all of them in one package; a package
    that holds one of `other_deliverables` fits as well.
    """

    text: str
    topics: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    deliverables: tuple[tuple[str, int], ...] = ()
    other_deliverables: tuple[tuple[str, int], ...] = ()
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    creator_languages: tuple[str, ...] = ()
    audience: AudienceTarget = AudienceTarget()
    followers: FollowerGate = FollowerGate()
    budget_minor: int | None = None
    currency: str | None = None
    fixed_price_minor: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    category: str | None = None
    excluded_influencers: tuple[str, ...] = ()
    requires_proven_channel: bool = False
