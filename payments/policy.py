"""The timings of the operation protocol in one frozen record, so that tests and sites can differ from the defaults."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPolicy:
    """How long things may take.

    The defaults follow Stripe's documented limits (keys live at least 24 h, hosted pages 30 minutes to 24 hours) with
    a margin.
    """

    is_restored: bool = False
    """The database is an older copy: look at the provider before anything is sent."""
    lease: timedelta = timedelta(seconds=90)
    resend_within: timedelta = timedelta(hours=23)
    absent_after: timedelta = timedelta(minutes=10)
    stored_failures_max: int = 3
    first_retry_after: timedelta = timedelta(seconds=5)
    longest_retry_after: timedelta = timedelta(minutes=15)
    refused_retry_after: timedelta = timedelta(hours=1)
    refused_retries_max: int = 120
    checkout_life_min: timedelta = timedelta(minutes=31)
    checkout_life_max: timedelta = timedelta(hours=24) - timedelta(minutes=1)
    bank_change_hold: timedelta = timedelta(hours=72)
    inbox_attempts_max: int = 12
    poll_after: timedelta = timedelta(minutes=5)

    def retry_at(self, now: datetime, calls: int) -> datetime:
        """Return when to try again after this many calls: doubling, up to the longest."""
        doubled = self.first_retry_after * (1 << min(max(calls - 1, 0), 16))
        return now + min(doubled, self.longest_retry_after)


DEFAULT_POLICY = OperationPolicy()
