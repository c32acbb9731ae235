"""Sums and counts of the home pages, each in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.influencers.models import AudienceSplit, Channel, Influencer, Metric, Post
from marketplace.influencers.profile_page import BEGUN, StrengthView, strength_view
from marketplace.influencers.queries import FOLLOWERS
from marketplace.influencers.strength import ProfileFacts, measure_strength
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing
from payments.sums import EscrowSum, sum_escrows

_BRAND_ID: Any = bindparam("brand_id")
_INFLUENCER_ID: Any = bindparam("influencer_id")
_STANDING = (
    select(Brand.status, Brief.status, func.count(Brief.id))
    .outerjoin(Brief, Brief.brand_id == Brand.id)
    .where(Brand.id == _BRAND_ID)
    .group_by(Brand.status, Brief.status)
)
_UNFINISHED = (BriefStatus.CHANGES_REQUESTED, BriefStatus.DRAFT)
#: what can still move first, what is over last
_TOLD_IN_ORDER = (
    BriefStatus.OPEN, BriefStatus.FULL, BriefStatus.PAUSED, BriefStatus.CHANGES_REQUESTED, BriefStatus.SUBMITTED,
    BriefStatus.DRAFT, BriefStatus.CLOSED, BriefStatus.REJECTED, BriefStatus.WITHDRAWN,
)  # fmt: skip
TO_FINISH_SHOWN = 3
_TO_FINISH = (
    select(Brief.id, Brief.title, Brief.status)
    .where(Brief.brand_id == _BRAND_ID, Brief.status.in_(_UNFINISHED))
    .order_by(Brief.status, Brief.updated_at.desc(), Brief.id)
    .limit(TO_FINISH_SHOWN)
)
_CHANNELS = select(Channel.id).where(Channel.influencer_id == _INFLUENCER_ID)
_LISTINGS = select(Listing.id).where(Listing.influencer_id == _INFLUENCER_ID)
_PROFILE = select(
    Influencer,
    _CHANNELS.exists(),
    _CHANNELS.where(Channel.proven_at.is_not(None)).exists(),
    select(func.max(Metric.as_of))
    .where(Metric.influencer_id == _INFLUENCER_ID, Metric.name == FOLLOWERS)
    .scalar_subquery(),
    select(func.count(Post.id)).where(Post.influencer_id == _INFLUENCER_ID).scalar_subquery(),
    select(AudienceSplit.id).where(AudienceSplit.influencer_id == _INFLUENCER_ID).exists(),
    _LISTINGS.where(
        Listing.live_version_id.is_not(None),
        Listing.is_hidden.is_(False),
        Listing.status != ListingStatus.PAUSED,
    ).exists(),
    _CHANNELS.where(Channel.proof_requested_at.is_not(None)).exists(),
    _LISTINGS.where(Listing.status == ListingStatus.SUBMITTED).exists(),
    _LISTINGS.where(Listing.status.in_(BEGUN)).exists(),
).where(Influencer.id == _INFLUENCER_ID)


@dataclass(frozen=True, slots=True)
class BrandStanding:
    """The state of a brand (None: there is none) and how many briefs of each state it has."""

    status: str | None
    briefs: dict[str, int]

    @property
    def has_unfinished(self) -> bool:
        """Whether a brief waits for its brand."""
        return any(status in self.briefs for status in _UNFINISHED)


@dataclass(frozen=True, slots=True)
class BriefToFinish:
    """A brief that its brand has begun and not handed in (again)."""

    brief_id: str
    title: str
    status: str


def brand_standing(session: Session, *, brand_id: str) -> BrandStanding:
    """Return a brand's state and count its briefs, in one statement."""
    rows = session.execute(_STANDING, {"brand_id": brand_id}).all()
    found = {status: count for _brand_status, status, count in rows}
    briefs = {status.value: found[status] for status in _TOLD_IN_ORDER if status in found}
    return BrandStanding(rows[0][0] if rows else None, briefs)


def briefs_to_finish(session: Session, *, brand_id: str) -> list[BriefToFinish]:
    """Return the briefs that wait for their brand, what an operator asked to change first, in one statement."""
    return [BriefToFinish(*row) for row in session.execute(_TO_FINISH, {"brand_id": brand_id})]


def influencer_strength(session: Session, *, influencer_id: str, today: date) -> StrengthView:
    """Measure a profile as its own page does, in one statement."""
    row = session.execute(_PROFILE, {"influencer_id": influencer_id}).one()
    influencer, has_channel, is_proven, followers_as_of, posts_count, has_audience, sells = row[:7]
    proof_awaited, listing_awaited, has_begun_listing = row[7:]
    facts = ProfileFacts(
        has_channel=has_channel,
        has_proven_channel=is_proven,
        is_listed=influencer.consented_at is not None,
        followers_as_of=followers_as_of,
        posts_count=posts_count,
        topics_count=len(influencer.claimed_topics),
        bio_length=len(influencer.bio),
        has_audience=has_audience,
        has_place=bool(influencer.country and influencer.city),
        listings_on_sale=int(sells),
        is_proof_awaited=proof_awaited,
        is_listing_awaited=listing_awaited,
    )
    return strength_view(measure_strength(facts, today=today), has_begun_listing=has_begun_listing)


def held_sums(
    session: Session, *, payer_ref: str | None = None, payee_ref: str | None = None
) -> list[EscrowSum]:
    """Return, per currency, what is held, released and paid back of one side's bookings."""
    return sum_escrows(session, payer_ref=payer_ref, payee_ref=payee_ref)


def site_sums(session: Session) -> list[EscrowSum]:
    """Return the same of the whole site."""
    return sum_escrows(session)
