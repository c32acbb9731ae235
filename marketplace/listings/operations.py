"""Writing listings: the author saves, hands in, takes back, pauses. Moderation decides in `decisions.py`."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.influencers.records import follow_change
from marketplace.listings.models import Listing, ListingVersion
from marketplace.listings.records import get_own, move
from marketplace.listings.terms import ListingInvalid, ListingTerms, check_terms, contact_problems
from marketplace.listings.transitions import ListingAction, next_status
from marketplace.meanwhile import mark_of, refuse_overwriting
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.settlement import currencies_at, refuse_currency


def save_draft_version(
    session: Session,
    *,
    actor: Actor,
    terms: ListingTerms,
    listing_id: str | None = None,
    seen: str | None = None,
    now: datetime,
) -> ListingVersion:
    """Store the terms as the listing's draft (a new listing when no id is given) and return the draft version.

    A version that was handed in never changes: saving after that starts the next number, and the approved one goes on
    selling at its price until the new one is approved. Saving a paused listing takes it off the market until then.
    `seen` is the `mark_of_terms` of what the editor was filled from; None where nothing was read before.

    Raises:
        ListingInvalid: what is wrong in which field.
        ChangedMeanwhile: other terms were stored since.
        ListingInReview: an operator is looking at it.
        NotFound, Forbidden: not the actor's.

    """
    check_terms(terms, settled=currencies_at(session, now))
    listing = _new_listing(session, actor, now) if listing_id is None else get_own(session, actor, listing_id)
    before, status = listing.status, next_status(listing.status, ListingAction.SAVE)
    if listing.newest_version_id is not None:
        stored = terms_of(session.get_one(ListingVersion, listing.newest_version_id))
        refuse_overwriting(seen, stored=_columns(stored), wanted=_columns(terms))
    if before == "paused":
        listing.live_version_id = None
        follow_change(session, influencer_id=listing.influencer_id, now=now)
    version = _draft_of(session, listing, now=now)
    for name, value in _columns(terms).items():
        setattr(version, name, value)
    session.flush()
    listing.newest_version_id, listing.updated_at = version.id, now
    move(
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
        CurrencyNotServed: the provider converts its currency by now.
        ListingInvalid: a draft of before says how to reach its author off the platform.
        NotFound, Forbidden: not the actor's.

    """
    listing = get_own(session, actor, listing_id)
    status = next_status(listing.status, ListingAction.SUBMIT)
    version = session.get_one(ListingVersion, listing.newest_version_id)
    refuse_currency(version.currency, currencies_at(session, now))
    for field, message in contact_problems(terms_of(version)):
        raise ListingInvalid(message, fields={field: message})
    if version.submitted_at is not None:  # taken back and handed in again as it is
        version = _copied(session, version, now=now)
        listing.newest_version_id = version.id
    version.submitted_at = now
    listing.field_notes = {}
    move(session, listing, status, event="listing.submitted", actor=actor, now=now, version=version)
    return version


def take_back_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> None:
    """Take a listing out of review to change it. Raises ListingNotInReview, NotFound, Forbidden."""
    listing = get_own(session, actor, listing_id)
    status = next_status(listing.status, ListingAction.TAKE_BACK)
    move(session, listing, status, event="listing.taken_back", actor=actor, now=now)


def pause_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> None:
    """Stop selling. While a newer version waits, only the selling ends: that version's fate stays as it is.

    Raises:
        ListingNotOnSale: nothing is sold.
        ListingAlreadyThere: it is paused.

    """
    listing = get_own(session, actor, listing_id)
    if listing.live_version_id is not None and listing.live_version_id != listing.newest_version_id:
        listing.live_version_id = None
        status = listing.status
    else:
        status = next_status(listing.status, ListingAction.PAUSE)
    move(session, listing, status, event="listing.paused", actor=actor, now=now)
    follow_change(session, influencer_id=listing.influencer_id, now=now)


def resume_listing(session: Session, *, actor: Actor, listing_id: str, now: datetime) -> None:
    """Sell again what was paused. Raises ListingNotOnSale, ListingAlreadyThere, NotFound, Forbidden."""
    listing = get_own(session, actor, listing_id)
    status = next_status(listing.status, ListingAction.RESUME)
    move(session, listing, status, event="listing.resumed", actor=actor, now=now)
    follow_change(session, influencer_id=listing.influencer_id, now=now)


def _new_listing(session: Session, actor: Actor, now: datetime) -> Listing:
    require(actor, Permission.LISTING_EDIT, Subject(influencer_id=actor.influencer_id))
    if actor.influencer_id is None:
        raise NotFound
    listing = Listing(influencer_id=actor.influencer_id, created_at=now, updated_at=now)
    session.add(listing)
    session.flush()
    return listing


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


def mark_of_terms(terms: ListingTerms) -> str:
    """Return the mark by which a save tells what it was begun from."""
    return mark_of(_columns(terms))


def _columns(terms: ListingTerms) -> dict[str, Any]:
    rows = [{"kind": str(kind), "count": count} for kind, count in terms.deliverables]
    return asdict(terms) | {"deliverables": rows}
