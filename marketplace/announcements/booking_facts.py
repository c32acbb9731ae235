"""What a booking's event is about: the moment and the amounts its sentence names, and what chooses the sentence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.announcements.domain import Trait
from marketplace.announcements.facts import Facts, moment, money, names_of
from marketplace.bookings.domain import Side, TimerKind
from marketplace.bookings.models import Booking, BookingEvent, Contest, Deliverable, Message, Timer
from marketplace.bookings.settlement import CHARGEBACK_REASON
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote
from marketplace.quotes.policy_records import payable_until

#: the clock whose end a deliverable's sentence names
CLOCKS: Mapping[str, TimerKind] = {
    "submission.received": TimerKind.REVIEW,
    "review.reminder": TimerKind.REVIEW,
    "changes.requested": TimerKind.RESUBMIT,
    "deliverable.approved": TimerKind.POSTING_WINDOW,
    "deliverable.due": TimerKind.DUE,
    "deliverable.cancelled": TimerKind.CONTEST_WINDOW,
    "publication.received": TimerKind.CONFIRM_PUBLICATION,
    "publication.refused": TimerKind.POSTING_WINDOW,
    "publication.taken_down": TimerKind.EVIDENCE,
    "publication.found_gone": TimerKind.EVIDENCE,
    "publication.shown": TimerKind.CONFIRM_PUBLICATION,
    "publication.denied": TimerKind.EVIDENCE,
    "contest.opened": TimerKind.EVIDENCE,
    "contest.evidence_closed": TimerKind.RULING,
    "contest.ruled": TimerKind.APPEAL_WINDOW,
    "contest.appealed": TimerKind.APPEAL_RULING,
}
#: the moment a sentence about the whole booking names
BOOKING_TIMES: Mapping[str, Callable[[Session, Booking], datetime | None]] = {
    "booking.created": lambda session, booking: payable_until(
        booking.pay_before, session.get_one(Quote, booking.quote_id).policy["record"]
    ),
    "booking.funded": lambda _session, booking: booking.accept_before,
}
MONEY_EVENTS = frozenset({"deliverable.released", "deliverable.refunded", "deliverable.owed"})
#: what is taken back, as written down with the event
CLAIM_EVENTS = frozenset(
    {"money.claimed_back", "money.recovered", "money.returned", "money.recovery_refused"}
)
#: money that funds nothing, as written down with the event
STRAY_EVENTS = frozenset({"payment.returned"})
NO_MOMENT = "—"
ACCOUNT_MISSING = "payout_account_missing"
ACCOUNT_REASONS = "payout_account"


def booking_facts(session: Session, payload: Mapping[str, Any], *, event: str) -> Facts:
    """Read a booking's event, of the whole or of one deliverable.

    `net` is what the influencer gets and `amount` what the brand paid; where money has moved they are what really
    went to either side.
    """
    booking = session.get_one(Booking, payload["booking_id"])
    deliverable_id = payload.get("deliverable_id")
    deliverable = session.get(Deliverable, deliverable_id) if deliverable_id else None
    told = _told(session, booking, deliverable, event=event, revision=payload.get("revision"))
    until = _until(session, booking, deliverable, event=event)
    net_minor, amount_minor = _amounts(booking, deliverable, told, event=event)
    params = {
        **names_of(session, booking.brand_id, booking.influencer_id),
        "title": booking.title,  # as the room is called; a deliverable is named after the listing that priced it
        "total": money(booking.total_minor, booking.currency),
        "net": money(net_minor, booking.currency),
        "amount": money(amount_minor, booking.currency),
        "back": money(int(told.get("back_minor", amount_minor)), booking.currency),
        "until": moment(until) if until is not None else NO_MOMENT,
        "note": str(told.get("note") or told.get("reason") or ""),
    }
    special = {
        Trait.CONTESTABLE: event == "deliverable.cancelled" and until is not None,
        **_acceptance_traits(session, told, event=event),
    }
    return Facts(
        booking.brand_id,
        booking.influencer_id,
        params,
        {"booking_id": booking.id},
        traits=_traits(booking, deliverable, told, special=special),
    )


def message_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read a message's event."""
    facts = booking_facts(session, payload, event="message.sent")
    message = session.get(Message, payload.get("message_id", ""))
    side = message.author_side if message is not None else None
    return Facts(facts.brand_id, facts.influencer_id, facts.params, facts.ids, author_side=side)


def _told(
    session: Session, booking: Booking, deliverable: Deliverable | None, *, event: str, revision: int | None
) -> Mapping[str, Any]:
    """Return what was written down with this very event; the newest of its kind when the revision is not known."""
    statement = select(BookingEvent.params).where(
        BookingEvent.booking_id == booking.id, BookingEvent.kind == event
    )
    if deliverable is not None:
        statement = statement.where(BookingEvent.deliverable_id == deliverable.id)
    if revision is not None:
        statement = statement.where(BookingEvent.number == revision)
    return session.scalar(statement.order_by(BookingEvent.number.desc()).limit(1)) or {}


def _until(
    session: Session, booking: Booking, deliverable: Deliverable | None, *, event: str
) -> datetime | None:
    """Return the end of the event's own clock; a clock that has run out or was stopped still tells when it ended."""
    if event in BOOKING_TIMES:
        return BOOKING_TIMES[event](session, booking)
    kind = CLOCKS.get(event)
    if kind is None or deliverable is None:
        return None
    statement = select(Timer.due_at).where(Timer.deliverable_id == deliverable.id, Timer.kind == kind)
    return session.scalar(statement.order_by(Timer.due_at.desc()).limit(1))


def _amounts(
    booking: Booking, deliverable: Deliverable | None, told: Mapping[str, Any], *, event: str
) -> tuple[int, int]:
    """Return what goes to the influencer and what is the brand's, in minor units."""
    if event in STRAY_EVENTS:
        return booking.net_minor, int(told.get("amount_minor", booking.total_minor))
    if deliverable is None:
        return booking.net_minor, booking.total_minor
    if event in MONEY_EVENTS:
        released = told.get("release_minor", deliverable.release_minor)
        refunded = told.get("refund_minor", deliverable.refund_minor)
        return int(released), int(refunded)
    if event in CLAIM_EVENTS:
        return deliverable.net_minor, int(told.get("amount_minor", 0))
    return deliverable.net_minor, deliverable.net_minor + deliverable.fee_minor + deliverable.tax_minor


def _traits(
    booking: Booking,
    deliverable: Deliverable | None,
    told: Mapping[str, Any],
    *,
    special: Mapping[Trait, bool],
) -> frozenset[Trait]:
    traits = {
        Trait.ORDER: booking.path == DealPath.ORDER,
        Trait.PUBLISHED_WORK: deliverable is not None and deliverable.is_published,
        Trait.SPLIT: bool(told.get("release_minor")) and bool(told.get("refund_minor")),
        Trait.CHARGEBACK: told.get("reason") == CHARGEBACK_REASON,
        Trait.TAKEN_BACK: told.get("reason") == "overdue",
        Trait.FOR_BRAND: bool(told.get("is_for_brand")),
        **special,
        **_parking_traits(told.get("parked_reason")),
    }
    return frozenset(trait for trait, is_so in traits.items() if is_so)


def _parking_traits(reason: str | None) -> dict[Trait, bool]:
    is_account = reason is not None and reason.startswith(ACCOUNT_REASONS)
    return {
        Trait.ACCOUNT_INCOMPLETE: is_account and reason != ACCOUNT_MISSING,
        Trait.TRANSFER_REFUSED: reason is not None and not is_account,
    }


def _acceptance_traits(session: Session, told: Mapping[str, Any], *, event: str) -> dict[Trait, bool]:
    """Tell who said alone that a ruling is good; once both did, its end is told instead."""
    if event != "contest.accepted" or "contest_id" not in told:
        return {}
    contest = session.get_one(Contest, told["contest_id"])
    is_open = contest.brand_accepted_at is None or contest.influencer_accepted_at is None
    return {
        Trait.BRAND_ACCEPTED: is_open and told["side"] == Side.BRAND,
        Trait.INFLUENCER_ACCEPTED: is_open and told["side"] == Side.INFLUENCER,
    }
