"""What an event is about: names, amounts and deadlines that a sentence may mention, and the two sides to tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, BookingEvent, Deliverable, Message, Timer
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.models import Application, Invitation
from marketplace.influencers.models import Influencer
from marketplace.quotes.models import Quote


@dataclass(frozen=True, slots=True)
class Facts:
    """`params` fill the sentences; `ids` fill the addresses."""

    brand_id: str
    influencer_id: str
    params: Mapping[str, Any]
    ids: Mapping[str, str] = field(default_factory=dict)
    author_side: str | None = None


def moment(at: datetime) -> dict[str, str]:
    """Return a moment as a sentence's param."""
    return {"at": at.isoformat()}


def money(amount_minor: int, currency: str) -> dict[str, Any]:
    """Return an amount as a sentence's param."""
    return {"minor": amount_minor, "currency": currency}


def _names(session: Session, brand_id: str, influencer_id: str) -> dict[str, dict[str, str]]:
    brand, influencer = session.get_one(Brand, brand_id), session.get_one(Influencer, influencer_id)
    return {
        "brand": {"en": brand.name, "ar": brand.name_ar or ""},
        "influencer": {"en": influencer.name, "ar": influencer.name_ar or ""},
    }


def application_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read an application's event."""
    return _proposal_facts(session, session.get_one(Application, payload["application_id"]), "application_id")


def invitation_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read an invitation's event."""
    return _proposal_facts(session, session.get_one(Invitation, payload["invitation_id"]), "invitation_id")


def _proposal_facts(session: Session, row: Application | Invitation, id_name: str) -> Facts:
    version = session.get_one(BriefVersion, row.brief_version_id)
    brand_id = session.get_one(Brief, row.brief_id).brand_id
    names = _names(session, brand_id, row.influencer_id)
    ids = {id_name: row.id, "brief_id": row.brief_id}
    return Facts(brand_id, row.influencer_id, {**names, "title": version.title}, ids)


def quote_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read a quote's event."""
    quote = session.get_one(Quote, payload["quote_id"])
    params = {
        **_names(session, quote.brand_id, quote.influencer_id),
        "total": money(quote.total_minor, quote.currency),
        "net": money(quote.net_minor, quote.currency),
        "until": moment(quote.expires_at),
    }
    return Facts(quote.brand_id, quote.influencer_id, params, {"quote_id": quote.id})


def booking_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read a booking's event, of the whole or of one deliverable."""
    booking = session.get_one(Booking, payload["booking_id"])
    deliverable_id = payload.get("deliverable_id")
    deliverable = session.get(Deliverable, deliverable_id) if deliverable_id else None
    net, whole = booking.net_minor, booking.total_minor
    if deliverable is not None:
        net, whole = (
            deliverable.net_minor,
            deliverable.net_minor + deliverable.fee_minor + deliverable.tax_minor,
        )
    params = {
        **_names(session, booking.brand_id, booking.influencer_id),
        "title": deliverable.title if deliverable is not None else booking.title,
        "total": money(booking.total_minor, booking.currency),
        "net": money(net, booking.currency),
        "amount": money(whole, booking.currency),
        "until": _next_deadline(session, booking, deliverable),
        "note": _note(session, booking, deliverable, payload.get("revision")),
    }
    return Facts(booking.brand_id, booking.influencer_id, params, {"booking_id": booking.id})


def _next_deadline(session: Session, booking: Booking, deliverable: Deliverable | None) -> Any:
    statement = select(Timer.due_at).where(Timer.booking_id == booking.id, Timer.closed_at.is_(None))
    if deliverable is not None:
        statement = statement.where(Timer.deliverable_id == deliverable.id)
    due_at = session.scalar(statement.order_by(Timer.due_at).limit(1))
    return moment(due_at) if due_at is not None else "—"


def _note(session: Session, booking: Booking, deliverable: Deliverable | None, revision: int | None) -> str:
    """Return what was written beside the event of this revision, or else beside the last one."""
    statement = select(BookingEvent.params).where(BookingEvent.booking_id == booking.id)
    if deliverable is not None:
        statement = statement.where(BookingEvent.deliverable_id == deliverable.id)
    if revision is not None:
        statement = statement.where(BookingEvent.number == revision)
    params = session.scalar(statement.order_by(BookingEvent.number.desc()).limit(1)) or {}
    return str(params.get("note") or params.get("reason") or "")


def message_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read a message's event."""
    facts = booking_facts(session, payload)
    message = session.get(Message, payload.get("message_id", ""))
    side = message.author_side if message is not None else None
    return Facts(facts.brand_id, facts.influencer_id, facts.params, facts.ids, author_side=side)
