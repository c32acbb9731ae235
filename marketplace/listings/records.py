"""Finding a listing for somebody who may act on it, and what every change of its state leaves behind."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.errors import NotFound
from marketplace.listings.models import Listing, ListingVersion
from marketplace.outbox import operations as outbox
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject


def get_own(session: Session, actor: Actor, listing_id: str) -> Listing:
    """Return the listing, locked, for its influencer. Raises NotFound, Forbidden."""
    listing = get_locked(session, listing_id)
    require(actor, Permission.LISTING_EDIT, Subject(influencer_id=listing.influencer_id))
    return listing


def get_locked(session: Session, listing_id: str) -> Listing:
    """Return the listing, locked against concurrent acts. Raises NotFound."""
    listing = session.get(Listing, listing_id, with_for_update=True)
    if listing is None:
        raise NotFound
    return listing


def move(
    session: Session,
    listing: Listing,
    status: str,
    *,
    event: str,
    actor: Actor,
    now: datetime,
    version: ListingVersion | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Put the listing into its status; leave an audit row and an outbox row under the event's name."""
    before, listing.status, listing.updated_at = listing.status, status, now
    session.flush()
    versioned = {"version_id": version.id} if version is not None else {}
    audit.record(
        session,
        actor=actor,
        action=event,
        subject_type="listing",
        subject_id=listing.id,
        now=now,
        before={"status": before},
        after={"status": status, **versioned, **(details or {})},
        reason=reason,
    )
    if event != "listing.saved":
        key = f"{event}:{versioned.get('version_id', listing.id)}:{now.isoformat()}"
        outbox.put(session, event, {"listing_id": listing.id, **versioned}, now=now, key=key)
