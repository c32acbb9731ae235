"""Reads from the tables what the rules of deals ask about: briefs, influencers, the places that are taken."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.work_platforms import asked_platforms
from marketplace.deals.domain import ApplicationStatus, InvitationStatus
from marketplace.deals.eligibility import BriefFacts, ChannelFacts, Demand, InfluencerFacts
from marketplace.deals.models import Application, Invitation
from marketplace.errors import Conflict, NotFound
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import BusyPeriod, Channel, Influencer, Metric
from marketplace.web.language import lazy_gettext as _

FOLLOWERS = "followers"
_BRIEF_ID: Any = bindparam("brief_id")
_INFLUENCER_ID: Any = bindparam("influencer_id")
_TAKEN_PLACES = select(
    select(func.count())
    .select_from(Application)
    .where(Application.brief_id == _BRIEF_ID, Application.status == ApplicationStatus.BOOKED)
    .scalar_subquery(),
    select(func.count())
    .select_from(Invitation)
    .where(Invitation.brief_id == _BRIEF_ID, Invitation.status == InvitationStatus.BOOKED)
    .scalar_subquery(),
)
_INFLUENCER_AND_BUSY = (
    select(
        Influencer.status,
        Influencer.user_id,
        Influencer.country,
        Influencer.refused_categories,
        Influencer.open_slots,
        Influencer.taken_slots,
        User.suspended_at,
        BusyPeriod.starts_on,
        BusyPeriod.ends_on,
    )
    .select_from(Influencer)
    .outerjoin(User, User.id == Influencer.user_id)
    .outerjoin(
        BusyPeriod,
        and_(BusyPeriod.influencer_id == Influencer.id, BusyPeriod.ends_on >= bindparam("today")),
    )
    .where(Influencer.id == _INFLUENCER_ID)
)
_CHANNELS = (
    select(Channel.id, Channel.platform, Channel.proven_at, Metric.value)
    .outerjoin(Metric, and_(Metric.channel_id == Channel.id, Metric.name == FOLLOWERS))
    .where(Channel.influencer_id == _INFLUENCER_ID)
    .order_by(Channel.id, Metric.as_of, Metric.id)
)


class BrandNotApproved(Conflict):
    """The brand is not approved (yet, or any more): it starts nothing new."""

    code: ClassVar[str] = "brand_not_approved"


def get_live_brief(session: Session, *, brief_id: str) -> tuple[Brief, BriefVersion]:
    """Return a published brief and the version that is live.

    Raises:
        NotFound: there is no such brief, or it was never published.

    """
    brief = session.get(Brief, brief_id)
    if brief is None or brief.live_version_id is None:
        raise NotFound
    return brief, session.get_one(BriefVersion, brief.live_version_id)


def require_approved_brand(session: Session, *, brand_id: str) -> Brand:
    """Return the brand.

    Raises:
        BrandNotApproved: see its class.

    """
    brand = session.get_one(Brand, brand_id)
    if brand.status != BrandStatus.APPROVED:
        raise BrandNotApproved(_("The brand must be approved first. Its page says what is missing."))
    return brand


def count_taken_places(session: Session, *, brief_id: str) -> int:
    """Return how many places of a brief are booked, paid or waiting for payment."""
    counts = session.execute(_TAKEN_PLACES, {"brief_id": brief_id}).one()
    return int(counts[0]) + int(counts[1])


def brief_facts(session: Session, brief: Brief, version: BriefVersion) -> BriefFacts:
    """Return what the rules ask about a brief."""
    brand = session.get_one(Brand, brief.brand_id)
    is_full = (
        brief.status == BriefStatus.FULL or count_taken_places(session, brief_id=brief.id) >= version.seats
    )
    return BriefFacts(
        is_open=brief.status == BriefStatus.OPEN and not brief.is_hidden,
        is_full=is_full,
        demand=demand_of(version),
        is_brand_approved=brand.status == BrandStatus.APPROVED,
    )


def demand_of(version: BriefVersion) -> Demand:
    """Return what a brief version asks of an influencer."""
    return Demand(
        category=version.category,
        platforms=asked_platforms(version),
        followers_min=version.followers_min,
        followers_max=version.followers_max,
        countries=tuple(version.creator_countries),
        starts_on=version.starts_on,
        ends_on=version.ends_on,
    )


def influencer_facts(session: Session, *, influencer_id: str, now: datetime) -> InfluencerFacts:
    """Return what the rules ask about an influencer.

    Raises:
        NotFound: there is no such influencer.

    """
    chosen = {"influencer_id": influencer_id, "today": now.date()}
    rows = session.execute(_INFLUENCER_AND_BUSY, chosen).all()
    if not rows:
        raise NotFound
    influencer = rows[0]
    is_suspended = influencer.status == InfluencerStatus.SUSPENDED or influencer.suspended_at is not None
    return InfluencerFacts(
        is_listed=influencer.status == InfluencerStatus.LISTED and influencer.user_id is not None,
        is_suspended=is_suspended,
        country=influencer.country,
        refused_categories=frozenset(influencer.refused_categories),
        channels=tuple(_channels(session, influencer_id)),
        busy=tuple((row.starts_on, row.ends_on) for row in rows if row.starts_on is not None),
        open_slots=max(0, influencer.open_slots - influencer.taken_slots),
    )


def _channels(session: Session, influencer_id: str) -> Iterable[ChannelFacts]:
    """Return each channel with its latest follower figure, in one statement."""
    rows = session.execute(_CHANNELS, {"influencer_id": influencer_id})
    latest: dict[str, ChannelFacts] = {}
    for channel_id, platform, proven_at, value in rows:
        followers = int(value) if value is not None else None
        latest[channel_id] = ChannelFacts(platform, proven_at is not None, followers)
    return latest.values()
