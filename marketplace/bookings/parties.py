"""Whose a booking is, by name, for what somebody else reads and approves."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.bookings.rooms import PartyView
from marketplace.brands.models import Brand
from marketplace.influencers.models import Influencer

_NAMES = (
    select(Brand.name, Brand.name_ar, Influencer.name, Influencer.name_ar)
    .select_from(Booking)
    .join(Brand, Brand.id == Booking.brand_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .where(Booking.id == bindparam("booking_id"))
)

_SIDES = (
    select(
        Booking.id,
        Booking.title,
        Brand.id.label("brand_id"),
        Brand.name.label("brand"),
        Brand.name_ar.label("brand_ar"),
        Influencer.id.label("influencer_id"),
        Influencer.name,
        Influencer.name_ar,
        Influencer.handle,
    )
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .join(Brand, Brand.id == Booking.brand_id)
    .where(Booking.id.in_(bindparam("booking_ids", expanding=True)))
)

_PEOPLE = select(Influencer.id, Influencer.name, Influencer.name_ar, Influencer.handle).where(
    Influencer.id.in_(bindparam("influencer_ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class BookingSides:
    """What a booking is called and who made it."""

    title: str
    brand: PartyView
    influencer: PartyView


def sides_of(session: Session, booking_ids: Sequence[str | None]) -> dict[str, BookingSides]:
    """Return who made these bookings, by booking, in one statement at most; ids that are none of ours are left out."""
    known = sorted({each for each in booking_ids if each is not None})
    rows = session.execute(_SIDES, {"booking_ids": known}) if known else ()
    return {
        row[0]: BookingSides(row.title, brand=PartyView(*row[2:5]), influencer=PartyView(*row[5:]))
        for row in rows
    }


def people_of(session: Session, influencer_ids: Sequence[str | None]) -> dict[str, PartyView]:
    """Return these influencers by id, in one statement at most; ids that are none of ours are left out."""
    known = sorted({each for each in influencer_ids if each is not None})
    rows = session.execute(_PEOPLE, {"influencer_ids": known}) if known else ()
    return {row[0]: PartyView(*row) for row in rows}


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
