"""The influencer's answer to a paid order."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.cancellation import free_place, give_back
from marketplace.bookings.domain import BookingAction, TimerKind
from marketplace.bookings.locks import Case, open_case
from marketplace.bookings.models import Booking
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.work_start import start_work
from marketplace.deals.domain import INFLUENCER_REFUSALS
from marketplace.deals.records import read_refusal
from marketplace.errors import Forbidden
from marketplace.policies import Actor, Permission
from marketplace.web.language import lazy_gettext as _


def accept_order(session: Session, *, actor: Actor, booking_id: str, now: datetime) -> Booking:
    """Accept a paid order (T6): the work begins. This is the influencer's consent.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen: see their classes.

    """
    case = open_case(session, actor=actor, booking_id=booking_id, permission=Permission.BOOKING_ANSWER_ORDER)
    if actor.is_suspended:  # declining stays possible, and silence pays back
        raise Forbidden(_("Your account is suspended: running bookings go on, nothing new can be started."))
    start_work(session, case, action=BookingAction.ACCEPT_ORDER, event="order.accepted", now=now)
    kinds = [TimerKind.ACCEPT_ORDER]
    clocks.close_timers(session, booking=case.booking, kinds=kinds, now=now)
    return case.booking


def decline_order(session: Session, *, actor: Actor, booking_id: str, code: str, now: datetime) -> Booking:
    """Decline a paid order with a reason code (`INFLUENCER_REFUSALS`); everything goes back (T7).

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, RefusalCodeUnknown: see their classes.

    """
    case = open_case(session, actor=actor, booking_id=booking_id, permission=Permission.BOOKING_ANSWER_ORDER)
    reason = read_refusal(code, INFLUENCER_REFUSALS)
    end_order(session, case, action=BookingAction.DECLINE_ORDER, reason=reason, now=now)
    return case.booking


def end_order(session: Session, case: Case, *, action: BookingAction, reason: str, now: datetime) -> None:
    """End a paid order under the lock, by the influencer's answer or by their silence."""
    booking = case.booking
    before, booking.status = booking.status, case.check(action)
    booking.closed_reason = reason
    kinds = [TimerKind.ACCEPT_ORDER]
    clocks.close_timers(session, booking=booking, kinds=kinds, now=now)
    change = Change("order.declined", before, booking.status, params={"code": reason})
    record_change(session, booking, change, actor=case.actor, now=now)
    give_back(session, case, reason="order_declined", now=now)
    free_place(session, case, now=now)
