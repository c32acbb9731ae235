"""What stands on a document, as JSON values: who, to whom, for what, how much, under which price. No words of ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, Deliverable
from marketplace.brands.models import Brand
from marketplace.documents.domain import Line, LineKey, Piece
from marketplace.influencers.models import Influencer
from marketplace.quotes.models import Quote
from marketplace.settings import Settings
from marketplace.taxes.domain import tax_inside
from marketplace.taxes.models import TaxProfile
from marketplace.taxes.queries import profiles_of
from marketplace.taxes.sides import TaxSide


@dataclass(frozen=True, slots=True)
class Deal:
    """Everything of a booking that its documents name."""

    booking: Booking
    quote: Quote
    brand: Brand
    influencer: Influencer
    profiles: Mapping[str, TaxProfile]
    deliverables: Sequence[Deliverable]


def read_deal(session: Session, booking_id: str) -> Deal:
    """Return a booking with what its documents name, in three statements."""
    booking, quote, brand, influencer = session.execute(
        select(Booking, Quote, Brand, Influencer)
        .join(Quote, Quote.id == Booking.quote_id)
        .join(Brand, Brand.id == Booking.brand_id)
        .join(Influencer, Influencer.id == Booking.influencer_id)
        .where(Booking.id == booking_id)
    ).one()
    deliverables = session.scalars(
        select(Deliverable).where(Deliverable.booking_id == booking_id).order_by(Deliverable.number)
    ).all()
    profiles = profiles_of(session, brand_id=brand.id, influencer_id=influencer.id)
    return Deal(booking, quote, brand, influencer, profiles, deliverables)


def pieces_of(deal: Deal) -> tuple[Piece, ...]:
    """Return the amounts of every deliverable as the quote fixed them."""
    return tuple(
        Piece(row["number"], row["title"], row["net_minor"], row["fee_minor"], row["tax_minor"], row["kind"])
        for row in deal.quote.parts
    )


def operator_party(settings: Settings) -> dict[str, str]:
    """Return who runs the site, as documents name them."""
    return {
        "name": settings.company_name or "Athar",
        "name_ar": "",
        "address": settings.company_address,
        "country": settings.company_country,
        "tax_number": settings.company_tax_number,
    }


def brand_party(deal: Deal) -> dict[str, str]:
    """Return the brand: its legal name and tax number where it stated them."""
    return _party(deal.brand, deal.profiles.get(TaxSide.BRAND), deal.brand.city)


def influencer_party(deal: Deal) -> dict[str, str]:
    """Return the influencer: legal name and tax number where they stated them."""
    return _party(deal.influencer, deal.profiles.get(TaxSide.INFLUENCER), deal.influencer.city)


def _party(side: Brand | Influencer, profile: TaxProfile | None, city: str) -> dict[str, str]:
    if profile is not None:
        return {
            "name": profile.legal_name,
            "name_ar": "",
            "address": profile.address,
            "country": profile.country,
            "tax_number": profile.number,
        }
    return {
        "name": side.name,
        "name_ar": side.name_ar,
        "address": city,
        "country": side.country or "",
        "tax_number": "",
    }


def build_content(
    deal: Deal,
    *,
    issuer: Mapping[str, str],
    supplier: Mapping[str, str],
    recipient: Mapping[str, str],
    lines: Sequence[Line],
    issued_on: date,
    occurred_at: datetime,
    corrects: str = "",
) -> dict[str, Any]:
    """Return the content without kind, number and the tax inside the work, which the issue adds."""
    quote = deal.quote
    return {
        "issued_on": issued_on.isoformat(),
        "occurred_at": occurred_at.isoformat(),
        "currency": deal.booking.currency,
        "booking": {"id": deal.booking.id, "title": deal.booking.title},
        "influencer": {"name": deal.influencer.name, "name_ar": deal.influencer.name_ar},
        "quote": {
            "id": quote.id,
            "hash": quote.hash,
            "net_minor": quote.net_minor,
            "fee_minor": quote.fee_minor,
            "fee_bps": quote.policy["fee_bps"],
            "processing_minor": quote.policy.get("processing_minor", 0),
        },
        "issuer": dict(issuer),
        "supplier": dict(supplier),
        "recipient": dict(recipient),
        "lines": [line.as_plain() for line in lines],
        "total_minor": sum(line.amount_minor for line in lines),
        "tax": quote.policy["tax"],
        "corrects": corrects,
    }


def supply_tax(
    quote: Quote, content: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the tax of a registered influencer inside what these lines pay for their work.

    `earlier` are the contents of the booking's documents of this kind so far: rounded together with them, so that all
    of them add up to the tax of the whole and never beyond.
    """
    rate = quote.policy.get("supply_tax")
    if not rate or not rate["bps"]:
        return None
    before_minor = sum(supplied_minor(each) for each in earlier)
    until_before, until_now = (
        tax_inside(minor, rate["bps"], currency=quote.currency)
        for minor in (before_minor, before_minor + supplied_minor(content))
    )
    return {
        "bps": rate["bps"],
        "country": rate["country"],
        "source": rate["source"],
        "included_minor": until_now - until_before,
    }


def supplied_minor(content: Mapping[str, Any]) -> int:
    """Return what the lines of a content pay for work."""
    return sum(
        line["amount_minor"] for line in content["lines"] if line["key"] not in {LineKey.FEE, LineKey.TAX}
    )
