"""Marks against an influencer for not performing; they expire."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.locks import Case
from marketplace.bookings.models import Deliverable, Strike


def add_strike(session: Session, case: Case, deliverable: Deliverable, *, reason: str, now: datetime) -> None:
    """Add a strike, once per deliverable and reason."""
    key = f"{reason}:{deliverable.id}"
    known = session.scalar(select(Strike).where(Strike.key == key))
    if known is not None:
        # the same again, after an operator had taken it back: it counts from now
        if known.withdrawn_at is not None:
            known.withdrawn_at, known.created_at, known.expires_at = None, now, now + case.policy.strike
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


def withdraw_strike(session: Session, deliverable: Deliverable, *, reason: str, now: datetime) -> bool:
    """Take a strike back that was given wrongly; False when there is none."""
    strike = session.scalar(
        select(Strike).where(Strike.key == f"{reason}:{deliverable.id}", Strike.withdrawn_at.is_(None))
    )
    if strike is None:
        return False
    strike.withdrawn_at = now
    session.flush()
    return True


def count_strikes(session: Session, *, influencer_id: str, now: datetime) -> int:
    """Return how many strikes of an influencer have not expired."""
    query = (
        select(func.count())
        .select_from(Strike)
        .where(Strike.influencer_id == influencer_id, Strike.expires_at > now, Strike.withdrawn_at.is_(None))
    )
    return session.scalar(query) or 0
