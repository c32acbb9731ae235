"""Money that has not arrived where it goes: when it is expected at the latest, and what it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus, DeliverableStatus
from marketplace.bookings.models import Booking, Deliverable
from marketplace.quotes.cards import schedule_of
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import PolicyRecord
from marketplace.quotes.schedule import last_day

MOST = 50
DISPUTED = (DeliverableStatus.CONTESTED, DeliverableStatus.RULED, DeliverableStatus.APPEALED)
OWED = (DeliverableStatus.APPROVED, DeliverableStatus.RELEASING)
ARRIVED = (
    DeliverableStatus.RELEASED,
    DeliverableStatus.REFUNDING,
    DeliverableStatus.REFUNDED,
    DeliverableStatus.CANCELLED,
)


class Waiting(StrEnum):
    """What an amount waits for."""

    PAYMENT = "payment"
    WORK = "work"
    REVIEW = "review"
    PUBLICATION = "publication"
    PAYOUT_ACCOUNT = "payout_account"
    TRANSFER = "transfer"
    RULING = "ruling"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One amount. `expected_at` is when it moves at the latest, None where a decision is open."""

    booking_id: str
    title: str
    currency: str
    amount_minor: int
    waiting: Waiting
    expected_at: datetime | None


def list_incoming(session: Session, *, influencer_id: str, limit: int = MOST) -> Sequence[Upcoming]:
    """Return what an influencer is still to receive of paid bookings, soonest first, in one statement."""
    rows = session.execute(
        select(Deliverable, Booking, Quote, TermsSnapshot)
        .join(Booking, Booking.id == Deliverable.booking_id)
        .join(Quote, Quote.id == Booking.quote_id)
        .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
        .where(
            Booking.influencer_id == influencer_id,
            Booking.status.in_((BookingStatus.FUNDED, BookingStatus.ACTIVE)),
            Deliverable.status.not_in(ARRIVED),
        )
        .order_by(Booking.funded_at, Deliverable.number)
        .limit(limit)
    )
    found = [_incoming(*row) for row in rows]
    return sorted(found, key=lambda each: (each.expected_at is None, str(each.expected_at or "")))


def list_outgoing(session: Session, *, brand_id: str, limit: int = MOST) -> Sequence[Upcoming]:
    """Return what a brand is still to pay, and its money in dispute, in two statements."""
    unpaid = session.scalars(
        select(Booking)
        .where(Booking.brand_id == brand_id, Booking.status == BookingStatus.AWAITING_PAYMENT)
        .order_by(Booking.pay_before)
        .limit(limit)
    )
    disputed = session.execute(
        select(Deliverable, Booking)
        .join(Booking, Booking.id == Deliverable.booking_id)
        .where(Booking.brand_id == brand_id, Deliverable.status.in_(DISPUTED))
        .order_by(Deliverable.booking_id, Deliverable.number)
        .limit(limit)
    )
    return [
        *(
            Upcoming(row.id, row.title, row.currency, row.total_minor, Waiting.PAYMENT, row.pay_before)
            for row in unpaid
        ),
        *(
            Upcoming(
                booking.id,
                work.title,
                booking.currency,
                work.net_minor + work.fee_minor + work.tax_minor,
                Waiting.RULING,
                work.appeal_until,
            )
            for work, booking in disputed
        ),
    ]


def _incoming(work: Deliverable, booking: Booking, quote: Quote, terms: TermsSnapshot) -> Upcoming:
    waiting = _waiting(work, booking)
    is_decided = work.status in OWED
    return Upcoming(
        booking_id=booking.id,
        title=work.title,
        currency=booking.currency,
        amount_minor=work.release_minor if is_decided and work.share_bps is not None else work.net_minor,
        waiting=waiting,
        expected_at=_expected(work, quote, terms, waiting),
    )


def _waiting(work: Deliverable, booking: Booking) -> Waiting:
    if booking.frozen_at is not None:
        return Waiting.FROZEN
    if work.status in DISPUTED:
        return Waiting.RULING
    if work.parked_reason is not None:
        return Waiting.PAYOUT_ACCOUNT
    if work.status in OWED:
        return Waiting.TRANSFER
    if work.status in {DeliverableStatus.SUBMITTED, DeliverableStatus.PUBLISHED}:
        return Waiting.REVIEW
    return Waiting.PUBLICATION if work.status == DeliverableStatus.AWAITING_PUBLICATION else Waiting.WORK


def _expected(work: Deliverable, quote: Quote, terms: TermsSnapshot, waiting: Waiting) -> datetime | None:
    """Return when the amount moves if everybody takes the time they have; silence counts for who performed."""
    policy = PolicyRecord.from_plain(quote.policy["record"])
    if waiting in {Waiting.FROZEN, Waiting.RULING, Waiting.PAYOUT_ACCOUNT}:
        return None
    if waiting is Waiting.TRANSFER:
        return work.approved_at
    if waiting is Waiting.REVIEW and work.review_until is not None and _is_last_look(work):
        return work.review_until
    return last_day(policy, schedule_of(terms))


def _is_last_look(work: Deliverable) -> bool:
    """Tell whether the brand's silence releases the money (a published piece) or only leads on to publication."""
    return work.status == DeliverableStatus.PUBLISHED or not work.is_published
