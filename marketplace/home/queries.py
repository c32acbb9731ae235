"""Sums and counts of the home pages, each in a fixed number of statements."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.influencers.models import Channel, Influencer, Post
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
_STRENGTH = select(
    select(Channel.id).where(Channel.influencer_id == _INFLUENCER_ID).exists(),
    select(Channel.id)
    .where(Channel.influencer_id == _INFLUENCER_ID, Channel.proven_at.is_not(None))
    .exists(),
    select(Post.id).where(Post.influencer_id == _INFLUENCER_ID).exists(),
    select(Listing.id)
    .where(Listing.influencer_id == _INFLUENCER_ID, Listing.live_version_id.is_not(None))
    .exists(),
    select(Influencer.id)
    .where(Influencer.id == _INFLUENCER_ID, Influencer.consented_at.is_not(None))
    .exists(),
    select(Channel.id)
    .where(Channel.influencer_id == _INFLUENCER_ID, Channel.proof_requested_at.is_not(None))
    .exists(),
    select(Listing.id)
    .where(Listing.influencer_id == _INFLUENCER_ID, Listing.status == ListingStatus.SUBMITTED)
    .exists(),
)


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


@dataclass(frozen=True, slots=True)
class Strength:
    """What a profile has; the first thing that is missing is the one that helps most, unless an operator looks at it."""

    has_channel: bool
    has_proven_channel: bool
    has_posts: bool
    has_listing: bool
    is_listed: bool
    is_proof_awaited: bool
    is_listing_awaited: bool

    @property
    def missing(self) -> str | None:
        """Name the first thing that is missing and that the influencer can do now."""
        checks = (
            ("channel", self.has_channel),
            ("proof", self.has_proven_channel or self.is_proof_awaited),
            ("posts", self.has_posts),
            ("listing", self.has_listing or self.is_listing_awaited),
            ("consent", self.is_listed),
        )
        return next((name for name, is_there in checks if not is_there), None)

    @property
    def awaited(self) -> str | None:
        """Name the first missing thing that an operator looks at."""
        if self.is_proof_awaited and not self.has_proven_channel:
            return "proof"
        return "listing" if self.is_listing_awaited and not self.has_listing else None

    @property
    def done(self) -> int:
        return sum(
            (self.has_channel, self.has_proven_channel, self.has_posts, self.has_listing, self.is_listed)
        )


def brand_standing(session: Session, *, brand_id: str) -> BrandStanding:
    """Return a brand's state and count its briefs, in one statement."""
    rows = session.execute(_STANDING, {"brand_id": brand_id}).all()
    found = {status: count for _brand_status, status, count in rows}
    briefs = {status.value: found[status] for status in _TOLD_IN_ORDER if status in found}
    return BrandStanding(rows[0][0] if rows else None, briefs)


def briefs_to_finish(session: Session, *, brand_id: str) -> list[BriefToFinish]:
    """Return the briefs that wait for their brand, what an operator asked to change first, in one statement."""
    return [BriefToFinish(*row) for row in session.execute(_TO_FINISH, {"brand_id": brand_id})]


def influencer_strength(session: Session, *, influencer_id: str) -> Strength:
    """Look at what a profile has, in one statement."""
    row = session.execute(_STRENGTH, {"influencer_id": influencer_id}).one()
    return Strength(*(bool(value) for value in row))


def held_sums(
    session: Session, *, payer_ref: str | None = None, payee_ref: str | None = None
) -> list[EscrowSum]:
    """Return, per currency, what is held, released and paid back of one side's bookings."""
    return sum_escrows(session, payer_ref=payer_ref, payee_ref=payee_ref)


def site_sums(session: Session) -> list[EscrowSum]:
    """Return the same of the whole site."""
    return sum_escrows(session)
