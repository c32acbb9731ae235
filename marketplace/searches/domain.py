"""Words of saved searches: how often somebody wants to hear of new finds, and when the next word is due."""

from datetime import datetime, timedelta
from enum import StrEnum

NAME_LENGTH_MAX = 80
CODE_LENGTH_MAX = 60
"""Of one code of a facet."""
SEARCHES_MOST = 100
"""Saved searches of one brand: each is run again every day."""
RUN_EVERY = timedelta(days=1)
RETRY_AFTER = timedelta(hours=1)
"""A search whose run failed waits so long, and the others go on."""
MAIL_EVERY = timedelta(days=1)
"""One mail within this span for a person, with all searches in it."""
OFF = "off"
NEWS_KIND = "search.news"
"""Of the notice and the mail about new finds."""


class Pace(StrEnum):
    """How often somebody hears of a search's new finds."""

    DAILY = "daily"
    WEEKLY = "weekly"


SPANS = {Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7)}


def is_due(pace: str, *, created_at: datetime, told_at: datetime | None, now: datetime) -> bool:
    """Return whether news of a search may be told: daily at once and then once a day, weekly a week after the last word."""
    if pace == Pace.DAILY:
        return told_at is None or told_at + SPANS[Pace.DAILY] <= now
    return (told_at or created_at) + SPANS[Pace.WEEKLY] <= now
