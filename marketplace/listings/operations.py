"""Writing listings: the author saves, hands in, pauses; moderation approves, asks for changes, rejects, hides."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.errors import Conflict, NotFound
from marketplace.influencers.records import follow_change
from marketplace.listings.models import Listing, ListingVersion
from marketplace.listings.terms import ListingTerms, check_terms
from marketplace.listings.transitions import ListingAction, ListingNotOnSale, next_status
from marketplace.outbox import operations as outbox
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.web.language import lazy_gettext as _


class ListingVersionSuperseded(Conflict):
    """A newer version exists: a decision on this one would decide nothing."""

    code: ClassVar[str] = "listing_version_superseded"


def save_draft_version(
    session: Session, *, actor: Actor, terms: ListingTerms, listing_id: str | None = None, now: datetime
) -> ListingVersion:
    """Store the terms as the listing's draft (a new listing when no id is given) and return the draft version.

    A version that was handed in never changes: saving after that starts the next number, and the approved one goes on
    selling at its price until the new one is approved. Saving a paused listing takes it off the market until then.

    Raises:
        ListingInvalid: what is wrong in which field.
        ListingInReview: an operator is looking at it.
        NotFound, Forbidden: not the actor's.

    """
    check_terms(terms)
    listing = _new_listing(session, actor, now) if listing_id is None else _own(session, actor, listing_id)
    before, status = listing.status, next_status(listing.status, ListingAction.SAVE)
    if before == "paused":
        listing.live_version_id = None
        follow_change(session, influencer_id=listing.influencer_id, now=now)
    version = _draft_of(session, listing, now=now)
    for name, value in _columns(terms).items():
        setattr(version, name, value)
    session.flush()
    listing.newest_version_id, listing.updated_at = version.id, now
    _move(
        session,
        listing,
        status,
        event="listing.saved",
        actor=actor,
        now=now,
        details={"number": version.number},
    )
    return version


def submit_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> ListingVersion:
    """Hand the draft in for review; from here on this version never changes.

    Raises:
        ListingActionRefused: nothing new was saved, or it is in review.
        NotFound, Forbidden: not the actor's.

    """
    listing = _own(session, actor, listing_id)
    status = next_status(listing.status, ListingAction.SUBMIT)
    version = session.get_one(ListingVersion, listing.newest_version_id)
    if version.submitted_at is not None:  # taken back and handed in again as it is
        version = _copied(session, version, now=now)
        listing.newest_version_id = version.id
    version.submitted_at = now
    listing.field_notes = {}
    _move(session, listing, status, event="listing.submitted", actor=actor, now=now, version=version)
    return version


def take_back_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> None:
    """Take a listing out of review to change it. Raises ListingNotInReview, NotFound, Forbidden."""
    listing = _own(session, actor, listing_id)
    status = next_status(listing.status, ListingAction.TAKE_BACK)
    _move(session, listing, status, event="listing.taken_back", actor=actor, now=now)


def pause_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> None:
    """Stop selling. While a newer version waits, only the selling ends: that version's fate stays as it is.

    Raises:
        ListingNotOnSale: nothing is sold.
        ListingAlreadyThere: it is paused.

    """
    listing = _own(session, actor, listing_id)
    if listing.live_version_id is not None and listing.live_version_id != listing.newest_version_id:
        listing.live_version_id = None
        status = listing.status
    else:
        status = next_status(listing.status, ListingAction.PAUSE)
    _move(session, listing, status, event="listing.paused", actor=actor, now=now)
    follow_change(session, influencer_id=listing.influencer_id, now=now)


def resume_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> None:
    """Sell again what was paused. Raises ListingNotOnSale, ListingAlreadyThere, NotFound, Forbidden."""
    listing = _own(session, actor, listing_id)
    status = next_status(listing.status, ListingAction.RESUME)
    _move(session, listing, status, event="listing.resumed", actor=actor, now=now)
    follow_change(session, influencer_id=listing.influencer_id, now=now)


def approve_version(session: Session, *, actor: Actor, version_id: str, now: datetime) -> Listing:
    """Put a version on sale. The caller (moderation) has checked the operator's right.

    Raises:
        ListingVersionSuperseded: a newer version exists.
        ListingNotInReview, ListingAlreadyThere: it does not wait for a decision.

    """
    listing, version = _decided(session, version_id)
    status = next_status(listing.status, ListingAction.APPROVE)
    listing.live_version_id = version.id
    _move(session, listing, status, event="listing.approved", actor=actor, now=now, version=version)
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
    _move(
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
    _move(
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
        ListingNotOnSale: it is already so.

    """
    listing = _locked(session, listing_id)
    if listing.is_hidden == is_hidden:
        raise ListingNotOnSale(_("This was done already."))
    listing.is_hidden = is_hidden
    event = "listing.hidden" if is_hidden else "listing.shown"
    _move(session, listing, listing.status, event=event, actor=actor, now=now, reason=reason)
    follow_change(session, influencer_id=listing.influencer_id, now=now)
    return listing


def _new_listing(session: Session, actor: Actor, now: datetime) -> Listing:
    require(actor, Permission.LISTING_EDIT, Subject(influencer_id=actor.influencer_id))
    if actor.influencer_id is None:
        raise NotFound
    listing = Listing(influencer_id=actor.influencer_id, created_at=now, updated_at=now)
    session.add(listing)
    session.flush()
    return listing


def _own(session: Session, actor: Actor, listing_id: str) -> Listing:
    listing = _locked(session, listing_id)
    require(actor, Permission.LISTING_EDIT, Subject(influencer_id=listing.influencer_id))
    return listing


def _locked(session: Session, listing_id: str) -> Listing:
    listing = session.get(Listing, listing_id, with_for_update=True)
    if listing is None:
        raise NotFound
    return listing


def _decided(session: Session, version_id: str) -> tuple[Listing, ListingVersion]:
    version = session.get(ListingVersion, version_id)
    if version is None:
        raise NotFound
    listing = _locked(session, version.listing_id)
    if listing.newest_version_id != version.id:
        raise ListingVersionSuperseded(_("A newer version was handed in. Decide on that one."))
    return listing, version


def _draft_of(session: Session, listing: Listing, *, now: datetime) -> ListingVersion:
    """Return the draft to write into: the newest version while it was never handed in, else the next number."""
    newest = session.get(ListingVersion, listing.newest_version_id) if listing.newest_version_id else None
    if newest is not None and newest.submitted_at is None:
        return newest
    version = ListingVersion(listing_id=listing.id, number=newest.number + 1 if newest else 1, created_at=now)
    session.add(version)
    return version


def _copied(session: Session, version: ListingVersion, *, now: datetime) -> ListingVersion:
    copied = ListingVersion(
        listing_id=version.listing_id,
        number=version.number + 1,
        created_at=now,
        **_columns(terms_of(version)),
    )
    session.add(copied)
    session.flush()
    return copied


def terms_of(version: ListingVersion) -> ListingTerms:
    """Return the content of a stored version."""
    return ListingTerms(
        platform=version.platform,
        title=version.title,
        description=version.description,
        deliverables=tuple((row["kind"], row["count"]) for row in version.deliverables),
        currency=version.currency,
        base_minor=version.base_minor,
        turnaround_days=version.turnaround_days,
        amplification_month_minor=version.amplification_month_minor,
        exclusivity_day_minor=version.exclusivity_day_minor,
        rush_minor=version.rush_minor,
        rush_days=version.rush_days,
    )


def _columns(terms: ListingTerms) -> dict[str, Any]:
    rows = [{"kind": str(kind), "count": count} for kind, count in terms.deliverables]
    return asdict(terms) | {"deliverables": rows}


def _move(
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
