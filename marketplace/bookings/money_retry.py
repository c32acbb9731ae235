"""An operator sends again what the provider had refused of a deliverable's money, or what came back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import money
from marketplace.bookings.domain import DeliverableAction, DeliverableStatus, Side
from marketplace.bookings.locks import open_deliverable_case
from marketplace.bookings.models import Deliverable
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import StatusConflict
from marketplace.policies import SYSTEM, Actor, Permission


def retry_money(session: Session, *, actor: Actor, deliverable_id: str, now: datetime) -> Deliverable:
    """Plan again the shares of a decided deliverable that are due; what moves or has arrived is left alone.

    Raises:
        NotFound, Forbidden: see their classes.
        StatusConflict: nothing was decided about it yet.
        BookingFrozen, ChargebackOpen: nothing moves now.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_FREEZE
    )
    if deliverable.share_bps is None:
        raise StatusConflict
    settlement = money.retry(session, case.booking, deliverable, now=now)
    deliverable.parked_reason = settlement.parked_reason
    before = deliverable.status
    is_owed = before == DeliverableStatus.APPROVED and settlement.release_minor > 0
    if is_owed and settlement.parked_reason is None and deliverable.released_at is None:
        system = case.by(SYSTEM, Side.SYSTEM)
        deliverable.status = system.check_deliverable(deliverable, DeliverableAction.RELEASE, now=now)
    params = {"parked_reason": settlement.parked_reason}
    change = Change("money.retried", before, deliverable.status, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return deliverable
