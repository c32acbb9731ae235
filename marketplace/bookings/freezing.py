"""A frozen booking stands still: no step, no clock, no new movement of money; messages go on."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.chargeback_pay import PAID, pay_approved
from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
)
from marketplace.bookings.locks import Case, deliverables_of, open_case
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.post_rulings import end_by_chargeback
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import ReasonMissing, StatusConflict
from marketplace.bookings.settlement import CHARGEBACK_REASON, count_no_more
from marketplace.deals.records import NOTE_MAX, read_text
from marketplace.policies import SYSTEM, Actor, Permission
from marketplace.web.language import lazy_gettext as _
from payments.escrow import PartStatus
from payments.queries import PartView

FREEZABLE = (BookingStatus.FUNDED, BookingStatus.ACTIVE, BookingStatus.CANCELLED, BookingStatus.DECLINED)
#: both sides read it as it stands, as they read the reasons that operators write
SET_ASIDE_REASON = (
    "The site was restored from an older copy; an operator looks into this payment. "
    "أُعيد الموقع من نسخة أقدم، وينظر أحد المشغّلين في هذه الدفعة."
)
SETTLED = (
    DeliverableStatus.RELEASED,
    DeliverableStatus.REFUNDED,
    DeliverableStatus.RELEASING,
    DeliverableStatus.REFUNDING,
)


def freeze_booking(session: Session, *, actor: Actor, booking_id: str, reason: str, now: datetime) -> Booking:
    """Stop a paid booking with a reason both sides read.

    Raises:
        NotFound, Forbidden: see their classes.
        StatusConflict: it is frozen already, or nothing is held in it.
        ReasonMissing, TextTooLong: with the field at fault.

    """
    case = open_case(session, actor=actor, booking_id=booking_id, permission=Permission.BOOKING_FREEZE)
    cleaned = read_text(reason, field="reason", length_max=NOTE_MAX)
    if not cleaned:
        message = _("Both sides read this reason. Write it.")
        raise ReasonMissing(message, fields={"reason": message})
    if case.booking.frozen_at is not None or case.booking.status not in FREEZABLE:
        raise StatusConflict
    _freeze(session, case, reason=cleaned, now=now)
    return case.booking


def unfreeze_booking(
    session: Session, *, actor: Actor, booking_id: str, reason: str = "", now: datetime
) -> Booking:
    """Let a frozen booking go on; its clocks run from where they stood.

    Raises:
        NotFound, Forbidden, TextTooLong: see their classes.
        StatusConflict: it is not frozen.
        ChargebackOpen: the card network has not decided yet.

    """
    case = open_case(session, actor=actor, booking_id=booking_id, permission=Permission.BOOKING_FREEZE)
    if case.booking.frozen_at is None:
        raise StatusConflict
    cleaned = read_text(reason, field="reason", length_max=NOTE_MAX)
    _unfreeze(session, case, reason=cleaned, now=now)
    pay_approved(session, case, now=now)
    return case.booking


def on_chargeback_opened(session: Session, *, booking_ref: str, now: datetime) -> None:
    """Freeze the booking whose payment the card network disputes (T21). Repeating it changes nothing.

    Heard of after the decision it freezes nothing: nothing would end that freeze.
    """
    case = _system_case(session, booking_ref)
    if case.booking.frozen_at is None and not money.is_dispute_over(session, case.booking):
        _freeze(session, case, reason=CHARGEBACK_REASON, now=now)


def on_payment_set_aside(session: Session, *, booking_ref: str, now: datetime) -> None:
    """Freeze the booking, finished or not, so that operators see that it stands still, and can end it. Repeating it changes nothing."""
    case = _system_case(session, booking_ref)
    if case.booking.frozen_at is None:
        _freeze(session, case, reason=SET_ASIDE_REASON, now=now)


def on_chargeback_closed(
    session: Session, *, booking_ref: str, is_won: bool, is_partial: bool = False, now: datetime
) -> None:
    """Go on after a won chargeback (T22); after a lost one close the booking (T23), but for shares that are owed.

    A partial one ends the work of which it took money; the rest of the booking goes on.
    """
    case = _system_case(session, booking_ref)
    booking = case.booking
    if is_won or is_partial:
        if not is_won:
            _end_taken_work(session, case, now=now)
        is_ours = booking.frozen_at is not None and booking.frozen_reason == CHARGEBACK_REASON
        if is_ours and not money.is_disputed(session, booking):
            _unfreeze(session, case, reason=CHARGEBACK_REASON, now=now)
    elif booking.status == BookingStatus.CLOSED_BY_CHARGEBACK:
        _end_freeze_of_chargeback(session, case, now=now)
    else:
        _close(session, case, now=now)
    pay_approved(session, case, now=now)


def _close(session: Session, case: Case, *, now: datetime) -> None:
    """Close the booking whose money the card network took, and the work that was not paid."""
    booking = case.booking
    before, booking.status = booking.status, case.check(BookingAction.CLOSE_BY_CHARGEBACK)
    booking.closed_reason = CHARGEBACK_REASON
    count_no_more(session, booking)
    parts = money.parts_of(session, booking)
    for deliverable in _open_work(session, booking):
        if parts[deliverable.id].status not in PAID:
            _void(case, deliverable, parts[deliverable.id], now=now)
    clocks.close_timers(session, booking=booking, now=now)
    end_by_chargeback(session, case, now=now)
    _end_freeze_of_chargeback(session, case, now=now)
    change = Change("booking.closed_by_chargeback", before, booking.status)
    record_change(session, booking, change, actor=SYSTEM, now=now)


def _open_work(session: Session, booking: Booking) -> list[Deliverable]:
    return [
        each
        for each in deliverables_of(session, booking)
        if each.status not in SETTLED and each.closed_reason != CHARGEBACK_REASON
    ]


def _end_taken_work(session: Session, case: Case, *, now: datetime) -> None:
    """End the work whose money a chargeback took, or some of it; what is left of it goes back to the brand."""
    parts = money.parts_of(session, case.booking)
    for deliverable in _open_work(session, case.booking):
        part = parts[deliverable.id]
        if part.charged_back_minor == 0 or part.status is PartStatus.OWED:
            continue
        before = deliverable.status
        _void(case, deliverable, part, now=now)
        clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
        end_by_chargeback(session, case, deliverable=deliverable, now=now)
        params = {"release_minor": 0, "refund_minor": part.refund_due_minor}
        change = Change("deliverable.closed_by_chargeback", before, deliverable.status, params=params)
        record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)


def _void(case: Case, deliverable: Deliverable, part: PartView, *, now: datetime) -> None:
    deliverable.status = case.check_deliverable(deliverable, DeliverableAction.VOID, now=now)
    deliverable.closed_reason, deliverable.refund_minor = CHARGEBACK_REASON, part.refund_due_minor
    deliverable.review_until = deliverable.overdue_at = deliverable.contest_until = None


def _end_freeze_of_chargeback(session: Session, case: Case, *, now: datetime) -> None:
    """Let nothing stand still any more where the card network has decided: the booking is over."""
    booking = case.booking
    if booking.frozen_reason == CHARGEBACK_REASON and not money.is_disputed(session, booking):
        money.unfreeze(session, booking, now=now)
        booking.frozen_at = booking.frozen_reason = None


def _freeze(session: Session, case: Case, *, reason: str, now: datetime) -> None:
    money.freeze(session, case.booking, reason=reason)
    case.booking.frozen_at, case.booking.frozen_reason = now, reason
    change = Change("booking.frozen", reason=reason, params={"reason": reason})
    record_change(session, case.booking, change, actor=case.actor, now=now)


def _unfreeze(session: Session, case: Case, *, reason: str, now: datetime) -> None:
    booking = case.booking
    stood_still = now - (booking.frozen_at or now)
    money.unfreeze(session, booking, now=now)
    booking.frozen_at = booking.frozen_reason = None
    clocks.shift_clocks(
        session, booking=booking, deliverables=deliverables_of(session, booking), by=stood_still
    )
    change = Change("booking.unfrozen", reason=reason, params={"seconds": int(stood_still.total_seconds())})
    record_change(session, booking, change, actor=case.actor, now=now)


def _system_case(session: Session, booking_ref: str) -> Case:
    case = open_case(session, actor=SYSTEM, booking_id=booking_ref, permission=Permission.BOOKING_FREEZE)
    return case.by(SYSTEM, Side.SYSTEM)
