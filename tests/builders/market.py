"""What is offered and what is sought: live listings and open briefs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.briefs.domain import BriefStatus, CriterionKind, Pricing
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.influencers.domain import Platform
from marketplace.listings.domain import DeliverableKind, ListingStatus
from marketplace.listings.models import Listing, ListingVersion
from tests.builders.people import BrandSide, InfluencerSide
from tests.clock import START

CRITERIA = [
    {"id": "label", "kind": CriterionKind.LABEL, "text": "Says that it is an advertisement", "weight": 40},
    {"id": "brew", "kind": CriterionKind.OTHER, "text": "Shows the whole brewing", "weight": 60},
]


@dataclass(frozen=True)
class LiveListing:
    listing: Listing
    version: ListingVersion


@dataclass(frozen=True)
class OpenBrief:
    brief: Brief
    version: BriefVersion


def build_listing(
    session: Session,
    seller: InfluencerSide,
    *,
    now: datetime = START,
    base_minor: int = 200_000,
    **columns: Any,
) -> LiveListing:
    """An approved listing: one reel and one file for 2,000 SAR unless `columns` of the version say otherwise."""
    listing = Listing(
        influencer_id=seller.influencer.id, status=ListingStatus.APPROVED, created_at=now, updated_at=now
    )
    session.add(listing)
    session.flush()
    values: dict[str, Any] = {
        "number": 1,
        "platform": Platform.INSTAGRAM,
        "title": "A reel and its files",
        "description": "One reel on speciality coffee.",
        "deliverables": [
            {"kind": DeliverableKind.REEL, "count": 1},
            {"kind": DeliverableKind.CONTENT_FILE, "count": 1},
        ],
        "currency": "SAR",
        "base_minor": base_minor,
        "amplification_month_minor": 30_000,
        "exclusivity_day_minor": 1_000,
        "rush_minor": 25_000,
        "rush_days": 3,
        "turnaround_days": 7,
        "submitted_at": now,
        "created_at": now,
    }
    version = ListingVersion(listing_id=listing.id, **(values | columns))
    session.add(version)
    session.flush()
    listing.newest_version_id = listing.live_version_id = version.id
    session.flush()
    return LiveListing(listing, version)


def build_brief(
    session: Session, buyer: BrandSide, *, now: datetime = START, pricing: str = Pricing.FIXED, **columns: Any
) -> OpenBrief:
    """An open brief: one reel (1,500 SAR) and one file (500 SAR) unless `columns` of the version say otherwise."""
    brief = Brief(
        brand_id=buyer.brand.id,
        created_by=buyer.user.id,
        status=BriefStatus.OPEN,
        title="Cold brew at home",
        published_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(brief)
    session.flush()
    version = BriefVersion(brief_id=brief.id, **(_brief_values(now, pricing) | columns))
    session.add(version)
    session.flush()
    brief.newest_version_id = brief.live_version_id = version.id
    session.flush()
    return OpenBrief(brief, version)


def _brief_values(now: datetime, pricing: str) -> dict[str, Any]:
    today = now.date()
    is_fixed = pricing == Pricing.FIXED
    return {
        "number": 1,
        "language": "en",
        "title": "Cold brew at home",
        "goal": "awareness",
        "product": "Cold brew set",
        "text": "Show how you make cold brew at home with our set.",
        "category": "food",
        "topics": ["coffee"],
        "platforms": [Platform.INSTAGRAM],
        "deliverables": [
            {"kind": DeliverableKind.REEL, "count": 1, "price_minor": 150_000 if is_fixed else None},
            {"kind": DeliverableKind.CONTENT_FILE, "count": 1, "price_minor": 50_000 if is_fixed else None},
        ],
        "audience": {"countries": ["SA"], "languages": ["ar"], "share": 0.25},
        "followers_min": 1_000,
        "followers_max": 100_000,
        "currency": "SAR",
        "budget_minor": 1_000_000,
        "pricing": pricing,
        "seats": 2,
        "starts_on": today + timedelta(days=14),
        "ends_on": today + timedelta(days=28),
        "rights": {"organic_months": 6, "amplification_months": 0, "territory": "SA", "ai_training": False},
        "criteria": CRITERIA,
        "submitted_at": now,
    }
