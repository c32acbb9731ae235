"""Marks against an influencer for not performing; they expire."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.locks import Case
from marketplace.bookings.models import Deliverable, Strike


def add_strike(session: Session, case: Case, deliverable: Deliverable, *, reason: str, now: datetime) -> None:
    """Add a strike, once per deliverable and reason."""
    key = f"{reason}:{deliverable.id}"
    if session.scalar(select(Strike.id).where(Strike.key == key)) is not None:
        return
    session.add(
        Strike(
            influencer_id=case.booking.influencer_id,
            booking_id=case.booking.id,
            reason=reason,
            key=key,
            created_at=now,
            expires_at=now + case.policy.strike,
        )
    )
    session.flush()


def count_strikes(session: Session, *, influencer_id: str, now: datetime) -> int:
    """Return how many strikes of an influencer have not expired."""
    query = (
        select(func.count())
        .select_from(Strike)
        .where(Strike.influencer_id == influencer_id, Strike.expires_at > now)
    )
    return session.scalar(query) or 0
