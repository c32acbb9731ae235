"""Figures computed from posts: medians of the last 30, told only from 10 posts on, with what they stand on."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.influencers.domain import FigureSource

POSTS_USED = 30
POSTS_LEAST = 10
_TRUST = {source: place for place, source in enumerate(FigureSource)}


@dataclass(frozen=True, slots=True)
class PostCounts:
    """What of one post enters the figures; None where it is not known."""

    published_on: date
    source: str
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None

    @property
    def interactions(self) -> int | None:
        """Likes, comments, shares and saves; None without likes, which every platform shows."""
        if self.likes is None:
            return None
        return self.likes + (self.comments or 0) + (self.shares or 0) + (self.saves or 0)


@dataclass(frozen=True, slots=True)
class Measured:
    """A computed figure: the median, how many posts it stands on, the day of the newest, the least trusted source.

    `value` is None while there are fewer than 10 posts; `sample_size` then says how many there are.
    """

    name: str
    value: float | None
    sample_size: int
    source: str
    as_of: date | None


def least_trusted(sources: Sequence[str]) -> str:
    """Return the least trusted of the sources; self-declared when there is none."""
    return max((FigureSource(s) for s in sources), key=_TRUST.__getitem__, default=FigureSource.SELF_DECLARED)


def median_views(posts: Sequence[PostCounts]) -> Measured:
    """Return the median views of the newest 30 posts that have them."""
    return _median("views_median", [(post, post.views) for post in posts])


def engagement_rate(posts: Sequence[PostCounts], *, followers: float | None, source: str | None) -> Measured:
    """Return the median of interactions / followers, as a share, of the newest 30 posts that have likes.

    `source` is that of the followers figure, which counts among the sources.
    """
    if not followers:
        return Measured("engagement_rate", None, 0, source or FigureSource.SELF_DECLARED, None)
    rates = [(post, None if post.interactions is None else post.interactions / followers) for post in posts]
    return _median("engagement_rate", rates, more_sources=[source] if source else [])


def _median(
    name: str, pairs: Sequence[tuple[PostCounts, float | None]], *, more_sources: Sequence[str] = ()
) -> Measured:
    newest = sorted(pairs, key=lambda pair: pair[0].published_on, reverse=True)
    known = [(post, value) for post, value in newest if value is not None][:POSTS_USED]
    source = least_trusted([*(post.source for post, _value in known), *more_sources])
    as_of = known[0][0].published_on if known else None
    is_enough = len(known) >= POSTS_LEAST
    median = statistics.median(value for _post, value in known) if is_enough else None
    return Measured(name, median, len(known), source, as_of)
