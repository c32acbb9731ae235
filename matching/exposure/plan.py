"""What exposure adds to a ranking: a seeded chance for those hardly known, a price for calendars that are full.

Both are lines of their own beside the parts of the score, so that the receipt says what they did and replay repeats it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: no draw below this relevance: a chance never shows what does not fit
RELEVANCE_LEAST = 0.5
#: no draw while the checks of authenticity stand below this
AUTHENTICITY_LEAST = 0.8
#: from this many measured posts on an influencer is known well enough
POSTS_KNOWN = 20
FIRST_PAGE = 20
"""Places of the first page, for which propensities are told."""


@dataclass(frozen=True, slots=True)
class ExposurePlan:
    """One brief's seed of one day, and the points that full calendars cost, by influencer."""

    seed: int
    prices: Mapping[str, float] = field(default_factory=dict)


def seed_of(brief_id: str, day: date) -> int:
    """Return the seed of a brief's draws on a day: stable pages, and nobody's place is fixed for ever."""
    content = f"{brief_id}\x1f{day.isoformat()}".encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=6).digest(), "big")
