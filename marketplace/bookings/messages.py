"""Messages between the parties of a booking; they decide nothing and go on while a booking is frozen."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus
from marketplace.bookings.models import Booking, Message
from marketplace.bookings.recording import subject_of
from marketplace.bookings.refusals import ReasonMissing
from marketplace.deals.records import read_text, refuse_contact
from marketplace.errors import NotFound
from marketplace.outbox import operations as outbox
from marketplace.ownership import require
from marketplace.policies import Actor, Permission
from marketplace.quotes.sides import side_of
from marketplace.web.language import lazy_gettext as _

MESSAGE_MAX = 4_000
BEFORE_MONEY_IS_HELD = frozenset({BookingStatus.AWAITING_PAYMENT, BookingStatus.EXPIRED})


def send_message(session: Session, *, actor: Actor, booking_id: str, text: str, now: datetime) -> Message:
    """Write to the other side.

    Raises:
        NotFound, Forbidden: see their classes.
        ReasonMissing, TextTooLong: with the field at fault.
        ContactDetailsTooEarly: no money is held yet.

    """
    booking = session.get(Booking, booking_id, with_for_update=True, populate_existing=True)
    if booking is None:
        raise NotFound
    require(actor, Permission.BOOKING_MESSAGE, subject_of(booking))
    cleaned = read_text(text, field="text", length_max=MESSAGE_MAX)
    if not cleaned:
        message = _("Write something first.")
        raise ReasonMissing(message, fields={"text": message})
    if booking.status in BEFORE_MONEY_IS_HELD:
        refuse_contact(cleaned, field="text")
    booking.revision += 1
    row = Message(
        booking_id=booking.id,
        number=booking.revision,
        author_id=actor.user_id,
        author_side=side_of(actor, subject_of(booking)),
        text=cleaned,
        at=now,
    )
    session.add(row)
    session.flush()
    payload = {"booking_id": booking.id, "message_id": row.id}
    outbox.put(session, "message.sent", payload, now=now, key=f"message.sent:{row.id}")
    return row
