"""Reading what the posts of influencers prove, for pages and lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.specialists.models import SpecialistProfile, SpecialistTopic

_SPECIALISM = (
    select(SpecialistProfile, SpecialistTopic)
    .outerjoin(SpecialistTopic, SpecialistTopic.influencer_id == SpecialistProfile.influencer_id)
    .where(SpecialistProfile.influencer_id == bindparam("influencer_id"))
    .order_by(SpecialistTopic.value.desc(), SpecialistTopic.topic)
)


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """The index on one topic (0 to 100), the evidence, and the place among peers when it may be told."""

    topic: str
    value: float
    evidence: dict[str, Any]
    decile: int | None
    peers: int | None
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpecialismView:
    """All that is known of one influencer, best topic first."""

    topics: tuple[TopicStanding, ...]
    posts: int
    effective_topics: float
    is_celebrity: bool
    platform: str | None
    band: int | None
    country: str | None
    computed_at: datetime


def specialism_of(session: Session, *, influencer_id: str) -> SpecialismView | None:
    """Return the stored record of an influencer, or None before it was computed. One statement."""
    pairs = session.execute(_SPECIALISM, {"influencer_id": influencer_id}).all()
    if not pairs:
        return None
    profile = pairs[0][0]
    rows = [row for _profile, row in pairs if row is not None]
    return SpecialismView(
        topics=tuple(
            TopicStanding(row.topic, row.value, row.evidence, row.decile, row.peers, tuple(row.shared))
            for row in rows
        ),
        posts=profile.posts,
        effective_topics=profile.effective_topics,
        is_celebrity=profile.is_celebrity,
        platform=profile.platform,
        band=profile.band,
        country=profile.country,
        computed_at=profile.computed_at,
    )


def best_topics(session: Session, influencer_ids: Sequence[str]) -> dict[str, str]:
    """Return the topic that each one's posts prove best, by influencer, in one statement; unknown ones are left out."""
    rows = session.execute(
        select(SpecialistTopic.influencer_id, SpecialistTopic.topic)
        .where(SpecialistTopic.influencer_id.in_(influencer_ids))
        .order_by(SpecialistTopic.value, SpecialistTopic.topic.desc())
    )
    return {row.influencer_id: row.topic for row in rows}  # the best comes last
