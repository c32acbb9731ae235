"""What operators do with a booking over the API: stop it, let it go on, say what they found of a live post."""

from typing import Any

from marketplace.bookings import operations
from marketplace.bookings.api_rooms import BOOKING, ROOM, WORK, blueprint, room_body, room_of_deliverable
from marketplace.bookings.schemas import BookingSchema
from marketplace.bookings.schemas_operators import FreezeBodySchema, PostFindingBodySchema
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now


@blueprint.write(f"{BOOKING}/freeze", answer=BookingSchema, body=FreezeBodySchema)
@requires(Permission.BOOKING_FREEZE)
def freeze_booking(body: dict[str, Any], booking_id: str) -> dict[str, Any]:
    """Stop a paid booking: no step, no clock and no money moves until it goes on; both sides read the reason."""
    operations.freeze_booking(
        db.session, actor=current_actor(), booking_id=booking_id, reason=body["reason"], now=now()
    )
    return room_body(booking_id)


@blueprint.write(f"{BOOKING}/unfreeze", answer=BookingSchema)
@requires(Permission.BOOKING_FREEZE)
def unfreeze_booking(booking_id: str) -> dict[str, Any]:
    """Let a frozen booking go on; its clocks run from where they stood."""
    operations.unfreeze_booking(db.session, actor=current_actor(), booking_id=booking_id, now=now())
    return room_body(booking_id)


@blueprint.write(f"{WORK}/restore-post", answer=BookingSchema, body=PostFindingBodySchema)
@requires(Permission.CASE_DECIDE)
def restore_post(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Say, having looked, that a post reported as gone had stayed up: the report is undone and its strike withdrawn."""
    operations.restore_publication(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)


@blueprint.write(
    f"{WORK}/report-found-gone", answer=BookingSchema, body=PostFindingBodySchema, status=201, found_at=ROOM
)
@requires(Permission.CASE_DECIDE)
def report_found_gone(body: dict[str, Any], deliverable_id: str) -> dict[str, Any]:
    """Say, having looked, that a live post is gone: this opens a contest that another operator decides."""
    operations.report_found_gone(
        db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now(), **body
    )
    return room_of_deliverable(deliverable_id)
