"""Running bookings take an influencer's slots; the count is made anew from the bookings, so it cannot drift."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.influencers.records import set_taken_slots

RUNNING = (BookingStatus.FUNDED, BookingStatus.ACTIVE)
#: events after which the count may be another one
EVENTS = (
    "booking.funded",
    "booking.activated",
    "booking.completed",
    "booking.cancelled",
    "booking.closed_by_chargeback",
    "booking.closed_by_ruling",
    "order.declined",
    "order.lapsed",
)


def recount_slots(session: Session, *, booking_id: str, now: datetime) -> None:
    """Count the running bookings of a booking's influencer. Repeating it changes nothing."""
    booking = session.get_one(Booking, booking_id)
    statement = select(func.count()).where(
        Booking.influencer_id == booking.influencer_id, Booking.status.in_(RUNNING)
    )
    set_taken_slots(
        session, influencer_id=booking.influencer_id, taken=session.scalar(statement) or 0, now=now
    )
