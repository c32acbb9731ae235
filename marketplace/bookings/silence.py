"""When silence counts as approval: never before the reminders were really sent. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta


def approval_time(
    review_until: datetime,
    accepted_at: Sequence[datetime | None],
    *,
    reminders_owed: int,
    grace: timedelta,
) -> datetime | None:
    """Return when silence approves, or None while a reminder is still owed.

    That is the later of the review's end and `grace` after the last reminder that the mail and notice adapters
    accepted; `accepted_at` holds one entry per reminder that was written.
    """
    taken = [at for at in accepted_at if at is not None]
    if len(taken) < reminders_owed:
        return None
    return max([review_until, *(at + grace for at in taken)])
