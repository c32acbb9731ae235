"""What moderation does to listings. The caller has checked the operator's right and holds the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from marketplace.errors import Conflict, NotFound
from marketplace.influencers.records import follow_change
from marketplace.listings.models import Listing, ListingVersion
from marketplace.listings.records import get_locked, move
from marketplace.listings.transitions import ListingAction, ListingAlreadyThere, next_status
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _


class ListingVersionSuperseded(Conflict):
    """A newer version exists: a decision on this one would decide nothing."""

    code: ClassVar[str] = "listing_version_superseded"


def approve_version(session: Session, *, actor: Actor, version_id: str, now: datetime) -> Listing:
    """Put a version on sale. The caller (moderation) has checked the operator's right.

    Raises:
        ListingVersionSuperseded: a newer version exists.
        ListingNotInReview, ListingAlreadyThere: it does not wait for a decision.

    """
    listing, version = _decided(session, version_id)
    status = next_status(listing.status, ListingAction.APPROVE)
    listing.live_version_id = version.id
    move(session, listing, status, event="listing.approved", actor=actor, now=now, version=version)
    follow_change(session, influencer_id=listing.influencer_id, now=now)
    return listing


def request_version_changes(
    session: Session,
    *,
    actor: Actor,
    version_id: str,
    field_notes: Mapping[str, Any] | None = None,
    reason: str = "",
    now: datetime,
) -> Listing:
    """Send a version back. `field_notes` maps a field to its note ({"en", "ar"}). Raises as `approve_version`."""
    listing, version = _decided(session, version_id)
    status = next_status(listing.status, ListingAction.REQUEST_CHANGES)
    listing.field_notes = dict(field_notes or {})
    move(
        session,
        listing,
        status,
        event="listing.changes_requested",
        actor=actor,
        now=now,
        version=version,
        reason=reason,
    )
    return listing


def reject_version(
    session: Session, *, actor: Actor, version_id: str, reason: str = "", now: datetime
) -> Listing:
    """Refuse a version; what was approved before goes on selling. Raises as `approve_version`."""
    listing, version = _decided(session, version_id)
    status = next_status(listing.status, ListingAction.REJECT)
    move(
        session,
        listing,
        status,
        event="listing.rejected",
        actor=actor,
        now=now,
        version=version,
        reason=reason,
    )
    return listing


def hide_listing(
    session: Session,
    *,
    actor: Actor,
    listing_id: str,
    is_hidden: bool = True,
    reason: str = "",
    now: datetime,
) -> Listing:
    """Hide a listing from the market, or show it again; its state stays. Called by moderation.

    Raises:
        NotFound: there is no such listing.
        ListingAlreadyThere: it is so already.

    """
    listing = get_locked(session, listing_id)
    if listing.is_hidden == is_hidden:
        raise ListingAlreadyThere(_("This was done already."))
    listing.is_hidden = is_hidden
    event = "listing.hidden" if is_hidden else "listing.shown"
    move(session, listing, listing.status, event=event, actor=actor, now=now, reason=reason)
    follow_change(session, influencer_id=listing.influencer_id, now=now)
    return listing


def _decided(session: Session, version_id: str) -> tuple[Listing, ListingVersion]:
    version = session.get(ListingVersion, version_id)
    if version is None:
        raise NotFound
    listing = get_locked(session, version.listing_id)
    if listing.newest_version_id != version.id:
        raise ListingVersionSuperseded(_("A newer version was handed in. Decide on that one."))
    return listing, version
