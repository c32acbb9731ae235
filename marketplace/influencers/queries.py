"""Reading influencers: the profile with every figure's source, age and sample size, and the follower gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.influencers.domain import FigureSource, InfluencerStatus
from marketplace.influencers.measures import Measured, PostCounts, engagement_rate, median_views
from marketplace.influencers.models import AudienceSplit, BusyPeriod, Channel, Influencer, Metric, Post
from marketplace.web.language import lazy_gettext as _

FOLLOWERS = "followers"
POSTS_SHOWN = 12
POSTS_READ = 60
_TRUST = {source: place for place, source in enumerate(FigureSource)}

_INFLUENCER_ID: Any = bindparam("influencer_id")
_BUSY = (
    select(BusyPeriod)
    .where(BusyPeriod.influencer_id == _INFLUENCER_ID, BusyPeriod.ends_on >= bindparam("today"))
    .order_by(BusyPeriod.starts_on)
)
_FOLLOWERS = (
    select(Metric)
    .where(Metric.influencer_id.in_(bindparam("influencer_ids", expanding=True)), Metric.name == FOLLOWERS)
    .order_by(Metric.as_of, Metric.id)
)
_CHANNELS = (
    select(Channel).where(Channel.influencer_id == _INFLUENCER_ID).order_by(Channel.created_at, Channel.id)
)
_METRICS = select(Metric).where(Metric.influencer_id == _INFLUENCER_ID)
_POSTS = (
    select(Post)
    .where(Post.influencer_id == _INFLUENCER_ID)
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(POSTS_READ)
)
_SPLITS = select(AudienceSplit).where(AudienceSplit.influencer_id == _INFLUENCER_ID)


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure with what a reader needs to trust it. `value` None: not enough posts yet (`sample_size` says how many)."""

    name: str
    value: float | None
    source: str
    as_of: date | None
    sample_size: int | None


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel with its newest figures, followers first."""

    channel: Channel
    figures: tuple[FigureView, ...]

    @property
    def is_proven(self) -> bool:
        return self.channel.proven_at is not None

    @property
    def followers(self) -> FigureView | None:
        return next((figure for figure in self.figures if figure.name == FOLLOWERS), None)


@dataclass(frozen=True, slots=True)
class SplitView:
    """One kind of audience split of one channel: (key, share) from the largest, source and day."""

    channel_id: str
    kind: str
    platform: str
    shares: tuple[tuple[str, float], ...]
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class FollowerGate:
    """The largest known channel, to be held against a gate. Unproven channels are shown and do not pass for bookings."""

    followers: int | None
    source: str | None
    as_of: date | None
    has_proven_channel: bool

    def is_within(self, limits: tuple[int, int]) -> bool:
        """Return whether the followers are known and lie between the limits, both included."""
        least, most = limits
        return self.followers is not None and least <= self.followers <= most

    def is_above(self, most: int) -> bool:
        """Return whether the followers are known to be more."""
        return self.followers is not None and self.followers > most


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything a profile page shows of an influencer, listings apart."""

    influencer: Influencer
    channels: tuple[ChannelView, ...]
    posts: tuple[Post, ...]
    posts_count: int
    splits: tuple[SplitView, ...]
    busy: tuple[BusyPeriod, ...]
    gate: FollowerGate


def get_influencer_by_handle(session: Session, *, handle: str, is_own: bool = False) -> Influencer:
    """Return a listed influencer; their own profile is there for them in any state. Raises NotFound."""
    influencer = session.scalar(select(Influencer).where(Influencer.handle == handle.lower()))
    if influencer is None or not (is_own or influencer.status == InfluencerStatus.LISTED):
        raise NotFound(_("There is no such profile, or it is not listed at present."))
    return influencer


def profile_view(session: Session, *, influencer: Influencer, today: date) -> ProfileView:
    """Return the view in five statements, however much there is."""
    channels = _channel_views(session, influencer.id)
    posts = _posts(session, influencer.id)
    return ProfileView(
        influencer=influencer,
        channels=tuple(_with_measures(channel, posts) for channel in sorted(channels, key=_weight)),
        posts=tuple(posts[:POSTS_SHOWN]),
        posts_count=len(posts),
        splits=_splits(session, influencer.id, channels),
        busy=list_busy_periods(session, influencer_id=influencer.id, today=today),
        gate=_gate(channels),
    )


def list_busy_periods(session: Session, *, influencer_id: str, today: date) -> tuple[BusyPeriod, ...]:
    """Return the periods that are not over, the next one first."""
    return tuple(session.scalars(_BUSY, {"influencer_id": influencer_id, "today": today}))


def follower_gate(session: Session, influencer_id: str) -> FollowerGate:
    """Return where an influencer stands against the micro gate, in two statements."""
    return _gate(_channel_views(session, influencer_id))


def latest_followers(session: Session, influencer_ids: Sequence[str]) -> dict[str, FigureView]:
    """Return the largest newest follower count of each influencer, in one statement."""
    rows = session.scalars(_FOLLOWERS, {"influencer_ids": list(influencer_ids)})
    by_channel: dict[str, Metric] = {}
    for row in rows:
        by_channel[row.channel_id] = _better(by_channel.get(row.channel_id), row)
    largest: dict[str, Metric] = {}
    for row in by_channel.values():
        known = largest.get(row.influencer_id)
        if known is None or row.value > known.value:
            largest[row.influencer_id] = row
    return {influencer_id: _view(row) for influencer_id, row in largest.items()}


def _channel_views(session: Session, influencer_id: str) -> list[ChannelView]:
    chosen = {"influencer_id": influencer_id}
    channels = session.scalars(_CHANNELS, chosen).all()
    newest: dict[tuple[str, str], Metric] = {}
    for metric in session.scalars(_METRICS, chosen):
        key = (metric.channel_id, metric.name)
        newest[key] = _better(newest.get(key), metric)
    return [
        ChannelView(
            channel,
            tuple(_view(row) for key, row in sorted(newest.items(), key=_order) if key[0] == channel.id),
        )
        for channel in channels
    ]


def _weight(view: ChannelView) -> tuple[bool, float]:
    """Put proven channels first, then the larger ones."""
    followers = view.followers
    return not view.is_proven, -(followers.value or 0 if followers else 0)


def _order(item: tuple[tuple[str, str], Metric]) -> tuple[bool, str]:
    return item[0][1] != FOLLOWERS, item[0][1]


def _better(known: Metric | None, row: Metric) -> Metric:
    """Return the newer figure; of one day, the one from the more trusted source."""
    if known is None:
        return row
    newer = (row.as_of, -_TRUST[FigureSource(row.source)]) > (
        known.as_of,
        -_TRUST[FigureSource(known.source)],
    )
    return row if newer else known


def _view(metric: Metric) -> FigureView:
    return FigureView(metric.name, metric.value, metric.source, metric.as_of, metric.sample_size)


def _posts(session: Session, influencer_id: str) -> Sequence[Post]:
    return session.scalars(_POSTS, {"influencer_id": influencer_id}).all()


def _with_measures(channel: ChannelView, posts: Sequence[Post]) -> ChannelView:
    """Add what the posts of the channel say, where no figure of that name was recorded."""
    own = [_counts(post) for post in posts if post.channel_id == channel.channel.id]
    followers = channel.followers
    measured = (
        median_views(own),
        engagement_rate(
            own,
            followers=followers.value if followers else None,
            source=followers.source if followers else None,
        ),
    )
    recorded = {figure.name for figure in channel.figures}
    added = tuple(_of_measure(one) for one in measured if one.sample_size and one.name not in recorded)
    return ChannelView(channel.channel, channel.figures + added)


def _counts(post: Post) -> PostCounts:
    return PostCounts(
        published_on=post.published_at.date(),
        source=post.source,
        views=post.views,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
        saves=post.saves,
    )


def _of_measure(measured: Measured) -> FigureView:
    return FigureView(measured.name, measured.value, measured.source, measured.as_of, measured.sample_size)


def _splits(session: Session, influencer_id: str, channels: Sequence[ChannelView]) -> tuple[SplitView, ...]:
    platforms = {view.channel.id: view.channel.platform for view in channels}
    rows = session.scalars(_SPLITS, {"influencer_id": influencer_id}).all()
    newest: dict[tuple[str, str], date] = {}
    for row in rows:
        key = (row.channel_id, row.kind)
        newest[key] = max(newest.get(key, row.as_of), row.as_of)
    views = []
    for (channel_id, kind), as_of in sorted(newest.items()):
        own = [row for row in rows if (row.channel_id, row.kind, row.as_of) == (channel_id, kind, as_of)]
        shares = sorted(((row.key, row.share) for row in own), key=lambda pair: -pair[1])
        views.append(
            SplitView(channel_id, kind, platforms.get(channel_id, ""), tuple(shares), own[0].source, as_of)
        )
    return tuple(views)


def _gate(channels: Sequence[ChannelView]) -> FollowerGate:
    """Take the largest known channel: one above a gate anywhere is above it everywhere."""
    figures = [
        figure for view in channels for figure in view.figures if figure.name == FOLLOWERS and figure.value
    ]
    largest = max(figures, key=lambda figure: figure.value or 0, default=None)
    has_proven = any(view.is_proven for view in channels)
    if largest is None or largest.value is None:
        return FollowerGate(None, None, None, has_proven_channel=has_proven)
    return FollowerGate(int(largest.value), largest.source, largest.as_of, has_proven_channel=has_proven)


def as_moment(day: date) -> datetime:
    """Return the beginning of a day in UTC, for texts that tell an age."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
