"""What every change of a booking leaves behind: a line in the room, an audit row, an outbox row, a new revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.bookings.models import Booking, BookingEvent, Deliverable
from marketplace.outbox import operations as outbox
from marketplace.policies import Actor, Subject
from marketplace.quotes.sides import side_of


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `event` names the room's line, the audit action and the outbox kind alike."""

    event: str
    before: str | None = None
    after: str | None = None
    reason: str = ""
    params: Mapping[str, Any] | None = None


def record_change(
    session: Session,
    booking: Booking,
    change: Change,
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable | None = None,
) -> None:
    """Write the change down everywhere it must be read, inside the caller's transaction."""
    params = dict(change.params or {})
    side = side_of(actor, subject_of(booking))
    booking.revision += 1
    session.add(
        BookingEvent(
            booking_id=booking.id,
            deliverable_id=deliverable.id if deliverable is not None else None,
            at=now,
            number=booking.revision,
            actor_kind=side,
            actor_id=actor.user_id,
            kind=change.event,
            params=params,
        )
    )
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=change.event,
        subject_type="booking" if deliverable is None else "deliverable",
        subject_id=booking.id if deliverable is None else deliverable.id,
        now=now,
        before={"status": change.before} if change.before is not None else None,
        after={"status": change.after, **params} if change.after is not None else params,
        reason=change.reason,
        stream=f"booking:{booking.id}",
    )
    # The revision tells a second round from the first, so that it is announced as well.
    payload: dict[str, Any] = {"booking_id": booking.id, "revision": booking.revision}
    if deliverable is not None:
        payload["deliverable_id"] = deliverable.id
    outbox.put(
        session, change.event, payload, now=now, key=f"{change.event}:{booking.id}:r{booking.revision}"
    )


def subject_of(booking: Booking) -> Subject:
    """Return both sides of a booking, as the policy table asks for them."""
    return Subject(brand_id=booking.brand_id, influencer_id=booking.influencer_id)
