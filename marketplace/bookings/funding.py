"""Paying a booking, and what follows from what payments tells about it. The `on_*` functions may be repeated."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks, money
from marketplace.bookings.domain import (
    BookingAction,
    BookingStatus,
    TimerKind,
)
from marketplace.bookings.funding_end import close_unpaid
from marketplace.bookings.locks import Case, open_case, open_deliverable_case
from marketplace.bookings.models import Booking, Deliverable
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import PaymentNotPossible
from marketplace.bookings.settlement import note_parked, note_refunded, note_released
from marketplace.bookings.work_start import start_work
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.operations import fill_brief
from marketplace.deals.closing import answer_all_on_close
from marketplace.deals.domain import RefusalCode
from marketplace.errors import NotFound
from marketplace.outbox import operations as outbox
from marketplace.policies import SYSTEM, Actor, Permission
from marketplace.quotes.domain import DealPath
from marketplace.quotes.policy_records import payable_until
from marketplace.settlement import currencies_at, refuse_currency

PAID_STATUSES = (BookingStatus.FUNDED, BookingStatus.ACTIVE, BookingStatus.COMPLETED)


def start_payment(
    session: Session, *, actor: Actor, booking_id: str, success_url: str, cancel_url: str, now: datetime
) -> money.PaymentStart:
    """Plan the hosted payment page; repeating it gives the same page while it is open.

    Raises:
        NotFound, Forbidden: not theirs, or not their role.
        PaymentNotPossible: the time is over, or it is paid or closed.
        CurrencyNotServed: the quote is older than the change by which the provider converts its currency.

    """
    case = open_case(session, actor=actor, booking_id=booking_id, permission=Permission.BOOKING_PAY)
    booking = case.booking
    is_late = now > payable_until(booking.pay_before, case.policy.plain)
    if booking.status != BookingStatus.AWAITING_PAYMENT or is_late:
        raise PaymentNotPossible
    refuse_currency(booking.currency, currencies_at(session, now))
    start = money.start_checkout(session, booking, success_url=success_url, cancel_url=cancel_url, now=now)
    if booking.payment_started_at is None:
        booking.payment_started_at = now
        record_change(session, booking, Change("payment.started"), actor=actor, now=now)
    return start


def on_escrow_funded(session: Session, *, booking_ref: str, now: datetime) -> None:
    """Book that the payment arrived whole (T3): a brief's booking is active at once, an order waits for its answer."""
    case = _system_case(session, booking_ref)
    booking = case.booking
    if booking.status != BookingStatus.AWAITING_PAYMENT:
        return
    before, booking.status = booking.status, case.check(BookingAction.FUND)
    booking.funded_at, booking.payment_pending_since = now, None
    clocks.close_timers(session, booking=booking, now=now)
    clocks.open_timer(
        session, booking=booking, kind=TimerKind.HOLD_ALARM, due_at=now + case.policy.hold_alarm
    )
    clocks.open_timer(session, booking=booking, kind=TimerKind.HOLD_CAP, due_at=now + case.policy.hold_cap)
    record_change(session, booking, Change("booking.funded", before, booking.status), actor=SYSTEM, now=now)
    if booking.path == DealPath.ORDER:
        booking.accept_before = now + case.policy.order_acceptance
        clocks.open_timer(session, booking=booking, kind=TimerKind.ACCEPT_ORDER, due_at=booking.accept_before)
    else:
        start_work(session, case, action=BookingAction.ACTIVATE, event="booking.activated", now=now)
        _fill_brief(session, booking, now=now)


def on_funding_expired(session: Session, *, booking_ref: str, now: datetime) -> None:
    """End a booking whose time to pay ran out (T5); the deal can be quoted anew while its terms hold."""
    case = _system_case(session, booking_ref)
    if case.booking.status == BookingStatus.AWAITING_PAYMENT:
        close_unpaid(session, case, action=BookingAction.EXPIRE, event="booking.expired", now=now)


def on_payment_pending(session: Session, *, booking_ref: str, now: datetime) -> None:
    """Tell both sides that the payment was made and is not confirmed yet."""
    booking = _system_case(session, booking_ref).booking
    if booking.status == BookingStatus.AWAITING_PAYMENT and booking.payment_pending_since is None:
        booking.payment_pending_since = now
        record_change(session, booking, Change("payment.pending"), actor=SYSTEM, now=now)


def on_payment_not_made(session: Session, *, booking_ref: str, now: datetime) -> None:
    """Tell both sides that nothing came of such a payment: it can be paid anew while there is time."""
    booking = _system_case(session, booking_ref).booking
    if booking.status == BookingStatus.AWAITING_PAYMENT and booking.payment_pending_since is not None:
        booking.payment_pending_since = None
        record_change(session, booking, Change("payment.not_made"), actor=SYSTEM, now=now)


def on_payment_mismatched(
    session: Session, *, booking_ref: str | None, payment_ref: str, reason: str, now: datetime
) -> None:
    """Tell room and operators of money that funds nothing (T4); it goes back by itself."""
    booking = session.get(Booking, booking_ref) if booking_ref is not None else None
    if booking is None:
        outbox.put(
            session,
            "payment.unknown",
            {"payment_ref": payment_ref},
            now=now,
            key=f"payment.unknown:{payment_ref}",
        )
        return
    case = _system_case(session, booking.id)
    params = {"payment_ref": payment_ref, "reason": reason}
    change = Change("payment.mismatched", reason=reason, params=params)
    record_change(session, case.booking, change, actor=SYSTEM, now=now)


def on_mismatch_returned(
    session: Session, *, booking_ref: str | None, payment_ref: str, amount_minor: int, now: datetime
) -> None:
    """Tell room and brand that money which funds nothing went back."""
    if booking_ref is None:
        return
    params = {"payment_ref": payment_ref, "amount_minor": amount_minor}
    change = Change("payment.returned", params=params)
    record_change(session, _system_case(session, booking_ref).booking, change, actor=SYSTEM, now=now)


def on_release_confirmed(session: Session, *, booking_ref: str, part_ref: str, now: datetime) -> None:
    """Book that the influencer's share of a deliverable arrived (T15)."""
    case, deliverable = _part(session, booking_ref, part_ref)
    note_released(session, case, deliverable, now=now)


def on_release_parked(
    session: Session, *, booking_ref: str, part_ref: str, reason: str, now: datetime
) -> None:
    """Book that the influencer's share is owed and waits (T14), as a rule for their payout account."""
    case, deliverable = _part(session, booking_ref, part_ref)
    note_parked(session, case, deliverable, reason=reason, now=now)


def on_refund_confirmed(session: Session, *, booking_ref: str, part_ref: str, now: datetime) -> None:
    """Book that the brand's share of a deliverable went back."""
    case, deliverable = _part(session, booking_ref, part_ref)
    note_refunded(session, case, deliverable, now=now)


def on_refund_failed(
    session: Session, *, booking_ref: str, part_ref: str, reason: str, now: datetime
) -> None:
    """Note that a refund came back: the money is held again and an operator must find another way."""
    case, deliverable = _part(session, booking_ref, part_ref)
    deliverable.refunded_at = None
    change = Change("refund.failed", deliverable.status, deliverable.status, params={"reason": reason})
    record_change(session, case.booking, change, actor=SYSTEM, now=now, deliverable=deliverable)


def _fill_brief(session: Session, booking: Booking, *, now: datetime) -> None:
    """Close the door of a brief whose last place was paid, and answer everybody who still waits."""
    if booking.brief_id is None:
        return
    brief = session.get_one(Brief, booking.brief_id, with_for_update=True, populate_existing=True)
    paid = session.scalar(
        select(func.count())
        .select_from(Booking)
        .where(Booking.brief_id == brief.id, Booking.status.in_(PAID_STATUSES))
    )
    seats = session.get_one(BriefVersion, brief.live_version_id or "").seats
    if brief.status not in {BriefStatus.OPEN, BriefStatus.PAUSED} or (paid or 0) < seats:
        return
    fill_brief(session, actor=SYSTEM, brief_id=brief.id, now=now)
    answer_all_on_close(session, brief.id, RefusalCode.BRIEF_FULL, now=now)


def _system_case(session: Session, booking_ref: str) -> Case:
    return open_case(session, actor=SYSTEM, booking_id=booking_ref, permission=Permission.BOOKING_VIEW)


def _part(session: Session, booking_ref: str, part_ref: str) -> tuple[Case, Deliverable]:
    case, deliverable = open_deliverable_case(
        session, actor=SYSTEM, deliverable_id=part_ref, permission=Permission.BOOKING_VIEW
    )
    if case.booking.id != booking_ref:
        raise NotFound
    return case, deliverable
