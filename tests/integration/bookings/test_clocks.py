"""Every clock of a booking: when it fires, that it fires once, and that silence counts only after real reminders."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.billing.held_long import list_long_held
from marketplace.bookings import operations as bookings
from marketplace.bookings import timers
from marketplace.bookings.domain import TimerKind
from marketplace.bookings.models import Booking, BookingEvent, Deliverable, Reminder, Timer
from marketplace.bookings.timers import fire_timer
from marketplace.briefs.models import Brief
from marketplace.db import transaction
from marketplace.deals.models import Application, Order
from marketplace.outbox.models import OutboxRow
from marketplace.quotes.domain import DealPath
from payments.models import Escrow
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account, submit
from tests.clock import START

HOUR = timedelta(hours=1)


@pytest.fixture
def at_stage(session):
    """A committed deal at a stage, and the ids of its booking and deliverables."""

    def build(stage, *, path=DealPath.APPLICATION):
        deal = build_booking(session, stage=stage, path=path)
        open_payout_account(session, deal.influencer)
        ids = [row.id for row in deliverables_of(session, deal.booked)]
        booking_id = deal.booked.id
        session.commit()
        return deal, booking_id, ids

    return build


def run(sessions, at):
    while bookings.run_due_timers(sessions, now=at):
        still_due = select(Timer.id).where(Timer.closed_at.is_(None), Timer.due_at <= at)
        with sessions() as session:
            if not session.scalars(still_due).all():
                return


def accept_reminders(sessions, at):
    with sessions() as session:
        for key in session.scalars(select(Reminder.key).where(Reminder.accepted_at.is_(None))).all():
            assert bookings.mark_reminder_accepted(session, key, at)
        session.commit()


def row(sessions, model, row_id):
    with sessions() as session:
        return session.get_one(model, row_id)


def contest_half_an_hour_late(sessions, deal, work_id, ended_at):
    """The time to look is over, and nobody was told of it: both sides read a time to come, and the brand may contest."""
    now = ended_at + HOUR / 2
    assert row(sessions, Deliverable, work_id).review_until > now
    what = {"criteria": ["brew"], "statement": "Not as agreed."}
    with transaction(sessions) as session:
        bookings.open_contest(session, actor=deal.brand.actor, deliverable_id=work_id, now=now, **what)
    assert row(sessions, Deliverable, work_id).status == "contested"


class TestReview:
    def test_is_approved_by_silence_after_72_hours_and_both_reminders(self, sessions, at_stage):
        _deal, _booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        for hour in (24, 60):
            run(sessions, START + hour * HOUR)
            accept_reminders(sessions, START + hour * HOUR)
        run(sessions, START + 71 * HOUR)
        assert row(sessions, Deliverable, file).status == "submitted"
        run(sessions, START + 72 * HOUR)
        approved = row(sessions, Deliverable, file)
        assert (approved.status, approved.approved_how) == ("releasing", "silence")

    def test_waits_for_reminders_that_were_never_sent(self, sessions, at_stage):
        _deal, _booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        for hour in (24, 60, 72, 200):
            run(sessions, START + hour * HOUR)
        assert row(sessions, Deliverable, file).status == "submitted"

    def test_lets_the_brand_contest_as_long_as_silence_does_not_count(self, sessions, at_stage):
        deal, _booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        for hour in (24, 60, 72):
            run(sessions, START + hour * HOUR)
        contest_half_an_hour_late(sessions, deal, file, START + 72 * HOUR)

    def test_gives_twelve_hours_after_the_last_reminder_that_was_taken(self, sessions, at_stage):
        _deal, _booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        run(sessions, START + 24 * HOUR)
        accept_reminders(sessions, START + 24 * HOUR)
        run(sessions, START + 60 * HOUR)
        run(sessions, START + 72 * HOUR)
        accept_reminders(sessions, START + 100 * HOUR)
        assert row(sessions, Deliverable, file).review_until == START + 112 * HOUR
        run(sessions, START + 111 * HOUR)
        assert row(sessions, Deliverable, file).status == "submitted"
        run(sessions, START + 112 * HOUR)
        assert row(sessions, Deliverable, file).status == "releasing"

    def test_after_a_pause_reminds_first_and_never_approves_at_once(self, sessions, at_stage):
        _deal, _booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        late = START + 300 * HOUR
        run(sessions, late)
        with sessions() as session:
            mine = select(Reminder.number).where(Reminder.deliverable_id == file)
            assert sorted(session.scalars(mine)) == [1, 2]
        assert row(sessions, Deliverable, file).status == "submitted"
        accept_reminders(sessions, late)
        run(sessions, late + 12 * HOUR)
        assert row(sessions, Deliverable, file).status == "releasing"

    def test_starts_anew_with_a_new_version(self, session, sessions, at_stage):
        deal, _booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        run(sessions, START + 24 * HOUR)
        accept_reminders(sessions, START + 24 * HOUR)
        again = START + 30 * HOUR
        bookings.request_changes(
            session,
            actor=deal.brand.actor,
            deliverable_id=file,
            criterion_id="brew",
            note="more",
            now=again,
        )
        submit(session, deal, session.get_one(Deliverable, file), now=again)
        session.commit()
        run(sessions, START + 75 * HOUR)
        assert row(sessions, Deliverable, file).status == "submitted"
        assert row(sessions, Deliverable, file).review_until == again + 72 * HOUR


class TestMarkReminderAccepted:
    def test_does_not_know_what_was_never_written(self, session):
        assert not bookings.mark_reminder_accepted(session, "review.reminder:none:1", START)

    def test_keeps_the_first_time(self, sessions, at_stage):
        at_stage(Stage.SUBMITTED)
        run(sessions, START + 24 * HOUR)
        with sessions() as session:
            key = session.scalars(select(Reminder.key)).first()
            bookings.mark_reminder_accepted(session, key, START + 25 * HOUR)
            bookings.mark_reminder_accepted(session, key, START + 50 * HOUR)
            accepted = session.scalar(select(Reminder.accepted_at).where(Reminder.key == key))
        assert accepted == START + 25 * HOUR


class TestPay:
    def test_ends_a_booking_nobody_began_to_pay(self, sessions, at_stage):
        _deal, booking_id, (reel, _file) = at_stage(Stage.ACCEPTED)
        run(sessions, START + 48 * HOUR)
        assert row(sessions, Booking, booking_id).status == "expired"
        assert row(sessions, Deliverable, reel).status == "cancelled"
        with sessions() as session:
            assert session.scalars(select(Application.status)).one() == "shortlisted"
            assert session.scalars(select(Escrow.status)).one() == "cancelled"

    def test_waits_for_the_providers_news_when_a_page_was_opened(self, session, sessions, at_stage):
        deal, booking_id, _ids = at_stage(Stage.ACCEPTED)
        bookings.start_payment(
            session,
            actor=deal.brand.actor,
            booking_id=booking_id,
            success_url="https://a.test",
            cancel_url="https://a.test",
            now=START,
        )
        session.commit()
        run(sessions, START + 48 * HOUR)
        assert row(sessions, Booking, booking_id).status == "awaiting_payment"
        run(sessions, START + 50 * HOUR)
        assert row(sessions, Booking, booking_id).status == "expired"

    def test_lets_an_order_lapse(self, sessions, at_stage):
        at_stage(Stage.ACCEPTED, path=DealPath.ORDER)
        run(sessions, START + 48 * HOUR)
        with sessions() as session:
            assert session.scalars(select(Order.status)).one() == "lapsed"

    def test_expires_also_when_payments_tells_so(self, session, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.ACCEPTED)
        for _time in range(2):
            bookings.on_funding_expired(session, booking_ref=booking_id, now=START)
        assert session.get_one(Booking, booking_id).status == "expired"


class TestAcceptOrder:
    def test_refunds_everything_after_72_hours_of_silence(self, sessions, at_stage):
        _deal, booking_id, ids = at_stage(Stage.FUNDED, path=DealPath.ORDER)
        run(sessions, START + 71 * HOUR)
        assert row(sessions, Booking, booking_id).status == "funded"
        run(sessions, START + 72 * HOUR)
        assert row(sessions, Booking, booking_id).status == "declined"
        for each in ids:
            deliverable = row(sessions, Deliverable, each)
            assert (deliverable.status, deliverable.share_bps) == ("refunding", 0)

    def test_leaves_an_answered_order_alone(self, sessions, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.ACTIVE, path=DealPath.ORDER)
        run(sessions, START + 100 * HOUR)
        assert row(sessions, Booking, booking_id).status == "active"


class TestConfirmation:
    def test_confirms_a_post_by_24_hours_of_silence(self, sessions, at_stage):
        _deal, _booking_id, (reel, _file) = at_stage(Stage.PUBLISHED)
        with transaction(sessions) as session:
            bookings.note_received_told(session, reel, START)
        run(sessions, START + 24 * HOUR)
        assert row(sessions, Deliverable, reel).status == "releasing"

    def test_lets_the_brand_contest_a_post_of_which_it_was_not_told(self, sessions, at_stage):
        deal, _booking_id, (reel, _file) = at_stage(Stage.PUBLISHED)
        run(sessions, START + 24 * HOUR)
        contest_half_an_hour_late(sessions, deal, reel, START + 24 * HOUR)

    def test_confirms_nothing_of_which_the_brand_was_not_told(self, sessions, at_stage):
        _deal, _booking_id, (reel, _file) = at_stage(Stage.PUBLISHED)
        run(sessions, START + 24 * HOUR)
        run(sessions, START + 48 * HOUR)
        assert row(sessions, Deliverable, reel).status == "published"
        for _twice in range(2):
            with transaction(sessions) as session:
                bookings.note_received_told(session, reel, START + 48 * HOUR)
        run(sessions, START + 71 * HOUR)
        assert row(sessions, Deliverable, reel).status == "published"
        run(sessions, START + 72 * HOUR)
        assert row(sessions, Deliverable, reel).status == "releasing"


class TestDueDates:
    def test_are_told_once_and_move_no_money(self, sessions, at_stage):
        _deal, booking_id, (reel, _file) = at_stage(Stage.ACTIVE)
        late = START + timedelta(days=40)
        run(sessions, late)
        run(sessions, late + HOUR)
        with sessions() as session:
            kinds = session.scalars(
                select(BookingEvent.kind).where(BookingEvent.deliverable_id == reel)
            ).all()
        assert kinds.count("deliverable.overdue") == 1
        assert row(sessions, Deliverable, reel).status == "in_progress"
        assert row(sessions, Booking, booking_id).status == "active"


class TestHold:
    def test_alarms_at_60_and_75_days_and_moves_no_money(self, sessions, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.ACTIVE)
        run(sessions, START + timedelta(days=60))
        run(sessions, START + timedelta(days=75))
        with sessions() as session:
            kinds = set(session.scalars(select(OutboxRow.kind)))
        assert {"booking.hold_alarm", "booking.hold_cap"} <= kinds
        assert row(sessions, Booking, booking_id).status == "active"

    def test_stays_with_the_operators_past_the_cap_until_the_money_has_moved(self, sessions, at_stage):
        _deal, booking_id, ids = at_stage(Stage.ACTIVE)

        def held(days):
            with sessions() as session:
                return [each.booking_id for each in list_long_held(session, now=START + timedelta(days=days))]

        assert (held(55), held(65)) == ([], [booking_id])
        run(sessions, START + timedelta(days=76))
        assert held(76) == [booking_id]
        with transaction(sessions) as session:
            for each in ids:
                session.get_one(Deliverable, each).status = "refunded"
        assert held(76) == []

    def test_of_a_frozen_booking_does_not_wait_for_it(self, sessions, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.ACTIVE)
        with transaction(sessions) as session:
            bookings.on_chargeback_opened(session, booking_ref=booking_id, now=START + timedelta(days=50))
        run(sessions, START + timedelta(days=75))
        with sessions() as session:
            kinds = set(session.scalars(select(OutboxRow.kind)))
        assert {"booking.hold_alarm", "booking.hold_cap"} <= kinds


class TestLiveChecks:
    def test_go_on_after_the_booking_is_complete(self, sessions, at_stage):
        at_stage(Stage.COMPLETED)
        run(sessions, START + timedelta(days=30))
        with sessions() as session:
            kinds = session.scalars(select(BookingEvent.kind)).all()
        assert kinds.count("publication.live_check") == 4


class TestFireTimer:
    def test_does_nothing_twice_or_early_or_for_an_unknown_one(self, session, sessions, at_stage):
        at_stage(Stage.ACCEPTED)
        timer_id = session.scalars(select(Timer.id)).one()
        assert not fire_timer(session, timer_id="none", now=START)
        assert not fire_timer(session, timer_id=timer_id, now=START)
        assert fire_timer(session, timer_id=timer_id, now=START + 48 * HOUR)
        assert not fire_timer(session, timer_id=timer_id, now=START + 48 * HOUR)

    def test_that_fails_does_not_stop_the_others(self, session, sessions, at_stage):
        _deal, _booking_id, (reel, file) = at_stage(Stage.PUBLISHED)
        broken = session.scalars(
            select(Timer).where(Timer.kind == "confirm_publication", Timer.deliverable_id == reel)
        ).one()
        broken.deliverable_id, broken.due_at = file, START
        session.get_one(
            Deliverable, file
        ).status = "published"  # it has no publication that could be confirmed
        session.commit()
        run_once = bookings.run_due_timers(sessions, now=START + timedelta(days=60))
        assert run_once > 1
        with sessions() as fresh:
            assert "booking.hold_alarm" in set(fresh.scalars(select(BookingEvent.kind)))


class TestBriefs:
    def test_of_a_cancelled_booking_has_its_place_back(self, session, at_stage):
        deal, booking_id, _ids = at_stage(Stage.ACTIVE)
        brief = session.get_one(Brief, deal.brief.brief.id)
        brief.status = "full"
        bookings.cancel_booking(session, actor=deal.brand.actor, booking_id=booking_id, now=START)
        assert brief.status == "open"
        assert session.scalars(select(Application.status)).one() == "ended"


class TestRunDueTimers:
    def test_puts_off_a_clock_that_fails_and_goes_on_with_the_others(self, sessions, at_stage, monkeypatch):
        _deal, booking_id, _ids = at_stage(Stage.ACTIVE)

        def explode(*_arguments):
            raise ValueError("poison")

        monkeypatch.setattr(timers, "HANDLERS", {**timers.HANDLERS, TimerKind.HOLD_ALARM: explode})
        late = START + timedelta(days=100)
        run(sessions, late)
        with sessions() as session:
            waiting = session.scalars(
                select(Timer).where(Timer.booking_id == booking_id, Timer.closed_at.is_(None))
            ).all()
        assert {each.kind: each.due_at for each in waiting} == {"hold_alarm": late + timedelta(minutes=10)}
        assert bookings.run_due_timers(sessions, now=late + timedelta(minutes=9)) == 0


class TestPause:
    """Nothing ran for more than a week: what ran out meanwhile counts only after people had time to act again."""

    def test_leaves_the_influencer_time_to_contest_a_cancellation(self, sessions, session, at_stage):
        deal, booking_id, (_reel, file) = at_stage(Stage.SUBMITTED)
        bookings.cancel_booking(session, actor=deal.brand.actor, booking_id=booking_id, now=START)
        session.commit()
        back = START + timedelta(days=9)
        for _ in range(2):
            bookings.run_due_timers(sessions, now=back, leaves_grace=True)
        cancelled = row(sessions, Deliverable, file)
        assert (cancelled.status, cancelled.contest_until) == ("cancelled", back + 12 * HOUR)
        with sessions() as fresh:
            kinds = fresh.scalars(select(BookingEvent.kind).where(BookingEvent.deliverable_id == file)).all()
        assert kinds.count("clock.extended") == 1
        bookings.run_due_timers(sessions, now=back + 12 * HOUR, leaves_grace=True)
        assert row(sessions, Deliverable, file).status != "cancelled"

    def test_leaves_an_order_time_to_be_accepted(self, sessions, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.FUNDED, path=DealPath.ORDER)
        back = START + timedelta(days=9)
        bookings.run_due_timers(sessions, now=back, leaves_grace=True)
        order = row(sessions, Booking, booking_id)
        assert (order.status, order.accept_before) == ("funded", back + 12 * HOUR)

    def test_is_none_where_a_clock_is_on_time(self, sessions, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.FUNDED, path=DealPath.ORDER)
        due_at = row(sessions, Booking, booking_id).accept_before
        bookings.run_due_timers(sessions, now=due_at + HOUR, leaves_grace=True)
        assert row(sessions, Booking, booking_id).status == "declined"

    def test_begins_where_a_clock_is_more_than_an_hour_late(self, sessions, at_stage):
        _deal, booking_id, _ids = at_stage(Stage.FUNDED, path=DealPath.ORDER)
        late = row(sessions, Booking, booking_id).accept_before + HOUR + timedelta(seconds=1)
        bookings.run_due_timers(sessions, now=late, leaves_grace=True)
        assert row(sessions, Booking, booking_id).accept_before == late + 12 * HOUR
