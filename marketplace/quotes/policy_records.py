"""Policy records: shares and clocks of the deal as dated, versioned package data. No number of a deal is code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Self

from marketplace.quotes.business_days import BusinessCalendar


class CancellationStage(StrEnum):
    """How far a deliverable is when its booking is cancelled."""

    BEFORE_ACCEPTANCE = "before_acceptance"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class NoPolicyInForce(LookupError):
    """No record is valid at that time: a fault of the installation, not of a user."""


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """One edition of the numbers. `plain` is the record as JSON values, which a quote copies whole."""

    version: str
    valid_from: date
    terms_valid: timedelta
    quote_valid: timedelta
    pay_margin: timedelta
    order_acceptance: timedelta
    review: timedelta
    review_reminders: tuple[timedelta, ...]
    review_reminder_grace: timedelta
    resubmission: timedelta
    overdue: timedelta
    rounds_max: int
    turnaround_days_default: int
    cancellation_bps: Mapping[CancellationStage, int]
    contest_influencer: timedelta
    evidence: timedelta
    ruling_business_days: int
    appeal_business_days: int
    escalation: timedelta
    posting_confirmation: timedelta
    post_reports_max: int
    posting_default: timedelta
    posting_after_approval: timedelta
    live_checks: tuple[timedelta, ...]
    hold_alarm: timedelta
    hold_cap: timedelta
    strike: timedelta
    micro_followers: tuple[int, int]
    calendar: BusinessCalendar
    plain: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Build a record from JSON values, those of the package or those a quote copied."""

        def hours(name: str) -> timedelta:
            return timedelta(hours=plain[f"{name}_hours"])

        def days(name: str) -> timedelta:
            return timedelta(days=plain[f"{name}_days"])

        return cls(
            version=plain["version"],
            valid_from=date.fromisoformat(plain["valid_from"]),
            terms_valid=hours("terms_valid"),
            quote_valid=hours("quote_valid"),
            pay_margin=timedelta(minutes=plain["pay_margin_minutes"]),
            order_acceptance=hours("order_acceptance"),
            review=hours("review"),
            review_reminders=_hours(plain["review_reminder_hours"]),
            review_reminder_grace=hours("review_reminder_grace"),
            resubmission=hours("resubmission"),
            overdue=hours("overdue"),
            rounds_max=plain["rounds_max"],
            turnaround_days_default=plain["turnaround_days_default"],
            cancellation_bps={
                CancellationStage(row["stage"]): row["share_bps"] for row in plain["cancellation"]
            },
            contest_influencer=days("contest_influencer"),
            evidence=days("evidence"),
            ruling_business_days=plain["ruling_business_days"],
            appeal_business_days=plain["appeal_business_days"],
            escalation=days("escalation"),
            posting_confirmation=hours("posting_confirmation"),
            # quotes that were made before reports were counted have none
            post_reports_max=plain.get("post_reports_max", 2),
            posting_default=days("posting_default"),
            posting_after_approval=hours("posting_after_approval"),
            live_checks=_hours(plain["live_check_hours"]),
            hold_alarm=days("hold_alarm"),
            hold_cap=days("hold_cap"),
            strike=days("strike"),
            micro_followers=tuple(plain["micro_followers"]),
            calendar=BusinessCalendar.from_plain(plain["business_calendar"]),
            plain=plain,
        )

    @property
    def time_to_pay(self) -> timedelta:
        """How long the brand has to accept a quote and to open the payment page."""
        return self.quote_valid - self.pay_margin

    @property
    def kept_live(self) -> timedelta:
        """How long a post stays up: the last look of `live_checks`."""
        return self.live_checks[-1]


def payable_until(ends_at: datetime, record: Mapping[str, Any]) -> datetime:
    """Return until when a quote can be accepted, and a payment page of its booking opened, by the numbers it copied.

    That is what a side is told; `ends_at`, where quote and booking lapse, leaves an open page its time.
    """
    return payable_before(ends_at, record["pay_margin_minutes"])


def payable_before(ends_at: datetime, margin_minutes: int) -> datetime:
    """Return the same of the one number that decides it, where a list has read no more of the record."""
    return ends_at - timedelta(minutes=margin_minutes)


def _hours(values: Sequence[int]) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=value) for value in values)


@cache
def load_records() -> tuple[PolicyRecord, ...]:
    """Read the package's records, oldest first."""
    text = resources.files("marketplace.quotes").joinpath("data/policies.json").read_text(encoding="utf-8")
    records = [PolicyRecord.from_plain(plain) for plain in json.loads(text)["records"]]
    return tuple(sorted(records, key=lambda record: record.valid_from))


def policy_named(version: str) -> PolicyRecord:
    """Return the record of that version, in force or not.

    Raises:
        NoPolicyInForce: the package has none of that version.

    """
    found = next((record for record in load_records() if record.version == version), None)
    if found is None:
        raise NoPolicyInForce(f"no policy record has the version {version}")
    return found


def policy_at(now: datetime, records: Sequence[PolicyRecord] | None = None) -> PolicyRecord:
    """Return the record in force at an aware time.

    Raises:
        NoPolicyInForce: every record begins later.

    """
    in_force = [
        record
        for record in (load_records() if records is None else records)
        if record.valid_from <= record.calendar.local_date(now)
    ]
    if not in_force:
        raise NoPolicyInForce(f"no policy record is valid at {now:%Y-%m-%d}")
    return in_force[-1]
