"""Money that has not arrived where it goes: when it is expected at the latest, and what it waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from marketplace.bookings.contest_deadlines import next_deadline_at
from marketplace.bookings.domain import BookingStatus, DeliverableStatus
from marketplace.bookings.models import Booking, Contest, Deliverable
from marketplace.bookings.shown_state import DISPUTED
from marketplace.influencers.models import Influencer
from marketplace.quotes.cards import schedule_of
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import PolicyRecord, payable_until
from marketplace.quotes.schedule import last_day
from payments.escrow import EscrowPart, divide_part
from payments.planning import HELD

MOST = 50
#: what is read before the soonest are chosen; nobody has so many pieces in work at once
READ_MOST = 400
#: how reasons begin that the payee's own account gives; everything else the provider refused
ACCOUNT_REASONS = "payout_account"
OWED = (DeliverableStatus.APPROVED, DeliverableStatus.RELEASING)
ARRIVED = (
    DeliverableStatus.RELEASED,
    DeliverableStatus.REFUNDING,
    DeliverableStatus.REFUNDED,
)


class Waiting(StrEnum):
    """What an amount waits for."""

    PAYMENT = "payment"
    CONFIRMATION = "confirmation"  # it was made, and the bank has not confirmed it yet
    WORK = "work"
    REVIEW = "review"
    PUBLICATION = "publication"
    PAYOUT_ACCOUNT = "payout_account"
    PROVIDER = "provider"
    CANCELLATION = "cancellation"
    TRANSFER = "transfer"
    RULING = "ruling"
    FROZEN = "frozen"


PAID = (BookingStatus.FUNDED, BookingStatus.ACTIVE, BookingStatus.CANCELLED)
UNDATED = (Waiting.FROZEN, Waiting.RULING, Waiting.PAYOUT_ACCOUNT, Waiting.PROVIDER, Waiting.TRANSFER)
NOW = datetime.min.replace(tzinfo=UTC)
#: the share of a cancelled piece goes out when the time to contest the cancellation is over
_IS_CANCELLED_SHARE = and_(Deliverable.share_bps > 0, Deliverable.contest_until.is_not(None))

_OPEN_CONTEST = and_(Contest.deliverable_id == Deliverable.id, Contest.closed_at.is_(None))
_MOST: Any = bindparam("most", type_=Integer)
_BRAND_ID: Any = bindparam("brand_id")
_INCOMING = (
    select(Deliverable, Booking, Quote.policy, TermsSnapshot)
    .join(Booking, Booking.id == Deliverable.booking_id)
    .join(Quote, Quote.id == Booking.quote_id)
    .join(TermsSnapshot, TermsSnapshot.id == Booking.terms_id)
    .where(
        Booking.influencer_id == bindparam("influencer_id"),
        Booking.status.in_(PAID),
        Deliverable.status.not_in(ARRIVED),
        or_(Deliverable.status != DeliverableStatus.CANCELLED, _IS_CANCELLED_SHARE),
    )
    .order_by(Booking.funded_at, Deliverable.number)
    .limit(READ_MOST)
)
_UNPAID = (
    select(Booking, Quote.policy, Influencer.name, Influencer.name_ar)
    .join(Quote, Quote.id == Booking.quote_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .where(Booking.brand_id == _BRAND_ID, Booking.status == BookingStatus.AWAITING_PAYMENT)
    .order_by(Booking.pay_before)
    .limit(_MOST)
)
_IN_DISPUTE = (
    select(Deliverable, Booking, Contest.appeal_until, Influencer.name, Influencer.name_ar)
    .join(Booking, Booking.id == Deliverable.booking_id)
    .join(Influencer, Influencer.id == Booking.influencer_id)
    .outerjoin(Contest, _OPEN_CONTEST)
    .where(Booking.brand_id == _BRAND_ID, or_(Deliverable.status.in_(DISPUTED), Contest.id.is_not(None)))
    .order_by(
        Contest.id.is_(None),
        next_deadline_at(bindparam("now", type_=Contest.rule_before.type)),
        Deliverable.booking_id,
        Deliverable.number,
    )
    .limit(_MOST)
)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One amount. `expected_at` is when it moves at the latest, None where a decision is open or it is moving already."""

    booking_id: str
    title: str
    currency: str
    amount_minor: int
    waiting: Waiting
    expected_at: datetime | None
    other_name: str = ""
    other_name_ar: str = ""


def list_incoming(session: Session, *, influencer_id: str, limit: int = MOST) -> Sequence[Upcoming]:
    """Return what an influencer is still to receive of paid bookings, soonest first, in one statement."""
    rows = session.execute(_INCOMING, {"influencer_id": influencer_id})
    found = [_incoming(*row) for row in rows]
    return sorted(found, key=_when)[:limit]


def _when(each: Upcoming) -> tuple[bool, datetime]:
    """Order by the day: what is moving comes first, what waits for a decision last."""
    is_open = each.expected_at is None and each.waiting is not Waiting.TRANSFER
    return is_open, each.expected_at or NOW


def list_outgoing(session: Session, *, brand_id: str, now: datetime, limit: int = MOST) -> Sequence[Upcoming]:
    """Return what a brand is still to pay, and its money in dispute, in two statements.

    A dispute about a post counts, too: its money may have been released before it was opened. Disputes stand in the
    order of their next deadlines.
    """
    unpaid = session.execute(_UNPAID, {"brand_id": brand_id, "most": limit})
    disputed = session.execute(_IN_DISPUTE, {"brand_id": brand_id, "most": limit, "now": now})
    return [
        *(_unpaid(booking, policy, *names) for booking, policy, *names in unpaid),
        *(
            _disputed(work, booking, appeal_until or work.appeal_until, *names)
            for work, booking, appeal_until, *names in disputed
        ),
    ]


def _unpaid(booking: Booking, policy: Mapping[str, Any], *names: str) -> Upcoming:
    return Upcoming(
        booking.id,
        booking.title,
        booking.currency,
        booking.total_minor,
        Waiting.PAYMENT if booking.payment_pending_since is None else Waiting.CONFIRMATION,
        payable_until(booking.pay_before, policy["record"]),
        *names,
    )


def _disputed(work: Deliverable, booking: Booking, appeal_until: datetime | None, *names: str) -> Upcoming:
    return Upcoming(
        booking.id,
        booking.title,
        booking.currency,
        work.net_minor + work.fee_minor + work.tax_minor,
        Waiting.RULING,
        appeal_until,
        *names,
    )


def _incoming(
    work: Deliverable, booking: Booking, policy: Mapping[str, Any], terms: TermsSnapshot
) -> Upcoming:
    waiting = _waiting(work, booking)
    return Upcoming(
        booking_id=booking.id,
        title=work.title,
        currency=booking.currency,
        amount_minor=_amount(work, booking.currency),
        waiting=waiting,
        expected_at=_expected(work, policy, terms, waiting),
    )


def _amount(work: Deliverable, currency: str) -> int:
    """Return what the influencer gets: the share that was decided or that a cancellation leaves, else the whole."""
    if work.share_bps is None:
        return work.net_minor
    if work.status in OWED:
        return work.release_minor
    part = EscrowPart(work.id, work.net_minor, work.fee_minor, work.tax_minor)
    return divide_part(part, share_bps=work.share_bps, currency=currency).net_minor


def _waiting(work: Deliverable, booking: Booking) -> Waiting:
    if booking.frozen_at is not None:
        return Waiting.FROZEN
    if work.status in DISPUTED:
        return Waiting.RULING
    if work.parked_reason is not None:
        if work.parked_reason == HELD:
            return Waiting.RULING
        is_own = work.parked_reason.startswith(ACCOUNT_REASONS)
        return Waiting.PAYOUT_ACCOUNT if is_own else Waiting.PROVIDER
    if work.status == DeliverableStatus.CANCELLED:
        return Waiting.CANCELLATION
    if work.status in OWED:
        return Waiting.TRANSFER
    if work.status in {DeliverableStatus.SUBMITTED, DeliverableStatus.PUBLISHED}:
        return Waiting.REVIEW
    return Waiting.PUBLICATION if work.status == DeliverableStatus.AWAITING_PUBLICATION else Waiting.WORK


def _expected(
    work: Deliverable, policy: Mapping[str, Any], terms: TermsSnapshot, waiting: Waiting
) -> datetime | None:
    """Return when the amount moves if everybody takes the time they have; silence counts for who performed."""
    if waiting in UNDATED:
        return None
    if waiting is Waiting.CANCELLATION:
        return work.contest_until
    if waiting is Waiting.REVIEW and work.review_until is not None and _is_last_look(work):
        return work.review_until
    return last_day(PolicyRecord.from_plain(policy["record"]), schedule_of(terms))


def _is_last_look(work: Deliverable) -> bool:
    """Tell whether the brand's silence releases the money (a published piece) or only leads on to publication."""
    return work.status == DeliverableStatus.PUBLISHED or not work.is_published
