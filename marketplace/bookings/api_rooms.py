"""The answer of every call about a booking: its room, read after what the call did."""

from typing import Any

from marketplace.bookings.models import Contest, Deliverable
from marketplace.bookings.queries import booking_room
from marketplace.bookings.schemas import BookingSchema
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.quotes.card_bodies import card_body
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema import plain

blueprint = ApiBlueprint("bookings", description="Work that was agreed, and its held payment.")
ROOM, BOOKING = "/bookings/{id}", "/bookings/<id:booking_id>"
WORK, CONTEST = "/deliverables/<id:deliverable_id>", "/contests/<id:contest_id>"


@blueprint.resource(BOOKING, answer=BookingSchema, found_at=ROOM)
def room_body(booking_id: str) -> dict[str, Any]:
    """Return the room of a booking as JSON-like values. Raises NotFound."""
    room = booking_room(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    return {**plain(room), "card": card_body(room.card), "criteria": list(room.criteria)}


@blueprint.resource(WORK, answer=BookingSchema, found_at=ROOM)
def room_of_deliverable(deliverable_id: str) -> dict[str, Any]:
    """Return the room that a deliverable belongs to. Raises NotFound."""
    found = db.session.get(Deliverable, deliverable_id)
    if found is None:
        raise NotFound(_("There is no such work."))
    return room_body(found.booking_id)


@blueprint.resource(CONTEST, answer=BookingSchema, found_at=ROOM)
def room_of_contest(contest_id: str) -> dict[str, Any]:
    """Return the room that a contest belongs to. Raises NotFound."""
    found = db.session.get(Contest, contest_id)
    if found is None:
        raise NotFound(_("There is no such dispute."))
    return room_body(found.booking_id)
