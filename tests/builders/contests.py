"""A contest as tests of rulings begin with it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Contest, ContestRuling, Deliverable
from tests.builders.bookings import (
    Stage,
    build_booking,
    confirm_money,
    deliverables_of,
    open_payout_account,
)
from tests.clock import START


def build_contest(session: Session, *, is_answered: bool = True) -> tuple[Any, Any]:
    """A booking whose first work was handed in, and the brand's contest of its first criterion.

    `is_answered`: the influencer has answered, so that it may be ruled either way.
    """
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
    if is_answered:
        answer_contest(session, deal, contest)
    return deal, contest


def answer_contest(session: Session, deal: Any, contest: Any, *, now: datetime = START) -> None:
    """Let the influencer answer the brand's contest."""
    bookings.add_evidence(
        session, actor=deal.influencer.actor, contest_id=contest.id, text="It is as agreed.", now=now
    )


def build_post_contest(
    session: Session, *, stage: Stage = Stage.COMPLETED, now: datetime = START
) -> tuple[Any, Any]:
    """A booking whose post was confirmed and paid out, and the brand's report that it is gone."""
    deal = build_booking(session, stage=stage)
    confirm_money(session, deal.booked)
    contest = bookings.report_taken_down(
        session,
        actor=deal.brand.actor,
        deliverable_id=deliverables_of(session, deal.booked)[0].id,
        statement="The address leads nowhere.",
        now=now,
    )
    return deal, contest


def copy_contest(session: Session, **changes: Any) -> None:
    """Put another contest that ended at the same instant, with its ruling, about work of its own."""
    contest, ruled = session.query(Contest).limit(1).one(), session.query(ContestRuling).limit(1).one()
    work = session.get_one(Deliverable, contest.deliverable_id)
    other = _copied(session, work, number=session.query(Deliverable).count() + 10)
    _copied(session, ruled, contest_id=_copied(session, contest, deliverable_id=other.id, **changes).id)


def _copied(session: Session, row: Any, **changes: Any) -> Any:
    """Return a new row with the values of another, `changes` apart."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}
    copy = type(row)(**values | changes)
    session.add(copy)
    session.flush()
    return copy
