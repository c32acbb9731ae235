"""Whether a released share has reached the influencer's bank: payouts take what arrived first."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, Deliverable
from payments.statements import PayoutView, list_payouts
from payments.statuses import OperationState

#: more payouts than one influencer has
PAYOUTS_READ = 1000


def is_in_bank(payout: PayoutView) -> bool:
    """Tell whether the bank has it, as the provider says."""
    return payout.gateway_status == "paid" and payout.failure_code is None


def is_moving(payout: PayoutView) -> bool:
    """Tell whether it has left the payout account, or is about to, and is not in the bank yet."""
    is_over = payout.failure_code is not None or payout.state is OperationState.REFUSED
    return not is_over and not is_in_bank(payout)


def sum_payouts(payouts: Iterable[PayoutView], currency: str) -> int:
    """Return what they pay in a currency, in minor units."""
    return sum(each.amount_minor for each in payouts if each.currency == currency)


def bank_state(session: Session, *, influencer_id: str, currency: str, released_at: datetime) -> str:
    """Return the step of a share released then, in two statements: "done", "now" (on its way) or "next"."""
    arrived = session.scalar(
        select(func.sum(Deliverable.release_minor))
        .join(Booking, Booking.id == Deliverable.booking_id)
        .where(
            Booking.influencer_id == influencer_id,
            Booking.currency == currency,
            Deliverable.released_at <= released_at,
        )
    )
    payouts = list_payouts(session, payee_ref=influencer_id, limit=PAYOUTS_READ)
    owed = int(arrived or 0) - sum_payouts(filter(is_in_bank, payouts), currency)
    if owed <= 0:
        return "done"
    return "now" if owed <= sum_payouts(filter(is_moving, payouts), currency) else "next"
