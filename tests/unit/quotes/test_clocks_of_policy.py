"""Policy records, business days and schedules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.quotes.policy_records import (
    NoPolicyInForce,
    PolicyRecord,
    load_records,
    policy_at,
    policy_named,
)
from marketplace.quotes.schedule import (
    PostingWindowPassed,
    Schedule,
    ScheduleOutlivesHold,
    check_hold,
    due_at,
    last_day,
    plan_schedule,
    posting_before,
)
from matching.criteria import FollowerGate
from tests.clock import START

POLICY = load_records()[0]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestPolicyNamed:
    def test_finds_the_record_a_deal_was_made_with(self):
        assert policy_named(POLICY.version) is POLICY

    def test_refuses_a_version_that_never_was(self):
        with pytest.raises(NoPolicyInForce):
            policy_named("1999-01")


class TestPolicyAt:
    def test_finds_the_numbers_of_the_deal(self):
        policy = policy_at(START)
        assert policy.quote_valid == 48 * HOUR
        assert policy.terms_valid == 14 * DAY
        assert policy.pay_margin == timedelta(minutes=31)
        assert policy.time_to_pay == 47 * HOUR + timedelta(minutes=29)
        assert policy.order_acceptance == policy.review == policy.resubmission == 72 * HOUR
        assert policy.review_reminders == (24 * HOUR, 60 * HOUR)
        assert policy.review_reminder_grace == 12 * HOUR
        assert policy.overdue == 48 * HOUR
        assert policy.rounds_max == 2
        assert list(policy.cancellation_bps.values()) == [0, 1_000, 5_000, 10_000]
        assert policy.contest_influencer == 7 * DAY
        assert policy.evidence == 5 * DAY
        assert (policy.ruling_business_days, policy.appeal_business_days) == (5, 5)
        assert policy.posting_confirmation == 24 * HOUR
        assert policy.live_checks == (HOUR, 24 * HOUR, 7 * DAY, 30 * DAY)
        assert policy.kept_live == 30 * DAY
        assert (policy.hold_alarm, policy.hold_cap) == (60 * DAY, 75 * DAY)
        assert policy.micro_followers == (1_000, 100_000)
        gate = FollowerGate()  # to which a brand may widen a list, whatever its brief asks
        assert (gate.minimum, gate.maximum) == load_records()[-1].micro_followers
        assert policy.plain["rights_included"]["organic_months"] == 6

    def test_takes_the_newest_that_has_begun(self):
        newer = replace(POLICY, version="2026-06", valid_from=date(2026, 6, 1))
        records = [POLICY, newer]
        assert policy_at(datetime(2026, 5, 31, 20, tzinfo=UTC), records).version == "2025-01"
        # in Riyadh the first of June has begun at 21:00 UTC
        assert policy_at(datetime(2026, 5, 31, 21, tzinfo=UTC), records).version == "2026-06"

    def test_refuses_a_time_before_the_first_record(self):
        with pytest.raises(NoPolicyInForce):
            policy_at(datetime(2020, 1, 1, tzinfo=UTC))

    def test_comes_back_whole_from_the_copy_in_a_quote(self):
        assert PolicyRecord.from_plain(dict(POLICY.plain)) == POLICY


class TestBusinessCalendar:
    @pytest.mark.parametrize(
        ("begin", "days", "end"),
        [
            ("2026-03-01", 5, "2026-03-08"),  # Sunday; Friday and Saturday rest
            ("2026-03-05", 1, "2026-03-08"),  # Thursday, then the weekend
            ("2026-09-22", 1, "2026-09-24"),  # National Day on the 23rd
            ("2026-03-03", 0, "2026-03-03"),
        ],
    )
    def test_skips_weekends_and_holidays(self, begin, days, end):
        at = datetime.fromisoformat(f"{begin}T09:00:00+00:00")
        calendar = POLICY.calendar
        assert calendar.end_of_business_days(at, days) == calendar.end_of_day(date.fromisoformat(end))

    def test_ends_and_begins_days_in_its_zone(self):
        day = date(2026, 3, 1)
        assert POLICY.calendar.end_of_day(day) == datetime(2026, 3, 1, 20, 59, 59, tzinfo=UTC)
        assert POLICY.calendar.start_of_day(day) == datetime(2026, 2, 28, 21, tzinfo=UTC)
        assert POLICY.calendar.local_date(datetime(2026, 2, 28, 22, tzinfo=UTC)) == day


def plan(*, now=START, turnaround_days=7, posting=(date(2026, 3, 15), date(2026, 3, 29))):
    return plan_schedule(POLICY, now=now, turnaround_days=turnaround_days, posting=posting)


class TestPlanSchedule:
    def test_leaves_a_review_before_posting_begins(self):
        assert plan().due_on == date(2026, 3, 12)

    def test_never_asks_sooner_than_the_turnaround(self):
        assert plan(turnaround_days=20).due_on == date(2026, 3, 21)

    def test_refuses_when_the_last_day_comes_too_soon(self):
        with pytest.raises(PostingWindowPassed):
            plan(turnaround_days=29)
        assert plan(turnaround_days=28).due_on == date(2026, 3, 29)

    def test_of_an_order_lets_payment_and_acceptance_come_first(self):
        schedule = plan(posting=None)
        assert schedule.due_on == date(2026, 3, 13)
        assert schedule.posting_until is None

    def test_refuses_what_outlives_the_hold(self):
        fits = START.date() + timedelta(days=73)
        plan(posting=(date(2026, 3, 15), fits))
        with pytest.raises(ScheduleOutlivesHold) as refusal:
            plan(posting=(date(2026, 3, 15), fits + 2 * DAY))
        assert "ends_on" in refusal.value.fields
        with pytest.raises(ScheduleOutlivesHold):
            plan(posting=None, turnaround_days=61)

    def test_lets_a_payment_be_held_to_the_second_of_the_cap(self):
        schedule = plan()
        paid_at = last_day(POLICY, schedule) - POLICY.hold_cap
        check_hold(POLICY, schedule, now=paid_at)
        with pytest.raises(ScheduleOutlivesHold):
            check_hold(POLICY, schedule, now=paid_at - timedelta(seconds=1))


class TestLastDay:
    def test_is_the_end_of_posting_and_its_confirmation(self):
        at = last_day(POLICY, Schedule(date(2026, 3, 1), 7, date(2026, 3, 2), date(2026, 3, 3)))
        assert at == POLICY.calendar.end_of_day(date(2026, 3, 4))


class TestDueAt:
    def test_is_the_end_of_the_agreed_day(self):
        schedule = Schedule(date(2026, 3, 20), 7)
        assert due_at(POLICY, schedule, started_at=START) == POLICY.calendar.end_of_day(schedule.due_on)

    def test_is_later_when_work_began_late(self):
        late = START + 30 * DAY
        assert due_at(POLICY, Schedule(date(2026, 3, 20), 7), started_at=late) == late + 7 * DAY


class TestPostingBefore:
    def test_is_the_last_day_of_posting(self):
        day = date(2026, 3, 20)
        assert posting_before(POLICY, day, approved_at=START) == POLICY.calendar.end_of_day(day)

    def test_gives_two_days_after_a_late_approval(self):
        late = START + 30 * DAY
        assert posting_before(POLICY, date(2026, 3, 20), approved_at=late) == late + 48 * HOUR

    def test_gives_a_week_where_no_days_were_agreed(self):
        assert posting_before(POLICY, None, approved_at=START) == START + 7 * DAY
