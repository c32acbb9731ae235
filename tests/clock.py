"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

import pytest

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)  # a Sunday, the first working day of the week in Riyadh


class FrozenClock:
    """Called like the real clock: `clock()` is an aware datetime in UTC."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        """Jump to `now`, which must be aware."""
        if now.tzinfo is None:
            msg = "the clock takes aware datetimes only"
            raise ValueError(msg)
        self.now = now.astimezone(UTC)

    def advance(self, delta: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a timedelta or by its parts (`hours=72`) and return the new time."""
        self.now += delta if delta is not None else timedelta(**parts)
        return self.now


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()
