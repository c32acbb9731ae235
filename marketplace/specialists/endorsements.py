"""Who names whom: posts that mention a proven account of somebody else, by the topic of the post."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.influencers.models import Channel
from marketplace.influencers.records import follow_change
from marketplace.specialists.models import Endorsement
from matching.ports import IndexedInfluencer
from matching.specialism import topics_of

MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9_][\w.]{1,99})", re.ASCII)
Mention = tuple[str, str, str]
"""(account named, topic of the post, id of the post)"""


def mentions_of(item: IndexedInfluencer) -> list[Mention]:
    """Return the accounts that the posts of somebody name, once an account and topic (the newest post)."""
    stored = item.features.get("posts")
    topics = {
        str(post.get("id")): own[0]
        for post in (stored if isinstance(stored, list) else [])
        if (own := topics_of(post))
    }
    found: dict[tuple[str, str], Mention] = {}
    for post in item.document.posts:
        topic = topics.get(post.id)
        for name in MENTION.findall(post.text) if topic else ():
            handle = name.rstrip(".").lower()
            found.setdefault((handle, str(topic)), (handle, str(topic), post.id))
    return list(found.values())


def record_endorsements(session: Session, *, items: Iterable[IndexedInfluencer], now: datetime) -> None:
    """Replace what these influencers' posts say of others; who gained or lost one is indexed again."""
    mentions = {item.document.id: mentions_of(item) for item in items}
    owners = _owners(session, {handle for own in mentions.values() for handle, _topic, _post in own})
    known = {
        (row.endorser_id, row.endorsed_id, row.topic): row
        for row in session.scalars(select(Endorsement).where(Endorsement.endorser_id.in_(mentions)))
    }
    wanted = {
        (endorser, endorsed, topic): post
        for endorser, own in mentions.items()
        for handle, topic, post in own
        for endorsed in owners[handle]
        if endorsed != endorser
    }
    gone = known.keys() - wanted.keys()
    if gone:
        session.execute(delete(Endorsement).where(Endorsement.id.in_([known[key].id for key in gone])))
    added = wanted.keys() - known.keys()
    for key in sorted(added):
        endorser, endorsed, topic = key
        session.add(Endorsement(endorser_id=endorser, endorsed_id=endorsed, topic=topic, post_id=wanted[key]))
    session.flush()
    for endorsed in sorted({key[1] for key in (*gone, *added)}):
        follow_change(session, influencer_id=endorsed, now=now)


def _owners(session: Session, handles: set[str]) -> Mapping[str, set[str]]:
    """Return whose proven accounts these are; the same name on two platforms may be two people."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    if handles:
        lowered = func.lower(Channel.handle)
        rows = session.execute(
            select(lowered, Channel.influencer_id).where(
                lowered.in_(sorted(handles)), Channel.proven_at.is_not(None)
            )
        )
        for handle, influencer_id in rows:
            owners[handle].add(influencer_id)
    return owners


def endorsements_of(session: Session, influencer_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many others name each of these, by topic."""
    rows = session.execute(
        select(
            Endorsement.endorsed_id,
            Endorsement.topic,
            func.count(func.distinct(Endorsement.endorser_id)),
        )
        .where(Endorsement.endorsed_id.in_(influencer_ids))
        .group_by(Endorsement.endorsed_id, Endorsement.topic)
    )
    counted: dict[str, dict[str, int]] = {}
    for influencer_id, topic, count in rows:
        counted.setdefault(influencer_id, {})[topic] = count
    return counted
