"""Circles that comment on each other: the same accounts, early, on nearly every post, and answered in kind.

Loyal readers also comment on every post; what tells a pod is that its members return the favour (Weerasinghe et al., "The
Pod People: Understanding Manipulation of Social Media Popularity via Reciprocity Abuse", Web Conference 2020).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EARLY_MINUTES = 60
POSTS_LEAST = 4
CIRCLE_SHARE = 0.6

Comments = Mapping[str, Sequence[tuple[str, int]]]
"""Post id -> (account, minutes after the post) of its sampled comments."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Accounts that comment early on most posts; `reciprocal` of them get the same from the author.

    `share` is the part of the early comments that those wrote.
    """

    posts: int
    regulars: int
    reciprocal: int
    share: float


def find_regulars(comments: Comments) -> frozenset[str] | None:
    """Return the accounts that comment early on most sampled posts; None with too few posts to tell."""
    early = [
        {account for account, minutes in sampled if minutes <= EARLY_MINUTES} for sampled in comments.values()
    ]
    if len(early) < POSTS_LEAST:
        return None
    counts = Counter(account for accounts in early for account in accounts)
    return frozenset(account for account, count in counts.items() if count >= CIRCLE_SHARE * len(early))


def measure_circle(comments: Comments, *, returned: frozenset[str]) -> Circle | None:
    """Measure the circle around somebody; `returned` are the accounts on whose posts they are a regular themselves."""
    regulars = find_regulars(comments)
    if regulars is None:
        return None
    mutual = regulars & returned
    early = [a for sampled in comments.values() for a, minutes in sampled if minutes <= EARLY_MINUTES]
    share = sum(account in mutual for account in early) / len(early) if early else 0.0
    return Circle(posts=len(comments), regulars=len(regulars), reciprocal=len(mutual), share=share)
