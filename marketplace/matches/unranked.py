"""What the database alone can say while the search is down: who named the brief's topics themselves, without a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, exists, or_, select
from sqlalchemy.orm import Session

from marketplace.briefs.models import BriefVersion
from marketplace.briefs.work_platforms import asked_platforms
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Channel, Influencer
from marketplace.influencers.queries import FigureView, latest_followers

LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class UnrankedInfluencer:
    """One line of the list; nothing in it is a judgement."""

    handle: str
    name: str
    name_ar: str
    country: str | None
    city: str
    followers: FigureView | None


def list_unranked(session: Session, *, version: BriefVersion, limit: int) -> list[UnrankedInfluencer]:
    """Return who fits the brief as far as the database can tell; who changed their profile last comes first.

    They are listed, have a proven channel on an asked platform and a free slot, live in an asked country (or say none),
    are of a known size within the brief's gate, and named one of its topics themselves.
    """
    rows = session.scalars(
        select(Influencer)
        .where(*_asked(version))
        .order_by(Influencer.updated_at.desc(), Influencer.id)
        .limit(LOOKED_AT)
    ).all()
    followers = latest_followers(session, [row.id for row in rows])
    fitting = [row for row in rows if _is_within(followers.get(row.id), version)]
    return [
        UnrankedInfluencer(row.handle, row.name, row.name_ar, row.country, row.city, followers.get(row.id))
        for row in fitting[:limit]
    ]


def _asked(version: BriefVersion) -> Sequence[ColumnElement[bool]]:
    channel = [Channel.influencer_id == Influencer.id, Channel.proven_at.is_not(None)]
    platforms = asked_platforms(version)
    if platforms:
        channel.append(Channel.platform.in_(platforms))
    asked: list[ColumnElement[bool]] = [
        Influencer.status == InfluencerStatus.LISTED,
        Influencer.open_slots > Influencer.taken_slots,
        exists().where(*channel),
    ]
    if version.creator_countries:
        asked.append(or_(Influencer.country.is_(None), Influencer.country.in_(version.creator_countries)))
    if version.topics:
        named = cast(Influencer.claimed_topics, String)
        asked.append(or_(*(named.contains(f'"{topic}"', autoescape=True) for topic in version.topics)))
    return asked


def _is_within(followers: FigureView | None, version: BriefVersion) -> bool:
    """Return whether the size is known to lie inside the gate: without the engine nothing doubtful is shown."""
    value = None if followers is None else followers.value
    return value is not None and version.followers_min <= value <= version.followers_max
