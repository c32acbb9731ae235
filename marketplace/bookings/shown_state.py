"""The state a booking is shown in: one rule for every list and page."""

from sqlalchemy import ColumnElement, select

from marketplace.bookings.domain import BookingStatus, DeliverableStatus
from marketplace.bookings.models import Booking, Contest

#: of a piece of work whose dispute is not over
DISPUTED = (DeliverableStatus.CONTESTED, DeliverableStatus.RULED, DeliverableStatus.APPEALED)
FROZEN, CONTESTED = "frozen", "contested"
#: a contest of a post goes on after its booking is over
IS_DISPUTED: ColumnElement[bool] = Booking.id.in_(
    select(Contest.booking_id).where(Contest.closed_at.is_(None))
)


def shown_state(status: str, *, is_frozen: bool, is_disputed: bool) -> str:
    """Return the status, or "frozen" or "contested" where that says more.

    `is_disputed`: something of the booking is in a dispute that is not over, whatever its own status.
    """
    if status == BookingStatus.CLOSED_BY_CHARGEBACK:
        return status
    if is_frozen:
        return FROZEN
    return CONTESTED if is_disputed else status
