"""Who may take part in a brief or be ordered from: pure rules over facts that were read beforehand.

The follower gate looks at proven channels: the largest on an asked platform must reach the minimum, and no channel
at all may be above the maximum, because a celebrity elsewhere is not a micro-influencer here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from marketplace.deals.domain import EligibilityCode
from marketplace.deals.sentences import eligibility_sentence
from marketplace.errors import Conflict
from marketplace.web.language import lazy_sentences


class NotEligible(Conflict):
    """Conditions that are not met; `codes` names all of them, the message is the sentences of all."""

    code: ClassVar[str] = "not_eligible"

    def __init__(self, codes: Sequence[EligibilityCode]) -> None:
        super().__init__(lazy_sentences([eligibility_sentence(each) for each in codes]))
        self.codes = tuple(codes)

    @property
    def reasons(self) -> Sequence[tuple[str, object]]:
        return [(str(each), eligibility_sentence(each)) for each in self.codes]


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """One channel with its latest follower count, if there is one."""

    platform: str
    is_proven: bool
    followers: int | None


@dataclass(frozen=True, slots=True)
class InfluencerFacts:
    """What the rules ask about an influencer. `busy` holds first and last days."""

    is_listed: bool
    is_suspended: bool
    country: str | None
    refused_categories: frozenset[str]
    channels: tuple[ChannelFacts, ...]
    busy: tuple[tuple[date, date], ...]
    open_slots: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What a brief, or an order, asks for. Empty platforms or countries ask for nothing; dates may be missing."""

    category: str
    platforms: tuple[str, ...]
    followers_min: int
    followers_max: int
    countries: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """Whether a brief and the brand behind it take anybody, and what it asks for."""

    is_open: bool
    is_full: bool
    demand: Demand
    is_brand_approved: bool = True


def check_brief(brief: BriefFacts, *, today: date) -> Iterator[EligibilityCode]:
    """Yield what keeps a brief from taking anybody."""
    if not brief.is_brand_approved:
        yield EligibilityCode.BRAND_NOT_APPROVED
    if not brief.is_open:
        yield EligibilityCode.BRIEF_NOT_OPEN
    if brief.is_full:
        yield EligibilityCode.BRIEF_FULL
    if brief.demand.ends_on is not None and brief.demand.ends_on < today:
        yield EligibilityCode.BRIEF_OVER


def check_influencer(influencer: InfluencerFacts, demand: Demand) -> Iterator[EligibilityCode]:
    """Yield every condition the influencer does not meet."""
    if influencer.is_suspended:
        yield EligibilityCode.ACCOUNT_SUSPENDED
    if not influencer.is_listed:
        yield EligibilityCode.NOT_LISTED
    if demand.category and demand.category in influencer.refused_categories:
        yield EligibilityCode.REFUSED_CATEGORY
    if demand.countries and influencer.country is not None and influencer.country not in demand.countries:
        yield EligibilityCode.COUNTRY
    gate = follower_gate(influencer.channels, demand)
    if gate is not None:
        yield gate
    if not has_free_slot(influencer, demand):
        yield EligibilityCode.NO_FREE_SLOT


def follower_gate(channels: Sequence[ChannelFacts], demand: Demand) -> EligibilityCode | None:
    """Return why the follower gate refuses these channels, or None when they pass."""
    asked = [each for each in channels if not demand.platforms or each.platform in demand.platforms]
    if not asked:
        return EligibilityCode.PLATFORM
    proven = [each for each in asked if each.is_proven]
    if not proven:
        return EligibilityCode.CHANNEL_UNPROVEN
    known = [each.followers for each in proven if each.followers is not None]
    if not known:
        return EligibilityCode.FOLLOWERS_UNKNOWN
    largest_anywhere = max(each.followers for each in channels if each.followers is not None)
    if largest_anywhere > demand.followers_max:
        return EligibilityCode.FOLLOWERS_ABOVE
    return EligibilityCode.FOLLOWERS_BELOW if max(known) < demand.followers_min else None


def has_free_slot(influencer: InfluencerFacts, demand: Demand) -> bool:
    """Return whether a slot is open and no single busy period covers the whole window."""
    if influencer.open_slots < 1:
        return False
    if demand.starts_on is None or demand.ends_on is None:
        return True
    return not any(first <= demand.starts_on and demand.ends_on <= last for first, last in influencer.busy)
