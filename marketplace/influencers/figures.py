"""Dated figures of a channel, its posts and its audience: added with their source, never overwritten by a lesser one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from marketplace.errors import Forbidden, Invalid, NotFound
from marketplace.influencers.domain import FigureSource, SplitKind
from marketplace.influencers.labels import platform_label
from marketplace.influencers.models import AudienceSplit, Channel, Influencer, Metric, Post
from marketplace.influencers.platform_hosts import beginnings_of, is_on_platform
from marketplace.influencers.profile import URL, language_codes
from marketplace.influencers.records import follow_change, get_own, record
from marketplace.policies import Actor
from marketplace.web.countries import country_codes
from marketplace.web.language import lazy_gettext as _

METRIC_NAMES = ("followers", "following", "posts", "views_median", "engagement_rate", "reach_median")
COUNT_MAX = 2_000_000_000
TEXT_MAX, KIND_MAX, HASHTAGS_MAX = 5_000, 20, 60
SHARE_TOLERANCE = 0.005
TRUSTED = frozenset({"system", "operator"})
AGE_BANDS = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "other")
# Built once, and rows that nobody holds are written without the mapper: an import brings thousands of them.
_POSTS, _SPLITS = (cast("Table", model.__table__) for model in (Post, AudienceSplit))
_ADD_POSTS, _ADD_SPLITS = insert(_POSTS), insert(_SPLITS)
_OF_CHANNEL = (
    select(Channel, Influencer)
    .join(Influencer, Influencer.id == Channel.influencer_id)
    .where(Channel.id == bindparam("channel_id"))
)
_SAME_METRIC = select(Metric).where(
    Metric.channel_id == bindparam("channel_id"),
    Metric.name == bindparam("metric"),
    Metric.as_of == bindparam("day"),
    Metric.source == bindparam("origin"),
)
_DROP_SPLITS = delete(_SPLITS).where(
    _SPLITS.c.channel_id == bindparam("channel"),
    _SPLITS.c.kind == bindparam("split"),
    _SPLITS.c.as_of == bindparam("day"),
)


class FigureInvalid(Invalid):
    """A figure, a post or a split cannot be true; `fields` says what is wrong where."""

    code: ClassVar[str] = "figure_invalid"


@dataclass(frozen=True, slots=True)
class PostValues:
    """One published post; a count that is not known is None, never 0."""

    url: str
    published_at: datetime
    text: str = ""
    hashtags: tuple[str, ...] = ()
    kind: str = "post"
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    is_sponsored: bool = False

    @property
    def counts(self) -> dict[str, int | None]:
        names = ("views", "likes", "comments", "shares", "saves")
        return {name: getattr(self, name) for name in names}


def record_metric(
    session: Session,
    *,
    actor: Actor,
    channel_id: str,
    name: str,
    value: float,
    source: str,
    as_of: date,
    sample_size: int | None = None,
    now: datetime,
) -> Metric:
    """Add a dated figure; the same name, day and source again corrects that row.

    An influencer can only declare; figures from a platform or a review come from the system or an operator.

    Raises:
        FigureInvalid: what is wrong in which field.
        NotFound, Forbidden: not the actor's, or not theirs to vouch for.

    """
    channel, influencer = _channel_of(session, actor, channel_id, source)
    check_metric(name=name, value=value, as_of=as_of, sample_size=sample_size, today=now.date())
    same = {"channel_id": channel.id, "metric": name, "day": as_of, "origin": source}
    metric = session.scalar(_SAME_METRIC, same)
    if metric is None:
        metric = Metric(
            influencer_id=influencer.id, channel_id=channel.id, name=name, as_of=as_of, source=source
        )
        session.add(metric)
    elif (metric.value, metric.sample_size) == (value, sample_size):
        return metric
    metric.value, metric.sample_size = value, sample_size
    session.flush()
    after = {"channel_id": channel.id, "name": name, "source": source, "as_of": as_of.isoformat()}
    record(session, actor=actor, action="figure.recorded", influencer=influencer, now=now, after=after)
    follow_change(session, influencer_id=influencer.id, now=now)
    return metric


def add_posts(
    session: Session,
    *,
    actor: Actor,
    channel_id: str,
    posts: Sequence[PostValues],
    source: str = FigureSource.SELF_DECLARED,
    now: datetime,
) -> int:
    """Add posts, or renew the counts of known addresses; returns how many rows changed.

    Raises:
        FigureInvalid: what is wrong, with the number of the post in the field name (`posts.3.url`).
        NotFound, Forbidden: not the actor's, or not theirs to vouch for.

    """
    channel, influencer = _channel_of(session, actor, channel_id, source)
    for number, post in enumerate(posts):
        check_post(post, prefix=f"posts.{number}.", now=now)
    known = {post.url: post for post in session.scalars(select(Post).where(Post.channel_id == channel.id))}
    fresh = {post.url: post for post in posts if post.url not in known}
    changed = len(fresh) + sum(
        _write_post(known[post.url], post, source) for post in posts if post.url in known
    )
    if fresh:
        place = {"influencer_id": influencer.id, "channel_id": channel.id}
        rows = [{**place, "url": post.url, **_columns(post, source)} for post in fresh.values()]
        session.execute(_ADD_POSTS, rows)
    if changed:
        after = {"channel_id": channel.id, "posts": changed, "source": source}
        record(session, actor=actor, action="posts.added", influencer=influencer, now=now, after=after)
        follow_change(session, influencer_id=influencer.id, now=now)
    return changed


def add_post(session: Session, *, actor: Actor, channel_id: str, post: PostValues, now: datetime) -> Post:
    """Add one post that its influencer declares, or renew the counts of its address; a trusted row stays as it is.

    Raises:
        FigureInvalid: what is wrong in which field.
        NotFound, Forbidden: not the actor's.

    """
    channel, _influencer = _channel_of(session, actor, channel_id, FigureSource.SELF_DECLARED)
    check_post(post, now=now)
    _check_place(post.url, channel.platform)
    add_posts(session, actor=actor, channel_id=channel_id, posts=[post], now=now)
    return session.scalars(select(Post).where(Post.channel_id == channel.id, Post.url == post.url)).one()


def _check_place(url: str, platform: str) -> None:
    if not is_on_platform(url, platform):
        message = _(
            "This address is not on %(platform)s. One there begins with %(hosts)s.",
            platform=platform_label(platform),
            hosts=beginnings_of(platform),
        )
        raise FigureInvalid(message, fields={"url": message})


def set_audience(
    session: Session,
    *,
    actor: Actor,
    channel_id: str,
    kind: str,
    shares: Mapping[str, float],
    source: str,
    as_of: date,
    now: datetime,
) -> None:
    """Replace one kind of audience split (shares from 0 to 1, together at most 1) of that day.

    Raises:
        FigureInvalid: what is wrong in which field.
        NotFound, Forbidden: not the actor's, or not theirs to vouch for.

    """
    channel, influencer = _channel_of(session, actor, channel_id, source)
    check_shares(kind=kind, shares=shares, as_of=as_of, today=now.date())
    session.execute(_DROP_SPLITS, {"channel": channel.id, "split": kind, "day": as_of})
    place = {"influencer_id": influencer.id, "channel_id": channel.id, "kind": kind}
    rows = [
        {**place, "key": key, "share": share, "source": source, "as_of": as_of}
        for key, share in shares.items()
    ]
    if rows:
        session.execute(_ADD_SPLITS, rows)
    after = {"channel_id": channel.id, "kind": kind, "source": source}
    record(session, actor=actor, action="audience.recorded", influencer=influencer, now=now, after=after)
    follow_change(session, influencer_id=influencer.id, now=now)


def check_metric(*, name: str, value: float, as_of: date, sample_size: int | None, today: date) -> None:
    """Let a figure pass or refuse it. Raises FigureInvalid."""
    fields: dict[str, object] = {}
    if name not in METRIC_NAMES:
        fields["name"] = _("Choose what this figure measures from the list.")
    most = 1.0 if name == "engagement_rate" else COUNT_MAX
    if not math.isfinite(value) or not 0 <= value <= most:
        fields["value"] = _("This number cannot be right: it lies between 0 and %(most)s.", most=int(most))
    if as_of > today:
        fields["as_of"] = _("This day has not come yet.")
    if sample_size is not None and not 0 < sample_size <= COUNT_MAX:
        fields["sample_size"] = _("Say how many posts it was computed from: one or more.")
    if fields:
        raise FigureInvalid(_("Some fields need another look."), fields=fields)


def check_post(post: PostValues, *, prefix: str = "", now: datetime) -> None:
    """Let a post pass or refuse it. Raises FigureInvalid."""
    fields: dict[str, object] = {}
    if URL.fullmatch(post.url) is None:
        fields["url"] = _("Give the full address, beginning with https://.")
    if post.published_at > now:
        fields["published_at"] = _("This day has not come yet.")
    if len(post.text) > TEXT_MAX:
        fields["text"] = _("Use at most %(most)s characters.", most=TEXT_MAX)
    if len(post.hashtags) > HASHTAGS_MAX or len(post.kind) > KIND_MAX:
        fields["hashtags"] = _("At most %(most)s hashtags.", most=HASHTAGS_MAX)
    for name, count in post.counts.items():
        if count is not None and not 0 <= count <= COUNT_MAX:
            fields[name] = _("This number cannot be right: it lies between 0 and %(most)s.", most=COUNT_MAX)
    if fields:
        named: dict[str, object] = {f"{prefix}{name}": message for name, message in fields.items()}
        raise FigureInvalid(_("Some fields need another look."), fields=named)


def check_shares(*, kind: str, shares: Mapping[str, float], as_of: date, today: date) -> None:
    """Let an audience split pass or refuse it. Raises FigureInvalid."""
    known: Mapping[str, Sequence[str] | frozenset[str]] = {
        SplitKind.COUNTRY: country_codes(),
        SplitKind.LANGUAGE: language_codes(),
        SplitKind.AGE: AGE_BANDS,
        SplitKind.GENDER: GENDERS,
    }
    fields: dict[str, object] = {}
    if kind not in known or not set(shares) <= set(known[kind]):
        fields["shares"] = _("A code is not one that we know. Countries and languages have two letters.")
    values = tuple(shares.values())
    if not all(math.isfinite(share) and 0 <= share <= 1 for share in values):
        fields["shares"] = _("A share lies between 0 and 100 percent.")
    elif sum(values) > 1 + SHARE_TOLERANCE:
        fields["shares"] = _("Together the shares are more than 100 percent.")
    if as_of > today:
        fields["as_of"] = _("This day has not come yet.")
    if fields:
        raise FigureInvalid(_("Some fields need another look."), fields=fields)


def _channel_of(session: Session, actor: Actor, channel_id: str, source: str) -> tuple[Channel, Influencer]:
    found = session.execute(_OF_CHANNEL, {"channel_id": channel_id}).one_or_none()
    if found is None:
        raise NotFound
    channel, influencer = found
    if actor.kind not in TRUSTED:
        influencer = get_own(session, actor=actor, influencer_id=channel.influencer_id)
        if source != FigureSource.SELF_DECLARED:
            raise Forbidden(_("You can declare figures; reviewed ones come from an operator."))
    if source not in set(FigureSource):
        raise FigureInvalid(fields={"source": _("Choose from the list.")})
    return channel, influencer


def _write_post(row: Post, post: PostValues, source: str) -> bool:
    """Write what differs; returns whether anything did. A trusted row is not overwritten by a declaration."""
    order = list(FigureSource)
    if row.source and order.index(FigureSource(source)) > order.index(FigureSource(row.source)):
        return False
    values = _columns(post, source)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _columns(post: PostValues, source: str) -> dict[str, Any]:
    """Return what a post's row holds of it."""
    return {
        "text": post.text,
        "hashtags": list(post.hashtags),
        "kind": post.kind,
        "published_at": post.published_at,
        "is_sponsored": post.is_sponsored,
        "source": str(source),
        **post.counts,
    }
