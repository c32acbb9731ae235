"""When a post may be reported as taken down, how often, and how a report ends that nobody ruled."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent, Publication, Timer
from marketplace.bookings.queries import booking_room
from marketplace.bookings.refusals import BookingFrozen, ReportsUsedUp, StatusConflict
from marketplace.bookings.rulings import Author, RulingInput
from marketplace.bookings.strikes import count_strikes
from marketplace.quotes.models import TermsSnapshot
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of
from tests.builders.contests import build_contest, build_post_contest
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)
REPORTED = START + 3 * DAY
LIVE_CHECK = Timer.kind == "live_check"


def strikes(session, deal):
    return count_strikes(session, influencer_id=deal.influencer.influencer.id, now=REPORTED + 9 * DAY)


def report(session, deal, *, now):
    return bookings.report_taken_down(
        session,
        actor=deal.brand.actor,
        deliverable_id=deliverables_of(session, deal.booked)[0].id,
        statement="Gone.",
        now=now,
    )


def may_report(session, deal, *, now):
    room = booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=now)
    return "report_taken_down" in room.deliverables[0].actions


def post(session, contest):
    posts = select(Publication).where(Publication.deliverable_id == contest.deliverable_id)
    return session.scalars(posts.execution_options(populate_existing=True)).one()


def lose_chargeback(session, deal, *, now):
    bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=now)
    bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=now)


def rule(session, contest, verdict, *, now):
    """Let two operators rule at once."""
    found = {key: {"verdict": verdict, "en": "", "ar": ""} for key in contest.criteria}
    author = Author(*(build_operator(session).actor.user_id for _each in range(2)))
    bookings.rule_contest(
        session,
        actor=build_operator(session).actor,
        contest_id=contest.id,
        given=RulingInput(found, "We looked.", "نظرنا."),
        author=author,
        now=now,
    )


class TestWhenNothingIsToDecide:
    def test_waits_while_the_booking_stands_still(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=REPORTED)
        with pytest.raises(BookingFrozen):
            report(session, deal, now=REPORTED + timedelta(hours=1))
        assert strikes(session, deal) == 0
        assert not may_report(session, deal, now=REPORTED)
        after = REPORTED + 2 * DAY
        bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=True, now=after)
        assert may_report(session, deal, now=after)
        contest = report(session, deal, now=after)
        assert contest.evidence_until == after + 5 * DAY

    @pytest.mark.parametrize("stage", [Stage.COMPLETED, Stage.RELEASING])
    def test_is_refused_once_the_card_network_gave_everything_back(self, session, stage):
        deal = build_booking(session, stage=stage)
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=REPORTED)
        bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=REPORTED)
        with pytest.raises((BookingFrozen, StatusConflict)):
            report(session, deal, now=REPORTED)
        assert not may_report(session, deal, now=REPORTED)
        assert strikes(session, deal) == 0


class TestHowOften:
    def test_a_third_report_of_one_post_is_refused(self, session):
        deal, contest = build_post_contest(session, now=REPORTED)
        bookings.find_post_live(session, actor=deal.brand.actor, contest_id=contest.id, now=REPORTED)
        again = report(session, deal, now=REPORTED + DAY)
        assert (contest.number, again.number) == (1, 2)
        bookings.show_post(
            session, actor=deal.influencer.actor, contest_id=again.id, text="Up.", now=REPORTED + DAY
        )
        bookings.find_post_live(session, actor=deal.brand.actor, contest_id=again.id, now=REPORTED + DAY)
        assert not may_report(session, deal, now=REPORTED + 2 * DAY)
        with pytest.raises(ReportsUsedUp):
            report(session, deal, now=REPORTED + 2 * DAY)
        assert strikes(session, deal) == 0


class TestLostChargeback:
    def test_ends_an_unruled_contest_and_its_strike_and_says_so(self, session):
        deal, contest = build_post_contest(session, now=REPORTED)
        lose_chargeback(session, deal, now=REPORTED + DAY)
        session.refresh(contest)
        assert (contest.closed_at, contest.closed_how) == (REPORTED + DAY, "chargeback")
        assert strikes(session, deal) == 0
        assert post(session, contest).status == "confirmed"
        ends = select(BookingEvent.deliverable_id).where(BookingEvent.kind == "contest.closed_by_chargeback")
        assert session.scalars(ends).all() == [contest.deliverable_id]
        assert session.scalars(select(Timer.id).where(Timer.closed_at.is_(None), LIVE_CHECK)).all() == []

    def test_leaves_the_strike_of_a_ruling_but_not_of_an_appealed_one(self, session):
        deal, contest = build_post_contest(session, now=REPORTED)
        rule(session, contest, "not_met", now=REPORTED + 6 * DAY)
        with session.begin_nested() as tried:
            lose_chargeback(session, deal, now=REPORTED + 7 * DAY)
            assert strikes(session, deal) == 1
            tried.rollback()
        bookings.appeal_ruling(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="No.", now=REPORTED + 7 * DAY
        )
        lose_chargeback(session, deal, now=REPORTED + 7 * DAY)
        assert strikes(session, deal) == 0

    def test_ends_a_contest_of_the_work_as_well(self, session):
        deal, contest = build_contest(session)
        lose_chargeback(session, deal, now=START)
        session.refresh(contest)
        assert (contest.closed_at, contest.closed_how) == (START, "chargeback")


class TestHowItEnded:
    def test_is_kept(self, session):
        deal, contest = build_post_contest(session, now=REPORTED)
        bookings.find_post_live(session, actor=deal.brand.actor, contest_id=contest.id, now=REPORTED)
        assert contest.closed_how == "brand"
        again = report(session, deal, now=REPORTED + DAY)
        rule(session, again, "met", now=REPORTED + 7 * DAY)
        for side in (deal.brand, deal.influencer):
            bookings.accept_ruling(session, actor=side.actor, contest_id=again.id, now=REPORTED + 7 * DAY)
        assert again.closed_how == "ruling"

    def test_is_kept_of_an_operators_finding(self, session):
        _deal, contest = build_post_contest(session, now=REPORTED)
        bookings.restore_publication(
            session,
            actor=build_operator(session).actor,
            deliverable_id=contest.deliverable_id,
            reason_en="Up.",
            reason_ar="قائم.",
            now=REPORTED + DAY,
        )
        assert contest.closed_how == "operator"


class TestNothingLeft:
    def test_is_no_booking_of_which_nothing_was_delivered(self, session, monkeypatch):
        monkeypatch.setattr("tests.builders.bookings.open_payout_account", lambda *_given, **_more: None)
        deal = build_booking(session, stage=Stage.RELEASING)
        work, *others = deliverables_of(session, deal.booked)
        for each in others:
            each.status = "refunded"  # as if it had been taken back
        contest = report(session, deal, now=REPORTED)
        contest.added_criteria = [{**contest.added_criteria[0], "weight": 100}]
        agreed = session.get_one(TermsSnapshot, deal.booked.terms_id).criteria
        contest.criteria = [*(each["id"] for each in agreed), "kept_live"]  # as if nothing else was agreed
        session.flush()
        rule(session, contest, "not_met", now=REPORTED + 6 * DAY)
        for side in (deal.brand, deal.influencer):
            bookings.accept_ruling(session, actor=side.actor, contest_id=contest.id, now=REPORTED + 7 * DAY)
        confirm_money(session, deal.booked)
        bookings.on_refund_confirmed(
            session, booking_ref=deal.booked.id, part_ref=work.id, now=REPORTED + 8 * DAY
        )
        assert (contest.share_bps, work.status, work.closed_reason) == (0, "refunded", "post_taken_down")
        assert (deal.booked.status, deal.booked.closed_reason) == ("cancelled", "post_taken_down")
        told = session.scalars(select(BookingEvent.kind).where(BookingEvent.deliverable_id.is_(None))).all()
        assert "booking.closed_by_ruling" in told
        assert "booking.cancelled" not in told
        assert verify_ledger(session).problems == ()
