"""Finds somebody in the seeded demo who can open a page, and the ids in its address."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import DeliverableStatus
from marketplace.bookings.models import Booking, Deliverable
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.models import Application
from marketplace.influencers.models import Influencer
from marketplace.listings.models import Listing
from marketplace.moderation.models import ModerationCase
from marketplace.notifications.models import MailMessage
from marketplace.quotes.models import Quote
from tests.browser.seeded import email_of_brand, email_of_influencer

OPERATOR = "operator@demo.athar.example"
STRANGER = ""


@dataclass(frozen=True)
class Visit:
    """Somebody (by mail address; empty when not signed in) opens a path."""

    email: str
    path: str


Find = Callable[[Session], Visit]


def busiest_brand(session: Session) -> str:
    counted = select(Booking.brand_id).group_by(Booking.brand_id).order_by(func.count().desc())
    return str(session.scalars(counted.limit(1)).one())


def busiest_influencer(session: Session) -> str:
    counted = select(Booking.influencer_id).group_by(Booking.influencer_id).order_by(func.count().desc())
    return str(session.scalars(counted.limit(1)).one())


def of_operator(path: str) -> Find:
    return lambda _session: Visit(OPERATOR, path)


def of_anybody(path: str) -> Find:
    return lambda _session: Visit(STRANGER, path)


def of_brand(path: str) -> Find:
    return lambda session: Visit(email_of_brand(session, busiest_brand(session)), path)


def of_influencer(path: str) -> Find:
    return lambda session: Visit(email_of_influencer(session, busiest_influencer(session)), path)


def of_brief(path: str, status: str = "open") -> Find:
    """The brief of this status with the most applications, seen by its brand's owner."""

    def find(session: Session) -> Visit:
        statement = (
            select(Brief)
            .outerjoin(Application, Application.brief_id == Brief.id)
            .where(Brief.status == status)
            .group_by(Brief.id)
            .order_by(func.count(Application.id).desc(), Brief.id)
        )
        brief = session.scalars(statement.limit(1)).one()
        return Visit(email_of_brand(session, brief.brand_id), path.format(brief=brief.id))

    return find


def of_work(path: str, status: DeliverableStatus, *, is_brand: bool) -> Find:
    """The first work of this status, seen by one side."""

    def find(session: Session) -> Visit:
        statement = (
            select(Deliverable, Booking)
            .join(Booking, Booking.id == Deliverable.booking_id)
            .where(Deliverable.status == status)
            .order_by(Deliverable.id)
        )
        work, booking = session.execute(statement.limit(1)).one()
        email = (
            email_of_brand(session, booking.brand_id)
            if is_brand
            else email_of_influencer(session, booking.influencer_id)
        )
        return Visit(email, path.format(booking=booking.id, work=work.id))

    return find


def of_case(subject_type: str) -> Find:
    def find(session: Session) -> Visit:
        statement = select(ModerationCase.id).where(
            ModerationCase.subject_type == subject_type, ModerationCase.status == "open"
        )
        case_id = session.scalars(statement.order_by(ModerationCase.opened_at).limit(1)).one()
        return Visit(OPERATOR, f"/operate/cases/{case_id}")

    return find


def open_quote(session: Session, *, is_brand: bool) -> Visit:
    quote = session.scalars(select(Quote).where(Quote.status == "open").limit(1)).one()
    email = (
        email_of_brand(session, quote.brand_id)
        if is_brand
        else email_of_influencer(session, quote.influencer_id)
    )
    return Visit(email, f"/quotes/{quote.id}")


def waiting_application(session: Session, *, is_brand: bool) -> Visit:
    statement = (
        select(Application, Brief)
        .join(Brief, Brief.id == Application.brief_id)
        .where(Application.status == "submitted")
    )
    row, brief = session.execute(statement.limit(1)).one()
    email = (
        email_of_brand(session, brief.brand_id)
        if is_brand
        else email_of_influencer(session, row.influencer_id)
    )
    return Visit(email, f"/applications/{row.id}")


def unpaid_booking(session: Session) -> Visit:
    booking = session.scalars(select(Booking).where(Booking.status == "awaiting_payment").limit(1)).one()
    return Visit(email_of_brand(session, booking.brand_id), f"/bookings/{booking.id}/pay")


def listing_on_sale(path: str) -> Find:
    """A listing on sale, seen by the busiest brand."""

    def find(session: Session) -> Visit:
        listing = session.scalars(
            select(Listing).where(Listing.status == "approved").order_by(Listing.id).limit(1)
        ).one()
        return Visit(email_of_brand(session, busiest_brand(session)), path.format(listing=listing.id))

    return find


def own_listing(session: Session) -> Visit:
    influencer_id = busiest_influencer(session)
    listing = session.scalars(select(Listing).where(Listing.influencer_id == influencer_id).limit(1)).one()
    return Visit(email_of_influencer(session, influencer_id), f"/listings/{listing.id}/edit")


def shown_profile(session: Session) -> Visit:
    influencer = session.get_one(Influencer, busiest_influencer(session))
    return Visit(email_of_brand(session, busiest_brand(session)), f"/influencers/{influencer.handle}")


def answerable_brief(path: str) -> Find:
    """An open brief with its own price, seen by an influencer who has not answered it."""

    def find(session: Session) -> Visit:
        brief = session.scalars(
            select(Brief)
            .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
            .where(Brief.status == "open", BriefVersion.pricing == "fixed")
            .order_by(Brief.published_at.desc())
            .limit(1)
        ).one()
        answered = select(Application.influencer_id).where(Application.brief_id == brief.id)
        other = session.scalars(
            select(Influencer.id).where(Influencer.id.not_in(answered)).order_by(Influencer.handle).limit(1)
        ).one()
        return Visit(email_of_influencer(session, other), path.format(brief=brief.id))

    return find


def orderable_listing(session: Session) -> tuple[str, str]:
    """A listing (id, its influencer's handle) of somebody free who has worked here before."""
    at_work = select(Booking.influencer_id).where(
        Booking.status.not_in(("completed", "cancelled", "expired"))
    )
    has_worked = select(Booking.influencer_id).where(Booking.status == "completed")
    statement = (
        select(Listing.id, Influencer.handle)
        .join(Influencer, Influencer.id == Listing.influencer_id)
        .where(Listing.status == "approved", Influencer.open_slots >= 2)
        .where(Influencer.id.not_in(at_work), Influencer.id.in_(has_worked))
        .order_by(Influencer.handle)
    )
    listing_id, handle = session.execute(statement.limit(1)).one()
    return str(listing_id), str(handle)


def newest_mail(session: Session) -> Visit:
    mail_id = session.scalars(select(MailMessage.id).order_by(MailMessage.created_at.desc()).limit(1)).one()
    return Visit(STRANGER, f"/demo/mailbox/{mail_id}")


def booking_ledger(session: Session) -> Visit:
    booking_id = session.scalars(select(Booking.id).where(Booking.status == "completed").limit(1)).one()
    return Visit(OPERATOR, f"/operate/ledger/{booking_id}")
