"""The brand accepts a quote: that makes the booking, what is owed in it, and the held payment that waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.domain import BookingStatus, DeliverableStatus, TimerKind
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import BriefPlacesTaken
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.booking_marks import find_origin, mark_booked
from marketplace.deals.domain import EligibilityCode
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.facts import count_taken_places, influencer_facts, require_approved_brand
from marketplace.errors import NotFound
from marketplace.listings.models import ListingVersion
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import take_quote


def accept_quote(
    session: Session, *, actor: Actor, quote_id: str, seen_hash: str | None = None, now: datetime
) -> Booking:
    """Accept a quote as owner or approver; returns the booking, which waits for its payment.

    `seen_hash` is the hash on the page the brand read; leave it out only where nothing was read (the demo's seed).

    Raises:
        NotFound, Forbidden: not theirs, or not their role.
        QuoteNotOpen, QuoteExpired, QuoteChanged: it is not what they saw any more.
        BriefPlacesTaken, NotEligible, BrandNotApproved, DealStatusConflict: it cannot be booked now.

    """
    quote = session.get(Quote, quote_id)
    if quote is None:
        raise NotFound
    require(actor, Permission.QUOTE_ACCEPT, Subject(quote.brand_id, quote.influencer_id))
    require_approved_brand(session, brand_id=quote.brand_id)
    if influencer_facts(session, influencer_id=quote.influencer_id, now=now).is_suspended:
        raise NotEligible([EligibilityCode.ACCOUNT_SUSPENDED])
    terms = session.get_one(TermsSnapshot, quote.terms_id)
    brief_id = _lock_place(session, terms)
    find_origin(session, path=terms.path, terms_id=terms.id)  # locked before the quote, as everywhere
    session.refresh(quote, with_for_update=True)
    take_quote(session, actor=actor, quote=quote, seen_hash=seen_hash, now=now)
    mark_booked(session, actor=actor, path=terms.path, terms_id=terms.id, now=now)
    booking = _add_booking(session, quote, terms, brief_id=brief_id, now=now)
    deliverables = _add_deliverables(session, booking, quote, terms)
    money.open_escrow(session, booking, deliverables, now=now)
    clocks.open_timer(session, booking=booking, kind=TimerKind.PAY, due_at=booking.pay_before)
    change = Change(
        "booking.created",
        None,
        booking.status,
        params={"quote_id": quote.id, "hash": quote.hash, "total_minor": quote.total_minor},
    )
    record_change(session, booking, change, actor=actor, now=now)
    return booking


def _lock_place(session: Session, terms: TermsSnapshot) -> str | None:
    """Hold the brief's row while its places are counted, so that two acceptances cannot take the last one."""
    if terms.brief_version_id is None:
        return None
    version = session.get_one(BriefVersion, terms.brief_version_id)
    brief = session.get_one(Brief, version.brief_id, with_for_update=True, populate_existing=True)
    live = session.get_one(BriefVersion, brief.live_version_id or version.id)
    if count_taken_places(session, brief_id=brief.id) >= live.seats:
        raise BriefPlacesTaken
    return brief.id


def _add_booking(
    session: Session, quote: Quote, terms: TermsSnapshot, *, brief_id: str | None, now: datetime
) -> Booking:
    listing_id = None
    if terms.listing_version_id is not None:
        listing_id = session.get_one(ListingVersion, terms.listing_version_id).listing_id
    booking = Booking(
        quote_id=quote.id,
        terms_id=terms.id,
        path=terms.path,
        brief_id=brief_id,
        listing_id=listing_id,
        brand_id=quote.brand_id,
        influencer_id=quote.influencer_id,
        title=terms.title,
        status=BookingStatus.AWAITING_PAYMENT,
        currency=quote.currency,
        net_minor=quote.net_minor,
        total_minor=quote.total_minor,
        revision=1,
        created_at=now,
        pay_before=quote.expires_at,
    )
    session.add(booking)
    session.flush()
    return booking


def _add_deliverables(
    session: Session, booking: Booking, quote: Quote, terms: TermsSnapshot
) -> Sequence[Deliverable]:
    pieces: dict[int, dict[str, Any]] = {piece["number"]: piece for piece in terms.deliverables}
    rows = [
        Deliverable(
            booking_id=booking.id,
            number=part["number"],
            kind=part["kind"],
            platform=pieces[part["number"]]["platform"],
            title=part["title"],
            is_published=pieces[part["number"]]["is_published"],
            status=DeliverableStatus.PENDING,
            net_minor=part["net_minor"],
            fee_minor=part["fee_minor"],
            tax_minor=part["tax_minor"],
            posting_from=terms.posting_from,
            posting_until=terms.posting_until,
            rounds_used=0,
            release_minor=0,
            refund_minor=0,
        )
        for part in quote.parts
    ]
    session.add_all(rows)
    session.flush()
    return rows
