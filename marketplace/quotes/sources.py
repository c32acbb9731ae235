"""Reads listing and brief versions as priced facts, and refuses what cannot be quoted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.errors import NotFound
from marketplace.listings.models import Listing, ListingVersion
from marketplace.quotes.policy_records import PolicyRecord
from marketplace.quotes.pricing import (
    BriefPrice,
    Choices,
    ListedPrice,
    ListingDoesNotFit,
    ListingOffer,
    check_listing_fits,
    price_brief,
    price_listing,
)
from marketplace.quotes.schedule import Schedule, plan_schedule
from marketplace.web.language import lazy_gettext as _

#: What a change request may name in an order, whose listing has no criteria of its own.
ORDER_CRITERIA: Sequence[dict[str, Any]] = (
    {
        "id": "as_listed",
        "kind": "other",
        "text": "It is what the listing describes",
        "text_ar": "العمل مطابق لوصف العرض",
        "weight": 60,
    },
    {
        "id": "as_asked",
        "kind": "other",
        "text": "It follows the message of the order",
        "text_ar": "العمل موافق لرسالة الطلب",
        "weight": 40,
    },
)


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that terms freeze, before it is stored."""

    title: str
    price: ListedPrice
    schedule: Schedule
    criteria: Sequence[dict[str, Any]]
    rights: dict[str, Any]
    exclusivity: dict[str, Any]
    requires_disclosure: bool
    brief_version_id: str | None = None
    listing_version_id: str | None = None


def get_listing_version(session: Session, *, listing_version_id: str) -> tuple[Listing, ListingVersion]:
    """Return a listing and one of its versions.

    Raises:
        NotFound: there is no such version.

    """
    version = session.get(ListingVersion, listing_version_id)
    if version is None:
        raise NotFound
    return session.get_one(Listing, version.listing_id), version


def get_brief_version(session: Session, *, brief_version_id: str) -> tuple[Brief, BriefVersion]:
    """Return a brief and one of its versions.

    Raises:
        NotFound: there is no such version.

    """
    version = session.get(BriefVersion, brief_version_id)
    if version is None:
        raise NotFound
    return session.get_one(Brief, version.brief_id), version


def listing_offer(version: ListingVersion) -> ListingOffer:
    """Return the priced facts of a listing version."""
    return ListingOffer(
        platform=version.platform,
        title=version.title,
        deliverables=tuple((row["kind"], row["count"]) for row in version.deliverables),
        currency=version.currency,
        base_minor=version.base_minor,
        amplification_month_minor=version.amplification_month_minor,
        exclusivity_day_minor=version.exclusivity_day_minor,
        rush_minor=version.rush_minor,
        rush_days=version.rush_days,
        turnaround_days=version.turnaround_days,
    )


def offer_of_order(
    version: ListingVersion, choices: Choices, *, policy: PolicyRecord, now: datetime
) -> Offer:
    """Return what a brand would order from a listing. Raises what pricing and schedule raise."""
    price = price_listing(listing_offer(version), choices)
    return Offer(
        title=version.title,
        price=price,
        schedule=plan_schedule(policy, now=now, turnaround_days=price.turnaround_days, posting=None),
        criteria=[dict(row) for row in ORDER_CRITERIA],
        rights=policy.plain["rights_included"] | {"amplification_months": choices.amplification_months},
        exclusivity={"category": choices.exclusivity_category, "days": choices.exclusivity_days},
        requires_disclosure=True,
        listing_version_id=version.id,
    )


def offer_of_brief(
    version: BriefVersion,
    listing: ListingVersion | None,
    *,
    platform: str,
    policy: PolicyRecord,
    now: datetime,
) -> Offer:
    """Return what an influencer would do for a brief, at its own price or at that of their listing.

    Raises:
        ListingDoesNotFit: the brief asks for listing prices and no listing, or not a fitting one, was given.
        Others: what pricing and schedule raise.

    """
    price = _brief_price(version, listing, platform=platform, policy=policy)
    return Offer(
        title=version.title,
        price=price,
        schedule=plan_schedule(
            policy,
            now=now,
            turnaround_days=price.turnaround_days,
            posting=(version.starts_on, version.ends_on),
        ),
        criteria=version.criteria,
        rights=policy.plain["rights_included"] | version.rights,
        exclusivity={"category": version.exclusivity_category, "days": version.exclusivity_days},
        requires_disclosure=version.requires_disclosure,
        brief_version_id=version.id,
        listing_version_id=listing.id if listing is not None else None,
    )


def _brief_price(
    version: BriefVersion, listing: ListingVersion | None, *, platform: str, policy: PolicyRecord
) -> ListedPrice:
    if version.pricing == Pricing.FIXED:
        facts = BriefPrice(
            platform=platform,
            title=version.title,
            deliverables=tuple(
                (row["kind"], row["count"], row["price_minor"] or 0) for row in version.deliverables
            ),
            currency=version.currency,
        )
        return price_brief(facts, turnaround_days=policy.turnaround_days_default)
    if listing is None:
        raise ListingDoesNotFit(
            _("This brief pays listed prices. Choose one of the influencer's approved listings.")
        )
    offer = listing_offer(listing)
    wanted = [(row["kind"], row["count"]) for row in version.deliverables]
    check_listing_fits(offer, platforms=version.platforms, wanted=wanted, currency=version.currency)
    choices = Choices(
        is_rush=version.is_rush,
        amplification_months=version.rights.get("amplification_months", 0),
        exclusivity_days=version.exclusivity_days,
        exclusivity_category=version.exclusivity_category,
    )
    return price_listing(offer, choices)
