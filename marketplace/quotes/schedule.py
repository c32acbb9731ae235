"""When work is due and until when it is posted, and whether the held payment would live that long."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from marketplace.errors import Conflict, Invalid
from marketplace.quotes.policy_records import PolicyRecord
from marketplace.web.language import lazy_gettext as _
from marketplace.web.language import lazy_ngettext


class ScheduleOutlivesHold(Invalid):
    """The work would end after the longest time a payment may be held."""

    code: ClassVar[str] = "schedule_outlives_hold"


class PostingWindowPassed(Conflict):
    """The work cannot be made any more before the last day of posting."""

    code: ClassVar[str] = "posting_window_passed"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`due_on` is the day of the first submission; posting days are None where the parties fixed none."""

    due_on: date
    turnaround_days: int
    posting_from: date | None = None
    posting_until: date | None = None


def plan_schedule(
    policy: PolicyRecord, *, now: datetime, turnaround_days: int, posting: tuple[date, date] | None
) -> Schedule:
    """Place the due day: a review before posting begins, yet never sooner than the influencer's turnaround.

    Without posting days (an order) the time to pay and to accept comes first.

    Raises:
        PostingWindowPassed: the last day of posting comes before the work can be made.
        ScheduleOutlivesHold: see its class.

    """
    today = policy.calendar.local_date(now)
    turnaround = timedelta(days=turnaround_days)
    if posting is None:
        waiting = policy.quote_valid + policy.order_acceptance
        schedule = Schedule(policy.calendar.local_date(now + waiting + turnaround), turnaround_days)
    else:
        starts_on, ends_on = posting
        if today + turnaround > ends_on:
            raise PostingWindowPassed(_("There is not enough time left before the last day of posting."))
        due_on = min(max(starts_on - policy.review, today + turnaround), ends_on)
        schedule = Schedule(due_on, turnaround_days, starts_on, ends_on)
    check_hold(policy, schedule, now=now)
    return schedule


def last_day(policy: PolicyRecord, schedule: Schedule) -> datetime:
    """Return when the last release is owed if everybody takes the time they have."""
    if schedule.posting_until is not None:
        posted = policy.calendar.end_of_day(schedule.posting_until)
    else:
        posted = policy.calendar.end_of_day(schedule.due_on) + policy.review + policy.posting_default
    return posted + policy.posting_confirmation


def check_hold(policy: PolicyRecord, schedule: Schedule, *, now: datetime) -> None:
    """Refuse what would outlive the hold if it were paid now.

    Raises:
        ScheduleOutlivesHold: the last release would come after the cap.

    """
    if last_day(policy, schedule) - now > policy.hold_cap:
        message = _(
            "A payment is held for %(time)s at most. Choose an earlier end.",
            time=lazy_ngettext("%(num)d day", "%(num)d days", policy.hold_cap.days),
        )
        raise ScheduleOutlivesHold(message, fields={"ends_on": message})


def due_at(policy: PolicyRecord, schedule: Schedule, *, started_at: datetime) -> datetime:
    """Return when the first submission is due: the agreed day, later if the work could only begin late."""
    turnaround = timedelta(days=schedule.turnaround_days)
    return max(policy.calendar.end_of_day(schedule.due_on), started_at + turnaround)


def posting_before(policy: PolicyRecord, posting_until: date | None, *, approved_at: datetime) -> datetime:
    """Return when the live post is due at the latest; a late approval never shortens the influencer's time."""
    if posting_until is None:
        return approved_at + policy.posting_default
    return max(policy.calendar.end_of_day(posting_until), approved_at + policy.posting_after_approval)
