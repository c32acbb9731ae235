"""The answer of every call about a booking: its room, read after what the call did."""

from typing import Any

from marketplace.bookings.models import Contest, Deliverable
from marketplace.bookings.queries import booking_room
from marketplace.db import db
from marketplace.quotes.card_bodies import card_body
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

blueprint = ApiBlueprint("bookings", description="Work that was agreed, and its held payment.")
ROOM = "/bookings/{id}"


def room_body(booking_id: str) -> dict[str, Any]:
    """Return the room of a booking as JSON-like values. Raises NotFound."""
    room = booking_room(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    return {**plain(room), "card": card_body(room.card), "criteria": list(room.criteria)}


def room_of_deliverable(deliverable_id: str) -> dict[str, Any]:
    """Return the room that a deliverable belongs to. Raises NotFound."""
    return room_body(db.session.get_one(Deliverable, deliverable_id).booking_id)


def room_of_contest(contest_id: str) -> dict[str, Any]:
    """Return the room that a contest belongs to."""
    return room_body(db.session.get_one(Contest, contest_id).booking_id)
