"""Business days of a calendar that is data: which weekdays rest, which dates are holidays, in which time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """`weekend` holds weekdays (Monday is 0); `fixed_holidays` are "MM-DD" of every year."""

    zone: str
    weekend: frozenset[int]
    fixed_holidays: frozenset[str]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Build a calendar from JSON values."""
        return cls(plain["zone"], frozenset(plain["weekend"]), frozenset(plain["fixed_holidays"]))

    def local_date(self, at: datetime) -> date:
        """Return the date in the calendar's zone at an aware time."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def end_of_day(self, day: date) -> datetime:
        """Return the last second of the day in the calendar's zone, in UTC."""
        return datetime.combine(day, time(23, 59, 59), ZoneInfo(self.zone)).astimezone(UTC)

    def start_of_day(self, day: date) -> datetime:
        """Return the first second of the day in the calendar's zone, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def is_business_day(self, day: date) -> bool:
        """Return whether work is done on the day."""
        return day.weekday() not in self.weekend and f"{day:%m-%d}" not in self.fixed_holidays

    def end_of_business_days(self, at: datetime, days: int) -> datetime:
        """Return the end of the `days`-th business day after the day of `at`."""
        day = self.local_date(at)
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_business_day(day)
        return self.end_of_day(day)
