"""A contest as tests of rulings begin with it."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings import operations as bookings
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account
from tests.clock import START


def build_contest(session: Session) -> tuple[Any, Any]:
    """A booking whose first work was handed in, and the brand's contest of its first criterion."""
    deal = build_booking(session, stage=Stage.SUBMITTED)
    open_payout_account(session, deal.influencer)
    contest = bookings.open_contest(
        session,
        actor=deal.brand.actor,
        deliverable_id=deliverables_of(session, deal.booked)[0].id,
        criteria=["brew"],
        statement="It is wrong.",
        now=START,
    )
    return deal, contest
