"""How strong a profile is, and the one thing that would help most: pure rules over facts.

The weights say what brands need before they can choose somebody; they are shown beside each step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from marketplace.influencers.measures import POSTS_LEAST

FRESH = timedelta(days=60)
BIO_LEAST = 40
#: points from which on brands cannot choose somebody without it
NEEDED_FROM = 10


class Step(StrEnum):
    """In the order in which they are worth doing when two weigh the same."""

    CHANNEL = "channel"
    CONSENT = "consent"
    PROOF = "proof"
    FOLLOWERS = "followers"
    LISTING = "listing"
    POSTS = "posts"
    TOPICS = "topics"
    BIO = "bio"
    AUDIENCE = "audience"
    PLACE = "place"
    FRESH = "fresh"


WEIGHTS: Mapping[Step, int] = {
    Step.CHANNEL: 15,
    Step.CONSENT: 15,
    Step.PROOF: 15,
    Step.FOLLOWERS: 10,
    Step.LISTING: 10,
    Step.POSTS: 10,
    Step.TOPICS: 8,
    Step.BIO: 5,
    Step.AUDIENCE: 5,
    Step.PLACE: 4,
    Step.FRESH: 3,
}


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What the rules ask about a profile."""

    has_channel: bool
    has_proven_channel: bool
    is_listed: bool
    followers_as_of: date | None
    posts_count: int
    topics_count: int
    bio_length: int
    has_audience: bool
    has_place: bool
    listings_on_sale: int
    is_proof_awaited: bool = False
    is_listing_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Strength:
    """`score` from 0 to 100; `missing` heaviest first; `awaited` are those of them that an operator looks at already."""

    score: int
    missing: tuple[Step, ...]
    awaited: tuple[Step, ...] = ()

    @property
    def next_step(self) -> Step | None:
        """The one thing to do: the heaviest that is missing and in the influencer's own hands."""
        return next((step for step in self.missing if step not in self.awaited), None)

    @property
    def needed_step(self) -> Step | None:
        """The one thing to do, where brands cannot choose somebody without it."""
        step = self.next_step
        return step if step is not None and WEIGHTS[step] >= NEEDED_FROM else None


def measure_strength(facts: ProfileFacts, *, today: date) -> Strength:
    """Return the strength: the sum of the weights of what is there."""
    done = {
        Step.CHANNEL: facts.has_channel,
        Step.CONSENT: facts.is_listed,
        Step.PROOF: facts.has_proven_channel,
        Step.FOLLOWERS: facts.followers_as_of is not None,
        Step.LISTING: facts.listings_on_sale > 0,
        Step.POSTS: facts.posts_count >= POSTS_LEAST,
        Step.TOPICS: facts.topics_count > 0,
        Step.BIO: facts.bio_length >= BIO_LEAST,
        Step.AUDIENCE: facts.has_audience,
        Step.PLACE: facts.has_place,
        Step.FRESH: facts.followers_as_of is not None and today - facts.followers_as_of <= FRESH,
    }
    missing = sorted((step for step in Step if not done[step]), key=lambda step: -WEIGHTS[step])
    looked_at = {Step.PROOF: facts.is_proof_awaited, Step.LISTING: facts.is_listing_awaited}
    awaited = tuple(step for step in missing if looked_at.get(step, False))
    return Strength(sum(WEIGHTS[step] for step in Step if done[step]), tuple(missing), awaited)
