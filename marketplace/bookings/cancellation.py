"""Ending a booking before its work is done: by stage for the brand, without a share for the influencer."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    DeliverableAction,
    DeliverableStatus,
    Side,
    TimerKind,
)
from marketplace.bookings.funding_end import close_unpaid
from marketplace.bookings.locks import Case, deliverables_of, open_case, open_deliverable_case
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import CancellationChanged, StatusConflict
from marketplace.bookings.settlement import settle_deliverable
from marketplace.bookings.strikes import add_strike
from marketplace.briefs.operations import reopen_brief
from marketplace.deals.booking_marks import mark_ended
from marketplace.deals.records import NOTE_MAX, read_text
from marketplace.policies import SYSTEM, Actor, Permission
from marketplace.quotes.policy_records import CancellationStage
from marketplace.web.language import lazy_gettext as _
from payments.escrow import EscrowPart, PartDivision, divide_part

STAGE_OF_STATUS = {
    DeliverableStatus.PENDING: CancellationStage.BEFORE_ACCEPTANCE,
    DeliverableStatus.IN_PROGRESS: CancellationStage.ACCEPTED,
    DeliverableStatus.SUBMITTED: CancellationStage.SUBMITTED,
    DeliverableStatus.CHANGES_REQUESTED: CancellationStage.SUBMITTED,
    DeliverableStatus.AWAITING_PUBLICATION: CancellationStage.APPROVED,
    DeliverableStatus.PUBLISHED: CancellationStage.APPROVED,
}


def cancellation_stage(status: str) -> CancellationStage | None:
    """Return the stage at which a deliverable would be cancelled now; None when its money is decided already."""
    return STAGE_OF_STATUS.get(DeliverableStatus(status))


def cancel_booking(
    session: Session,
    *,
    actor: Actor,
    booking_id: str,
    reason: str = "",
    seen_refund_minor: int | None = None,
    now: datetime,
) -> Booking:
    """Cancel what is not decided yet (T8).

    The brand's cancellation gives the influencer the share of each deliverable's stage; the influencer's gives the
    brand everything back and costs a strike. A cancelled submission waits a week, in which it can be contested.
    `seen_refund_minor` is what the actor read that the brand has back of a paid booking.

    Raises:
        NotFound, Forbidden, BookingFrozen, TextTooLong: see their classes.
        StatusConflict: it is over, or all of its work is decided or disputed.
        CancellationChanged: the brand has another sum back by now.

    """
    case = open_case(session, actor=actor, booking_id=booking_id, permission=Permission.BOOKING_CANCEL)
    booking = case.booking
    cleaned = read_text(reason, field="reason", length_max=NOTE_MAX)
    if booking.status == BookingStatus.AWAITING_PAYMENT:
        case.check(BookingAction.CANCEL)
        money.cancel_unpaid(session, booking, now=now)
        close_unpaid(session, case, action=BookingAction.CANCEL, event="booking.cancelled", now=now)
        return booking
    status = case.check(BookingAction.CANCEL)
    _check_still_so(session, case, seen_refund_minor)
    before, booking.status = booking.status, status
    booking.cancelled_by, booking.closed_reason = case.side, "cancelled"
    kinds = [TimerKind.ACCEPT_ORDER]
    clocks.close_timers(session, booking=booking, kinds=kinds, now=now)
    params = {"by": case.side, "reason": cleaned}
    change = Change("booking.cancelled", before, booking.status, reason=cleaned, params=params)
    record_change(session, booking, change, actor=actor, now=now)
    if case.side is Side.BRAND:
        _cancel_by_stage(session, case, now=now)
    else:
        give_back(session, case, reason="cancelled_by_influencer", is_strike=True, now=now)
    free_place(session, case, now=now)
    return booking


def divide_cancelled(deliverable: Deliverable, *, share_bps: int, currency: str) -> PartDivision:
    """Return what a cancelled deliverable gives each side if the influencer has this share of it."""
    part = EscrowPart(deliverable.id, deliverable.net_minor, deliverable.fee_minor, deliverable.tax_minor)
    return divide_part(part, share_bps=share_bps, currency=currency)


def _check_still_so(session: Session, case: Case, seen_refund_minor: int | None) -> None:
    """Refuse where nothing is left to cancel, or where the brand has not back what was read. Raises as `cancel_booking`."""
    stages = [(each, cancellation_stage(each.status)) for each in deliverables_of(session, case.booking)]
    shares = [
        (each, case.policy.cancellation_bps[stage] if case.side is Side.BRAND else 0)
        for each, stage in stages
        if stage is not None
    ]
    if not shares:
        raise StatusConflict
    currency = case.booking.currency
    back_minor = sum(
        divide_cancelled(each, share_bps=bps, currency=currency).refund_minor for each, bps in shares
    )
    if seen_refund_minor is not None and seen_refund_minor != back_minor:
        raise CancellationChanged(
            _("The work has moved on since you looked. Read what each side gets now, and decide again.")
        )


def free_place(session: Session, case: Case, *, now: datetime) -> None:
    """Give the place of a booking that ended early back to its brief."""
    booking = case.booking
    if booking.brief_id is not None:
        reopen_brief(session, actor=SYSTEM, brief_id=booking.brief_id, now=now)
    mark_ended(session, actor=case.actor, path=booking.path, terms_id=booking.terms_id, now=now)


def give_back(session: Session, case: Case, *, reason: str, is_strike: bool = False, now: datetime) -> None:
    """Cancel every open deliverable without a share for the influencer; the brand has its total back, fee included."""
    for deliverable in deliverables_of(session, case.booking):
        if cancellation_stage(deliverable.status) is None:
            continue
        _close(session, case, deliverable, share_bps=0, reason=reason, now=now)
        settle_cancelled(session, case, deliverable, now=now)
        if is_strike:
            add_strike(session, case, deliverable, reason=reason, now=now)


def refund_overdue(session: Session, *, actor: Actor, deliverable_id: str, now: datetime) -> Deliverable:
    """Take the money of an overdue deliverable back (T16, a button of the brand); a strike for the influencer.

    Where a version was handed in before, the refund waits until the influencer's time to contest is over.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, NotOverdueYet: see their classes.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_REVIEW
    )
    case.check_deliverable(deliverable, DeliverableAction.TAKE_BACK, now=now)
    contest_until = deliverable.contest_until
    _close(
        session,
        case,
        deliverable,
        action=DeliverableAction.TAKE_BACK,
        share_bps=0,
        reason="overdue",
        now=now,
    )
    add_strike(session, case, deliverable, reason="overdue", now=now)
    if contest_until is not None and contest_until > now:
        _await_contest(session, case, deliverable, until=contest_until)
    else:
        settle_cancelled(session, case, deliverable, now=now)
    return deliverable


def accept_cancellation(session: Session, *, actor: Actor, deliverable_id: str, now: datetime) -> Deliverable:
    """Let a cancelled submission be settled at once instead of waiting for the time to contest to pass.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen: see their classes.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_CONTEST
    )
    if case.side is not Side.INFLUENCER or deliverable.contest_until is None:
        raise StatusConflict
    settle_cancelled(session, case, deliverable, now=now)
    return deliverable


def settle_cancelled(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Move the money of a cancelled deliverable by the share that its cancellation decided."""
    system = case.by(SYSTEM, Side.SYSTEM)
    deliverable.status = system.check_deliverable(deliverable, DeliverableAction.SETTLE_CANCELLATION, now=now)
    settle_deliverable(session, case, deliverable, share_bps=deliverable.share_bps or 0, now=now)


def _cancel_by_stage(session: Session, case: Case, *, now: datetime) -> None:
    for deliverable in deliverables_of(session, case.booking):
        stage = cancellation_stage(deliverable.status)
        if stage is None:
            continue
        share_bps = case.policy.cancellation_bps[stage]
        _close(session, case, deliverable, share_bps=share_bps, reason="cancelled_by_brand", now=now)
        if stage is CancellationStage.SUBMITTED:
            _await_contest(session, case, deliverable, until=now + case.policy.contest_influencer)
        else:
            settle_cancelled(session, case, deliverable, now=now)


def _close(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    *,
    action: DeliverableAction = DeliverableAction.CANCEL,
    share_bps: int,
    reason: str,
    now: datetime,
) -> None:
    before, deliverable.status = (
        deliverable.status,
        case.check_deliverable(deliverable, action, now=now),
    )
    deliverable.share_bps, deliverable.closed_reason = share_bps, reason
    deliverable.review_until = deliverable.overdue_at = deliverable.contest_until = None
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
    params = {"share_bps": share_bps, "reason": reason}
    change = Change("deliverable.cancelled", before, deliverable.status, params=params)
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)


def _await_contest(session: Session, case: Case, deliverable: Deliverable, *, until: datetime) -> None:
    deliverable.contest_until = until
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.CONTEST_WINDOW,
        due_at=until,
    )
