"""Whose a booking is, by name, for what somebody else reads and approves."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.brands.models import Brand
from marketplace.influencers.models import Influencer

_NAMES = (
    select(Brand.name, Brand.name_ar, Influencer.name, Influencer.name_ar)
    .select_from(Booking)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .where(Booking.id == bindparam("booking_id"))
)


def names_of_parties(session: Session, booking: Booking) -> dict[str, str]:
    """Return the names of brand and influencer, each also in Arabic (empty where there is none)."""
    names = session.execute(_NAMES, {"booking_id": booking.id}).one()
    brand, brand_ar, influencer, influencer_ar = names
    return {
        "brand": brand,
        "brand_ar": brand_ar or "",
        "influencer": influencer,
        "influencer_ar": influencer_ar or "",
    }
