"""Computing what posts prove: read from the index, stored by topic, placed among peers. Repeating it changes nothing."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.specialists.models import SpecialistProfile, SpecialistTopic
from matching.market import follower_band, largest_followers
from matching.peers import Entry, place_among_peers
from matching.ports import IndexedInfluencer
from matching.scoring import Formula, PartState
from matching.specialism import is_celebrity, main_topics, read_topic_record, specialism_signal, topic_spread

TOPICS_MOST = 5
POSTS_LEAST = 2
"""A topic of which somebody has fewer posts is not listed, unless they claim it."""
AT_ONCE = 100

Narrower = Callable[[tuple[str, ...]], frozenset[str]]


def find_outdated(
    session: Session, *, formula: Formula, after: str = "", limit: int = AT_ONCE
) -> dict[str, int]:
    """Return listed influencers (id: version) whose stored record is older than they are, or of another formula."""
    statement = (
        select(Influencer.id, Influencer.version)
        .outerjoin(SpecialistProfile, SpecialistProfile.influencer_id == Influencer.id)
        .where(
            Influencer.id > after,
            Influencer.status == InfluencerStatus.LISTED,
            or_(
                SpecialistProfile.influencer_id.is_(None),
                SpecialistProfile.document_version < Influencer.version,
                SpecialistProfile.formula_version != formula.version,
            ),
        )
        .order_by(Influencer.id)
        .limit(limit)
    )
    return {row.id: row.version for row in session.execute(statement)}


def outdate_specialism(session: Session) -> None:
    """Let the chore compute everybody again: their posts are read by other topics now."""
    session.execute(update(SpecialistProfile).values(document_version=0))


def record_specialism(
    session: Session,
    *,
    items: Iterable[IndexedInfluencer],
    narrower: Narrower,
    formula: Formula,
    now: datetime,
) -> None:
    """Replace the stored records of these influencers by what their indexed posts say.

    `narrower` returns topics with all that lie below them.
    """
    for item in items:
        _record_one(session, item, narrower, formula, now)
    session.flush()


def _record_one(
    session: Session, item: IndexedInfluencer, narrower: Narrower, formula: Formula, now: datetime
) -> None:
    document, posts = item.document, _posts_of(item)
    spread, followers = topic_spread(posts), largest_followers(document)
    largest = max(
        (channel for channel in document.channels if channel.followers is not None),
        key=lambda channel: channel.followers.value if channel.followers else 0.0,
        default=None,
    )
    session.merge(
        SpecialistProfile(
            influencer_id=document.id,
            platform=largest.platform if largest else None,
            band=follower_band(document),
            country=document.country,
            followers=followers,
            posts=len(posts),
            effective_topics=spread.effective,
            is_celebrity=is_celebrity(spread, followers, formula),
            formula_version=formula.version,
            document_version=document.version,
            computed_at=now,
        )
    )
    listed = main_topics(posts, least=POSTS_LEAST, most=TOPICS_MOST)
    wanted = list(dict.fromkeys((*listed, *document.claimed_topics)))
    session.execute(delete(SpecialistTopic).where(SpecialistTopic.influencer_id == document.id))
    for topic in wanted:
        row = _topic_row(item, topic, wanted=narrower((topic,)), formula=formula, now=now)
        if row is not None:
            session.add(row)


def _topic_row(
    item: IndexedInfluencer, topic: str, *, wanted: frozenset[str], formula: Formula, now: datetime
) -> SpecialistTopic | None:
    features = item.features
    endorsements, focus = features.get("endorsements"), features.get("focus")
    record = read_topic_record(
        _posts_of(item),
        wanted,
        formula,
        now=now,
        endorsements=endorsements if isinstance(endorsements, dict) else None,
    )
    signal = specialism_signal(
        record,
        focus=float(focus) if isinstance(focus, int | float) else 0.0,
        topics=[topic],
        formula=formula,
    )
    if signal.state is not PartState.KNOWN or signal.value is None or not record.posts_on_topic:
        return None
    evidence: dict[str, Any] = json.loads(json.dumps(signal.evidence))
    return SpecialistTopic(
        influencer_id=item.document.id,
        topic=topic,
        value=100.0 * signal.value,
        evidence=evidence,
        placed_at=None,
    )


def _posts_of(item: IndexedInfluencer) -> Sequence[Mapping[str, object]]:
    posts = item.features.get("posts")
    return posts if isinstance(posts, list) else []


def unplaced_topics(session: Session) -> list[str]:
    """Return the topics with somebody who was not placed since their value changed."""
    statement = select(SpecialistTopic.topic).where(SpecialistTopic.placed_at.is_(None)).distinct()
    return sorted(session.scalars(statement))


def place_topic(session: Session, *, topic: str, now: datetime) -> int:
    """Place everyone of a topic among their peers; returns how many got a place."""
    rows = session.execute(
        select(SpecialistTopic, SpecialistProfile)
        .join(SpecialistProfile, SpecialistProfile.influencer_id == SpecialistTopic.influencer_id)
        .join(Influencer, Influencer.id == SpecialistTopic.influencer_id)
        .where(SpecialistTopic.topic == topic, Influencer.status == InfluencerStatus.LISTED)
    ).all()
    entries = [
        Entry(row.id, profile.platform, profile.band, profile.country, row.value) for row, profile in rows
    ]
    placed = place_among_peers(entries)
    for row, _profile in rows:
        place = placed.get(row.id)
        row.decile = place.decile if place else None
        row.peers = place.peers if place else None
        row.shared = list(place.shared) if place else []
        row.placed_at = now
    session.flush()
    return len(placed)
