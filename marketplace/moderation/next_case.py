"""Which case an operator is led to once one is decided."""

from datetime import datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from marketplace.bookings.hearing import list_unheard
from marketplace.moderation.domain import CaseStatus
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.queue_order import QueueOrder, with_contests
from marketplace.policies import Actor


def next_case_id(session: Session, *, actor: Actor, decided: ModerationCase, now: datetime) -> str | None:
    """Return the next open case behind the decided one in the queue, else its first; None when none is left.

    Left out are cases that a colleague holds, and contests in which a side is still heard.
    """
    order = QueueOrder(list_unheard(session, now=now), now)
    is_behind = order.is_behind(session, decided.id)
    statement = with_contests(select(ModerationCase.id))
    return session.scalar(
        statement.where(
            ModerationCase.status == CaseStatus.OPEN,
            or_(
                ModerationCase.claimed_by.is_(None),
                ModerationCase.claimed_by == actor.user_id,
                ModerationCase.claimed_until < now,
            ),
            ModerationCase.version_ref.not_in(order.unheard),
        )
        .order_by(case((is_behind, 0), else_=1), *order.columns)
        .limit(1)
    )
