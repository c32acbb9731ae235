"""Reading what the signs are measured from: indexed posts, the history of figures, sampled comments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.authenticity.models import CommentSample
from marketplace.influencers.models import Channel, Metric, Post
from matching.authenticity import POSTS_LEAST, comments_per_like, growth_jump
from matching.pods import find_regulars, measure_circle
from matching.ports import IndexedInfluencer

FOLLOWERS, FOLLOWING = "followers", "following"
History = Mapping[str, Mapping[tuple[str, str], Mapping[date, float]]]
"""Influencer -> (platform, name of the figure) -> day -> value."""


def measure_signs(session: Session, items: Sequence[IndexedInfluencer]) -> dict[str, dict[str, float | None]]:
    """Return the measured value of every sign by influencer; None where there is no data. Five statements."""
    ids = [item.document.id for item in items]
    history = _history(session, ids)
    circles = _circles(session, ids)
    return {
        item.document.id: _measure_one(item, history.get(item.document.id, {}), circles) for item in items
    }


def platform_of(item: IndexedInfluencer) -> str | None:
    """Return the platform that is measured: the one with most measured posts."""
    performance = item.features.get("performance")
    return str(performance["platform"]) if isinstance(performance, dict) else None


def _measure_one(
    item: IndexedInfluencer,
    history: Mapping[tuple[str, str], Mapping[date, float]],
    circles: Mapping[str, float],
) -> dict[str, float | None]:
    performance, platform = item.features.get("performance"), platform_of(item)
    posts = [post for post in item.document.posts if post.platform == platform]
    is_measured = isinstance(performance, dict) and int(performance["n"]) >= POSTS_LEAST
    engagement = float(performance["z"]) if isinstance(performance, dict) and is_measured else None
    followers = history.get((platform or "", FOLLOWERS), {})
    following = history.get((platform or "", FOLLOWING), {})
    ratio = None
    if followers and following:
        ratio = following[max(following)] / max(followers[max(followers)], 1.0)
    views = [(post.published_at.date(), post.views) for post in posts if post.views is not None]
    return {
        "growth": growth_jump(followers, views),
        "pod": circles.get(item.document.id),
        "engagement_low": engagement,
        "engagement_high": engagement,
        "comments": comments_per_like([(post.comments, post.likes) for post in posts]),
        "following": ratio,
    }


def _history(session: Session, ids: Sequence[str]) -> History:
    rows = session.execute(
        select(Metric.influencer_id, Channel.platform, Metric.name, Metric.as_of, Metric.value)
        .join(Channel, Channel.id == Metric.channel_id)
        .where(Metric.influencer_id.in_(ids), Metric.name.in_((FOLLOWERS, FOLLOWING)))
        .order_by(Metric.as_of, Metric.value)
    )
    history: dict[str, dict[tuple[str, str], dict[date, float]]] = {}
    for influencer_id, platform, name, as_of, value in rows:
        history.setdefault(influencer_id, {}).setdefault((platform, name), {})[as_of] = value
    return history


def _comments_of(session: Session, ids: Sequence[str]) -> dict[str, dict[str, list[tuple[str, int]]]]:
    rows = session.execute(
        select(Post.influencer_id, CommentSample)
        .join(CommentSample, CommentSample.post_id == Post.id)
        .where(Post.influencer_id.in_(ids))
    )
    comments: dict[str, dict[str, list[tuple[str, int]]]] = {}
    for influencer_id, sample in rows:
        comments.setdefault(influencer_id, {}).setdefault(sample.post_id, []).append(
            (sample.account, sample.minutes)
        )
    return comments


def _circles(session: Session, ids: Sequence[str]) -> dict[str, float]:
    """Return the share of early comments from mutual regulars, by influencer with enough sampled posts."""
    own = _comments_of(session, ids)
    regulars = {id_: found for id_, comments in own.items() if (found := find_regulars(comments)) is not None}
    accounts = set[str]().union(*regulars.values())
    owners = _owners(session, accounts)
    theirs = _comments_of(session, sorted({id_ for people in owners.values() for id_ in people}))
    handles = _handles(session, ids)
    answered: defaultdict[str, set[str]] = defaultdict(set)
    for account, people in owners.items():
        for owner in people:
            for name in find_regulars(theirs.get(owner, {})) or ():
                answered[name].add(account)
    circles = {}
    for id_ in regulars:
        returned = frozenset(a for handle in handles.get(id_, ()) for a in answered.get(handle, ()))
        circle = measure_circle(own[id_], returned=returned)
        if circle is not None:
            circles[id_] = circle.share
    return circles


def _owners(session: Session, accounts: set[str]) -> dict[str, set[str]]:
    lowered = func.lower(Channel.handle)
    rows: Any = ()
    if accounts:
        rows = session.execute(select(lowered, Channel.influencer_id).where(lowered.in_(sorted(accounts))))
    owners: dict[str, set[str]] = {}
    for handle, influencer_id in rows:
        owners.setdefault(handle, set()).add(influencer_id)
    return owners


def _handles(session: Session, ids: Sequence[str]) -> dict[str, set[str]]:
    rows = session.execute(
        select(Channel.influencer_id, func.lower(Channel.handle)).where(Channel.influencer_id.in_(ids))
    )
    handles: dict[str, set[str]] = {}
    for influencer_id, handle in rows:
        handles.setdefault(influencer_id, set()).add(handle)
    return handles
