"""Bookings over the API: from the accepted quote to the last line of the room."""

from typing import Any

from marketplace.bookings import api_operators, api_work, operations, queries
from marketplace.bookings.api_rooms import ROOM, blueprint, room_body
from marketplace.bookings.schemas import (
    BookingPageSchema,
    BookingQuery,
    BookingSchema,
    CancelSchema,
    MessageBodySchema,
    OrderDeclineSchema,
    QuoteAcceptSchema,
)
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.quotes.api import show_quote
from marketplace.quotes.schemas import PriceCardSchema
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.cursors import time_page
from marketplace.web.schema import plain

__all__ = ["api_operators", "api_work", "blueprint"]  # all modules add their calls to the one blueprint

QUOTE = "/quotes/<id:quote_id>"
blueprint.resource(QUOTE, answer=PriceCardSchema, found_at="/quotes/{quote_id}")(show_quote)


@blueprint.write(
    f"{QUOTE}/accept",
    answer=BookingSchema,
    body=QuoteAcceptSchema,
    status=201,
    found_at=ROOM,
    is_money=True,
)
@requires(Permission.QUOTE_ACCEPT)
def accept_quote(body: dict[str, Any], quote_id: str) -> dict[str, Any]:
    """Accept exactly the quote that you read.

    This makes the booking, which waits for its payment; `seen_hash` is the hash of the price card.
    """
    booking = operations.accept_quote(
        db.session, actor=current_actor(), quote_id=quote_id, seen_hash=body["seen_hash"], now=now()
    )
    return room_body(booking.id)


@blueprint.read("/bookings", answer=BookingPageSchema, query=BookingQuery)
@requires(Permission.BOOKING_VIEW)
def list_bookings(query: dict[str, Any]) -> dict[str, Any]:
    """List your bookings, newest first, each with its next step."""
    limit = query["limit"]
    rows = queries.list_bookings(
        db.session,
        actor=current_actor(),
        statuses=[query["status"]] if "status" in query else None,
        limit=limit + 1,
        after=query["cursor"],
        now=now(),
    )
    return time_page(plain(rows[:limit]), last=rows[limit - 1] if len(rows) > limit else None)


@blueprint.read("/bookings/<id:booking_id>", answer=BookingSchema)
@requires(Permission.BOOKING_VIEW)
def show_booking(booking_id: str) -> dict[str, Any]:
    """Show a booking with everything that was handed in, every clock and every line."""
    return room_body(booking_id)


@blueprint.write("/bookings/<id:booking_id>/accept-order", answer=BookingSchema)
@requires(Permission.BOOKING_ANSWER_ORDER)
def accept_order(booking_id: str) -> dict[str, Any]:
    """Accept a paid order: the work begins."""
    operations.accept_order(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    return room_body(booking_id)


@blueprint.write("/bookings/<id:booking_id>/decline-order", answer=BookingSchema, body=OrderDeclineSchema)
@requires(Permission.BOOKING_ANSWER_ORDER)
def decline_order(body: dict[str, Any], booking_id: str) -> dict[str, Any]:
    """Decline a paid order; everything goes back to the brand."""
    operations.decline_order(
        db.session, actor=current_actor(), booking_id=booking_id, code=body["code"], now=now()
    )
    return room_body(booking_id)


@blueprint.write(
    "/bookings/<id:booking_id>/cancel",
    answer=BookingSchema,
    body=CancelSchema,
    is_body_optional=True,
    is_money=True,
)
@requires(Permission.BOOKING_CANCEL)
def cancel_booking(body: dict[str, Any], booking_id: str) -> dict[str, Any]:
    """Cancel what is not decided yet.

    What each side gets is in `deliverables[].cancellation` before, and final after.
    """
    operations.cancel_booking(db.session, actor=current_actor(), booking_id=booking_id, now=now(), **body)
    return room_body(booking_id)


@blueprint.write(
    "/bookings/<id:booking_id>/messages",
    answer=BookingSchema,
    body=MessageBodySchema,
    status=201,
    found_at=ROOM,
)
@requires(Permission.BOOKING_MESSAGE)
def send_message(body: dict[str, Any], booking_id: str) -> dict[str, Any]:
    """Write to the other side; a message decides nothing."""
    operations.send_message(
        db.session, actor=current_actor(), booking_id=booking_id, text=body["text"], now=now()
    )
    return room_body(booking_id)
