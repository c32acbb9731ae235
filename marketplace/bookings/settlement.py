"""Carrying out what was decided about a deliverable's money, and what follows when it has arrived."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
)
from marketplace.bookings.locks import Case, deliverables_of
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.recording import Change, record_change
from marketplace.policies import SYSTEM
from marketplace.quotes.models import Quote
from payments.planning import HELD

WHOLE_BPS = 10_000
#: why a deliverable was divided anew, and why its booking ended when nothing was left of it
POST_TAKEN_DOWN = "post_taken_down"
#: why work ended whose money the payer's bank took back
CHARGEBACK_REASON = "chargeback"
FINAL = frozenset({DeliverableStatus.RELEASED, DeliverableStatus.REFUNDED})


def settle_deliverable(
    session: Session, case: Case, deliverable: Deliverable, *, share_bps: int, now: datetime
) -> None:
    """Move the money of a deliverable that is decided (status `approved`): release, refund, or both.

    Raises:
        BookingFrozen, StatusConflict: see their classes.

    """
    settlement = money.settle(session, case.booking, deliverable, share_bps=share_bps, now=now)
    _note_settlement(session, case, deliverable, settlement, share_bps=share_bps, now=now)


def divide_anew(
    session: Session, case: Case, deliverable: Deliverable, *, share_bps: int, now: datetime
) -> None:
    """Divide a share anew that is owed and has not left (status `approved`): part of it goes back to the brand.

    Raises:
        BookingFrozen: nothing moves now. MoneyOnItsWay: it left a moment ago.

    """
    settlement = money.divide_anew(session, case.booking, deliverable, share_bps=share_bps, now=now)
    _note_settlement(session, case, deliverable, settlement, share_bps=share_bps, now=now)


def hold(session: Session, case: Case, deliverable: Deliverable) -> None:
    """Hold a share that is owed until a ruling about it stands. Raises MoneyOnItsWay."""
    money.hold(session, case.booking, deliverable)
    deliverable.parked_reason = HELD


def end_hold(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Let a share that was held for a ruling go its way whole; one that was not is left alone."""
    if deliverable.parked_reason != HELD:
        return
    settlement = money.end_hold(session, case.booking, deliverable, now=now)
    share_bps = deliverable.share_bps if deliverable.share_bps is not None else WHOLE_BPS
    _note_settlement(session, case, deliverable, settlement, share_bps=share_bps, now=now)


def _note_settlement(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    settlement: money.Settlement,
    *,
    share_bps: int,
    now: datetime,
) -> None:
    system = case.by(SYSTEM, Side.SYSTEM)
    deliverable.share_bps = share_bps
    deliverable.release_minor = settlement.release_minor
    deliverable.refund_minor = settlement.refund_minor
    deliverable.parked_reason = settlement.parked_reason
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
    deliverable.review_until = deliverable.overdue_at = deliverable.contest_until = None
    before = deliverable.status
    if settlement.release_minor == 0:
        deliverable.status = system.check_deliverable(deliverable, DeliverableAction.REFUND, now=now)
        event = "deliverable.refunding"
    elif settlement.parked_reason is None:
        deliverable.status = system.check_deliverable(deliverable, DeliverableAction.RELEASE, now=now)
        event = "deliverable.releasing"
    else:
        event = "deliverable.owed"
    change = Change(
        event,
        before,
        deliverable.status,
        params={
            "share_bps": share_bps,
            "release_minor": settlement.release_minor,
            "refund_minor": settlement.refund_minor,
            "parked_reason": settlement.parked_reason,
        },
    )
    record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)


def note_released(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Book that the influencer's share arrived. Repeating it changes nothing."""
    if deliverable.released_at is not None:
        return
    deliverable.released_at, deliverable.parked_reason = now, None
    if deliverable.refund_minor and deliverable.refunded_at is None:
        session.flush()
        return
    # a refund that came first was told when it came
    action, told_minor = DeliverableAction.FINISH_RELEASE, deliverable.refund_minor
    _finish(session, case, deliverable, action, "deliverable.released", told_minor=told_minor, now=now)


def note_refunded(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Book that the brand's share arrived. Repeating it changes nothing."""
    if deliverable.refunded_at is not None:
        return
    deliverable.refunded_at = now
    if deliverable.status == DeliverableStatus.REFUNDING:
        _finish(session, case, deliverable, DeliverableAction.FINISH_REFUND, "deliverable.refunded", now=now)
    elif deliverable.status not in FINAL and deliverable.released_at is not None:
        _finish(session, case, deliverable, DeliverableAction.FINISH_RELEASE, "deliverable.released", now=now)
    else:  # the other share may wait for long, the refund arrived again, or is what a chargeback left of void work
        status, params = deliverable.status, {"release_minor": 0, "refund_minor": deliverable.refund_minor}
        change = Change("deliverable.refunded", status, status, params=params)
        record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)


def note_parked(
    session: Session, case: Case, deliverable: Deliverable, *, reason: str, now: datetime
) -> None:
    """Book that an owed release waits (T14). Repeating it changes nothing."""
    if deliverable.parked_reason in {reason, HELD} or deliverable.released_at is not None:
        return
    deliverable.parked_reason = reason
    before = deliverable.status
    if before == DeliverableStatus.RELEASING:
        deliverable.status = case.check_deliverable(deliverable, DeliverableAction.PARK, now=now)
    change = Change("deliverable.owed", before, deliverable.status, params={"parked_reason": reason})
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)


def close_if_settled(session: Session, case: Case, *, now: datetime) -> None:
    """Complete an active booking when every deliverable is released, refunded, or void by a chargeback.

    A booking of which nothing was paid is closed as cancelled, and does not count for the loyalty taper; its reason
    tells work that was never delivered from a post that was taken down.
    """
    booking = case.booking
    deliverables = deliverables_of(session, booking)
    statuses = {
        deliverable.status
        for deliverable in deliverables
        if deliverable.closed_reason != CHARGEBACK_REASON or deliverable.status in FINAL
    }
    if not statuses <= FINAL:
        return
    clocks.close_timers(session, booking=booking, but=clocks.OF_CONTESTS, now=now)
    if booking.status != BookingStatus.ACTIVE:
        return
    is_paid = DeliverableStatus.RELEASED in statuses
    action = BookingAction.COMPLETE if is_paid else BookingAction.CLOSE_UNDELIVERED
    before, booking.status = booking.status, case.by(SYSTEM, Side.SYSTEM).check(action)
    booking.completed_at = now
    if is_paid:
        event = "booking.completed"
        session.get_one(Quote, booking.quote_id).fulfilled_at = now
    elif any(deliverable.closed_reason == POST_TAKEN_DOWN for deliverable in deliverables):
        event, booking.closed_reason = "booking.closed_by_ruling", POST_TAKEN_DOWN
    else:
        event, booking.closed_reason = "booking.cancelled", "nothing_delivered"
    record_change(session, booking, Change(event, before, booking.status), actor=SYSTEM, now=now)


def _finish(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    action: DeliverableAction,
    event: str,
    *,
    told_minor: int = 0,
    now: datetime,
) -> None:
    """Book the last arrival; `told_minor` of the refund were told before, in an event of their own."""
    before = deliverable.status
    deliverable.status = case.check_deliverable(deliverable, action, now=now)
    refund_minor = deliverable.refund_minor - told_minor
    params = {"release_minor": deliverable.release_minor, "refund_minor": refund_minor}
    change = Change(event, before, deliverable.status, params=params)
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)
    close_if_settled(session, case, now=now)


def count_if_something_stays(session: Session, booking: Booking) -> None:
    """Let a booking of which all was taken back, or claimed back, count for the loyalty taper no more."""
    works = deliverables_of(session, booking)
    if not any(money.claimable_minor(session, booking, each) for each in works):
        count_no_more(session, booking)


def count_no_more(session: Session, booking: Booking) -> None:
    """Take a booking out of what the loyalty taper counts."""
    session.get_one(Quote, booking.quote_id).fulfilled_at = None
