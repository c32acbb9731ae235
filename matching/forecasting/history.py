"""What an influencer's measured posts say about views and engagements, reduced to the sums the forecast needs.

Rates are taken against followers, in ln, over the newest 30 measured posts of a platform. The sums are stored with the
index, so that ranking never reads posts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from matching.documents import InfluencerDocument, PostDocument
from matching.performance import RECENT_POSTS, followers_by_platform, ln_engagement_rate

FEATURE = "history"
"""The name among an indexed influencer's stored features."""


@dataclass(frozen=True, slots=True)
class History:
    """Sums over posts: `both` have views and likes, the others one of the two. `mean_*` are means of ln(rate).

    `scatter_*` are sums of squared deviations from the mean over all `views_posts` (`engagement_posts`) posts.
    """

    both: int = 0
    only_views: int = 0
    only_engagements: int = 0
    both_views: float = 0.0
    both_engagements: float = 0.0
    only_views_mean: float = 0.0
    only_engagements_mean: float = 0.0
    scatter_views: float = 0.0
    scatter_engagements: float = 0.0
    newest: date | None = None

    @property
    def views_posts(self) -> int:
        """How many posts say something about views."""
        return self.both + self.only_views

    @property
    def engagement_posts(self) -> int:
        """How many posts say something about engagements."""
        return self.both + self.only_engagements

    def to_dict(self) -> dict[str, object]:
        """Return JSON values."""
        return {**asdict(self), "newest": None if self.newest is None else self.newest.isoformat()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "History":
        """Read what `to_dict` gave; what is missing counts as nothing known."""
        newest = stored.get("newest")
        day = date.fromisoformat(newest) if isinstance(newest, str) else None
        counts = [int(_number(stored.get(name))) for name in COUNTS]
        values: list[Any] = [*counts, *[_number(stored.get(name)) for name in SUMS], day]
        return cls(*values)


COUNTS = ("both", "only_views", "only_engagements")
SUMS = (
    "both_views",
    "both_engagements",
    "only_views_mean",
    "only_engagements_mean",
    "scatter_views",
    "scatter_engagements",
)
NOTHING_KNOWN = History()


def ln_view_rate(post: PostDocument, followers: float | None) -> float | None:
    """Return ln(views / followers), or None when views or followers are unknown; half a view keeps 0 finite."""
    if post.views is None or not followers:
        return None
    return math.log((post.views + 0.5) / followers)


def measure_history(posts: Sequence[PostDocument], followers: float | None) -> History:
    """Reduce the newest measured posts of one platform to their sums."""
    newest = sorted(posts, key=lambda post: (post.published_at, post.id), reverse=True)
    rows = [(post, ln_view_rate(post, followers), ln_engagement_rate(post, followers)) for post in newest]
    known = [row for row in rows if row[1] is not None or row[2] is not None][:RECENT_POSTS]
    both = [(v, e) for _, v, e in known if v is not None and e is not None]
    only_views = [v for _, v, e in known if v is not None and e is None]
    only_engagements = [e for _, v, e in known if e is not None and v is None]
    return History(
        both=len(both),
        both_views=_mean([v for v, _ in both]),
        both_engagements=_mean([e for _, e in both]),
        only_views=len(only_views),
        only_views_mean=_mean(only_views),
        only_engagements=len(only_engagements),
        only_engagements_mean=_mean(only_engagements),
        scatter_views=_scatter([v for _, v, _ in known if v is not None]),
        scatter_engagements=_scatter([e for _, _, e in known if e is not None]),
        newest=known[0][0].published_at.date() if known else None,
    )


def measure_histories(document: InfluencerDocument) -> dict[str, dict[str, object]]:
    """Return the stored history by platform, for every platform with a measured post."""
    followers = followers_by_platform(document.channels)
    found = {}
    for platform in sorted({post.platform for post in document.posts}):
        own = [post for post in document.posts if post.platform == platform]
        history = measure_history(own, followers.get(platform))
        if history.views_posts or history.engagement_posts:
            found[platform] = history.to_dict()
    return found


def read_history(features: Mapping[str, object], platform: str) -> History:
    """Return the stored history on a platform; an empty one when none was stored."""
    stored = features.get(FEATURE)
    own = stored.get(platform) if isinstance(stored, Mapping) else None
    return History.from_dict(own) if isinstance(own, Mapping) else History()


def _number(value: object) -> float:
    if type(value) is float:  # nearly always, and a union is slow to compare with
        return value
    return float(value) if isinstance(value, int | float) else 0.0


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _scatter(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values)
