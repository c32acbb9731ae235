"""Freezing what an influencer consents to when they apply or accept an invitation."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.work_platforms import asked_platforms
from marketplace.deals.domain import EligibilityCode
from marketplace.deals.eligibility import NotEligible
from marketplace.errors import Conflict, NotFound
from marketplace.influencers.models import Channel
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing, ListingVersion
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import TermsSnapshot
from marketplace.quotes.operations import freeze_terms
from marketplace.quotes.policy_records import policy_at
from marketplace.quotes.sources import get_listing_version, offer_of_brief
from marketplace.web.language import lazy_gettext as _


class ListingNotForSale(Conflict):
    """The listing is paused, hidden, not approved, or this is not its live version any more."""

    code: ClassVar[str] = "listing_not_for_sale"


def check_for_sale(listing: Listing, version: ListingVersion) -> None:
    """Let a live version of an approved listing pass.

    Raises:
        ListingNotForSale: see its class.

    """
    is_for_sale = listing.live_version_id == version.id and not listing.is_hidden
    if not is_for_sale or listing.status == ListingStatus.PAUSED:
        raise ListingNotForSale(_("This listing has changed or is not sold now. Reload its page."))


def live_listing_version(
    session: Session, listing_version_id: str | None, *, influencer_id: str
) -> ListingVersion | None:
    """Return the influencer's live listing version, None when none was named.

    Raises:
        NotFound: it is not theirs.
        ListingNotForSale: see its class.

    """
    if listing_version_id is None:
        return None
    listing, version = get_listing_version(session, listing_version_id=listing_version_id)
    if listing.influencer_id != influencer_id:
        raise NotFound
    check_for_sale(listing, version)
    return version


def freeze_brief_terms(
    session: Session,
    brief: Brief,
    version: BriefVersion,
    listing: ListingVersion | None,
    *,
    influencer_id: str,
    path: DealPath,
    now: datetime,
) -> TermsSnapshot:
    """Store the terms of a brief for one influencer, at its price or their listing's.

    Raises:
        NotEligible: the price is above the brief's whole budget.
        Others: what pricing and schedule raise.

    """
    platform = _platform(session, version, influencer_id=influencer_id)
    offer = offer_of_brief(version, listing, platform=platform, policy=policy_at(now), now=now)
    if offer.price.net_minor > version.budget_minor:
        raise NotEligible([EligibilityCode.TOO_EXPENSIVE])
    return freeze_terms(
        session, offer, path=path, brand_id=brief.brand_id, influencer_id=influencer_id, now=now
    )


def _platform(session: Session, version: BriefVersion, *, influencer_id: str) -> str:
    """Return the first platform for the work on which the influencer has a proven channel."""
    proven = set(
        session.scalars(
            select(Channel.platform).where(
                Channel.influencer_id == influencer_id, Channel.proven_at.is_not(None)
            )
        )
    )
    asked = asked_platforms(version) or tuple(sorted(proven))
    reached = [platform for platform in asked if platform in proven]
    return next(iter([*reached, *asked]), "")
