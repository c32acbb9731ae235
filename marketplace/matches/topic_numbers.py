"""Figures for the operators' page of topics: how much each is used, and the texts by which a new one is tried."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.specialists.models import SpecialistTopic

BRIEFS_LOOKED_AT = 200


def count_specialists(session: Session) -> Mapping[str, int]:
    """Return by topic how many listed influencers have a specialist index on it. One statement."""
    rows = session.execute(
        select(SpecialistTopic.topic, func.count())
        .join(Influencer, Influencer.id == SpecialistTopic.influencer_id)
        .where(Influencer.status == InfluencerStatus.LISTED)
        .group_by(SpecialistTopic.topic)
    )
    return {topic: int(count) for topic, count in rows}


def count_briefs(session: Session) -> Mapping[str, int]:
    """Return by topic how many open briefs ask for it. One statement."""
    rows = session.scalars(
        select(BriefVersion.topics)
        .join(Brief, Brief.live_version_id == BriefVersion.id)
        .where(Brief.status == BriefStatus.OPEN)
    )
    return Counter(topic for topics in rows for topic in set(topics))


def newest_brief_texts(session: Session) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts and the titles of the newest open briefs, by id. One statement."""
    rows = session.execute(
        select(Brief.id, BriefVersion.title, BriefVersion.text)
        .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
        .where(Brief.status == BriefStatus.OPEN, Brief.is_hidden.is_(False))
        .order_by(Brief.published_at.desc(), Brief.id)
        .limit(BRIEFS_LOOKED_AT)
    ).all()
    return {row.id: f"{row.title}. {row.text}" for row in rows}, {row.id: row.title for row in rows}


def names_of(session: Session, influencer_ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Return (handle, name, Arabic name) of listed influencers by id. One statement."""
    rows = session.execute(
        select(Influencer.id, Influencer.handle, Influencer.name, Influencer.name_ar).where(
            Influencer.id.in_(influencer_ids), Influencer.status == InfluencerStatus.LISTED
        )
    )
    return {row.id: (row.handle, row.name, row.name_ar) for row in rows}
