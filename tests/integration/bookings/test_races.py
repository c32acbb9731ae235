"""Two at once: money moves once, places are taken once, whatever the database."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking, BookingEvent, Contest
from marketplace.bookings.refusals import BriefPlacesTaken, StatusConflict
from marketplace.db import transaction
from marketplace.deals import operations as deals
from marketplace.quotes.operations import QuoteNotOpen
from payments.models import MoneyOperation
from payments.statuses import Direction
from tests.builders.bookings import (
    Stage,
    build_booking,
    build_quote,
    deliverables_of,
    open_payout_account,
)
from tests.builders.contests import build_post_contest
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
from tests.clock import START

AT_ONCE = 8


def at_once(sessions, act, *, refusals):
    """Run `act(session, number)` in many transactions at once; returns how many were not refused."""

    def attempt(number):
        try:
            with transaction(sessions) as session:
                act(session, number)
        except refusals:
            return 0
        return 1

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(attempt, range(AT_ONCE)))


class TestApproveSubmission:
    def test_by_eight_at_once_is_one_release(self, session, sessions):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        open_payout_account(session, deal.influencer)
        actor, file_id = deal.brand.actor, deliverables_of(session, deal.booked)[1].id
        session.commit()

        def approve(each, _number):
            bookings.approve_submission(each, actor=actor, deliverable_id=file_id, now=START)

        assert at_once(sessions, approve, refusals=StatusConflict) == 1
        moved = select(func.count()).where(MoneyOperation.direction == Direction.RELEASE)
        assert session.scalar(moved) == 1


class TestAcceptQuote:
    def test_by_eight_at_once_is_one_booking(self, session, sessions):
        deal = build_quote(session)
        actor, quote_id = deal.brand.actor, deal.quote.id
        session.commit()

        def accept(each, _number):
            bookings.accept_quote(each, actor=actor, quote_id=quote_id, now=START)

        refusals = (QuoteNotOpen, BriefPlacesTaken)
        assert at_once(sessions, accept, refusals=refusals) == 1
        assert session.scalar(select(func.count()).select_from(Booking)) == 1

    def test_of_eight_quotes_for_two_places_books_two(self, session, sessions):
        brand = build_brand(session)
        brief = build_brief(session, brand, seats=2)
        quotes = []
        for _number in range(AT_ONCE):
            applicant = build_influencer(session)
            row = deals.submit_application(
                session, actor=applicant.actor, brief_id=brief.brief.id, pitch="x", now=START
            )
            quote = deals.quote_application(session, actor=brand.actor, application_id=row.id, now=START)
            quotes.append(quote.id)
        session.commit()

        def accept(each, number):
            bookings.accept_quote(each, actor=brand.actor, quote_id=quotes[number], now=START)

        assert at_once(sessions, accept, refusals=BriefPlacesTaken) == 2
        assert session.scalar(select(func.count()).select_from(Booking)) == 2


class TestNewsOfPayments:
    def test_told_eight_times_at_once_is_booked_once(self, session, sessions):
        deal = build_booking(session, stage=Stage.RELEASING)
        booking_id, file_id = deal.booked.id, deliverables_of(session, deal.booked)[1].id
        session.commit()

        def tell(each, _number):
            bookings.on_release_confirmed(each, booking_ref=booking_id, part_ref=file_id, now=START)

        assert at_once(sessions, tell, refusals=()) == AT_ONCE
        lines = select(func.count()).where(BookingEvent.kind == "deliverable.released")
        assert session.scalar(lines) == 1


class TestRunDueTimers:
    def test_by_two_workers_fires_each_clock_once(self, session, sessions):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        bookings.note_received_told(session, deliverables_of(session, deal.booked)[0].id, START)
        open_payout_account(session, deal.influencer)
        session.commit()
        late = START.replace(day=2, hour=9)

        def work(_session, _number):
            bookings.run_due_timers(sessions, now=late)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda number: work(None, number), range(2)))
        lines = select(func.count()).where(BookingEvent.kind == "publication.confirmed")
        assert session.scalar(lines) == 1


class TestPostsTakenDown:
    def test_reported_eight_times_at_once_is_one_contest(self, session, sessions):
        deal = build_booking(session, stage=Stage.COMPLETED)
        actor, reel_id = deal.brand.actor, deliverables_of(session, deal.booked)[0].id
        session.commit()

        def report(each, number):
            bookings.report_taken_down(
                each, actor=actor, deliverable_id=reel_id, statement=f"Gone {number}.", now=START
            )

        assert at_once(sessions, report, refusals=StatusConflict) == 1
        assert session.scalar(select(func.count()).select_from(Contest)) == 1

    def test_found_and_denied_at_once_end_one_way(self, session, sessions):
        deal, contest = build_post_contest(session)
        bookings.show_post(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="It is up.", now=START
        )
        contest_id, actor = contest.id, deal.brand.actor
        session.commit()

        def answer(each, number):
            if number % 2:
                bookings.find_post_live(each, actor=actor, contest_id=contest_id, now=START)
            else:
                bookings.deny_post(each, actor=actor, contest_id=contest_id, text="No.", now=START)

        at_once(sessions, answer, refusals=StatusConflict)
        ends = select(func.count()).where(BookingEvent.kind == "publication.found_live")
        denials = select(func.count()).where(BookingEvent.kind == "publication.denied")
        assert session.scalar(ends) == 1  # a denied post may still be found, a found one not denied
        assert session.scalar(denials) <= 1
        assert session.get_one(Contest, contest_id, populate_existing=True).closed_at == START
