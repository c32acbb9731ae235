"""From the quote to the paid booking, and what payments tells afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.domain import BrandRole
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent
from marketplace.bookings.refusals import (
    BriefPlacesTaken,
    PaymentNotPossible,
)
from marketplace.briefs.models import Brief
from marketplace.deals import operations as deals
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.models import Application
from marketplace.errors import Forbidden, NotFound
from marketplace.outbox.models import OutboxRow
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote
from marketplace.quotes.operations import QuoteChanged, QuoteExpired, QuoteNotOpen
from payments.models import EscrowPartRow
from tests.builders.bookings import (
    Stage,
    build_booking,
    build_quote,
    deliverables_of,
    fund,
)
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer, build_user, join_brand
from tests.clock import START


def told(session):
    return set(session.scalars(select(OutboxRow.kind)))


class TestAcceptQuote:
    @pytest.mark.parametrize("path", list(DealPath))
    def test_makes_a_booking_that_waits_for_its_payment(self, session, path):
        deal = build_booking(session, stage=Stage.ACCEPTED, path=path)
        booking = deal.booked
        parts = session.scalars(select(EscrowPartRow).order_by(EscrowPartRow.position)).all()
        rows = deliverables_of(session, booking)
        assert booking.status == "awaiting_payment"
        assert booking.pay_before == deal.quote.expires_at
        assert [part.part_ref for part in parts] == [row.id for row in rows]
        assert sum(row.net_minor + row.fee_minor + row.tax_minor for row in rows) == deal.quote.total_minor
        assert deal.quote.status == "accepted"
        assert "booking.created" in told(session)

    def test_is_not_for_a_buyer(self, session):
        deal = build_quote(session)
        buyer = join_brand(session, brand=deal.brand.brand, user=build_user(session), role=BrandRole.BUYER)
        with pytest.raises(Forbidden):
            bookings.accept_quote(session, actor=buyer, quote_id=deal.quote.id, now=START)

    def test_does_not_know_the_quotes_of_others(self, session):
        deal = build_quote(session)
        with pytest.raises(NotFound):
            bookings.accept_quote(
                session, actor=build_brand(session).actor, quote_id=deal.quote.id, now=START
            )
        with pytest.raises(NotFound):
            bookings.accept_quote(session, actor=deal.brand.actor, quote_id="nothing", now=START)

    def test_refuses_an_expired_or_changed_or_taken_quote(self, session):
        deal = build_quote(session)
        too_late_to_pay = deal.quote.expires_at - timedelta(minutes=30)
        accept = {"session": session, "actor": deal.brand.actor, "quote_id": deal.quote.id}
        with pytest.raises(QuoteExpired):
            bookings.accept_quote(**accept, now=deal.quote.expires_at)
        with pytest.raises(QuoteExpired):
            bookings.accept_quote(**accept, now=too_late_to_pay)
        with pytest.raises(QuoteChanged):
            bookings.accept_quote(**accept, seen_hash="another", now=START)
        bookings.accept_quote(**accept, seen_hash=deal.quote.hash, now=START)
        with pytest.raises(QuoteNotOpen):
            bookings.accept_quote(**accept, now=START)

    def test_refuses_a_suspended_influencer(self, session):
        deal = build_quote(session)
        deal.influencer.user.suspended_at = START
        with pytest.raises(NotEligible):
            bookings.accept_quote(session, actor=deal.brand.actor, quote_id=deal.quote.id, now=START)

    def test_never_books_more_than_the_places_of_the_brief(self, session):
        brand = build_brand(session)
        brief = build_brief(session, brand, seats=1)
        quotes = []
        for _number in range(2):
            applicant = build_influencer(session)
            application = deals.submit_application(
                session, actor=applicant.actor, brief_id=brief.brief.id, pitch="x", now=START
            )
            quotes.append(
                deals.quote_application(session, actor=brand.actor, application_id=application.id, now=START)
            )
        bookings.accept_quote(session, actor=brand.actor, quote_id=quotes[0].id, now=START)
        with pytest.raises(BriefPlacesTaken):
            bookings.accept_quote(session, actor=brand.actor, quote_id=quotes[1].id, now=START)


class TestStartPayment:
    def start(self, session, deal, *, now=START):
        return bookings.start_payment(
            session,
            actor=deal.brand.actor,
            booking_id=deal.booked.id,
            success_url="https://athar.test/ok",
            cancel_url="https://athar.test/no",
            now=now,
        )

    def test_gives_the_same_page_twice(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        first = self.start(session, deal)
        assert self.start(session, deal) == first
        assert deal.booked.payment_started_at == START
        assert "payment_operation.run" in told(session)

    def test_refuses_when_a_page_would_outlive_the_quote(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        with pytest.raises(PaymentNotPossible):
            self.start(session, deal, now=deal.booked.pay_before - timedelta(minutes=30))

    def test_refuses_a_paid_booking(self, session):
        deal = build_booking(session, stage=Stage.FUNDED)
        with pytest.raises(PaymentNotPossible):
            self.start(session, deal)


class TestOnEscrowFunded:
    @pytest.mark.parametrize("path", [DealPath.APPLICATION, DealPath.INVITATION])
    def test_makes_a_brief_active_at_once(self, session, path):
        deal = build_booking(session, stage=Stage.FUNDED, path=path)
        assert deal.booked.status == "active"
        assert {row.status for row in deliverables_of(session, deal.booked)} == {"in_progress"}

    def test_leaves_an_order_to_the_influencer_for_72_hours(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        assert deal.booked.status == "funded"
        assert deal.booked.accept_before == START + timedelta(hours=72)

    def test_may_be_told_again(self, session):
        deal = build_booking(session, stage=Stage.FUNDED)
        before = session.scalar(select(func.count()).select_from(BookingEvent))
        bookings.on_escrow_funded(session, booking_ref=deal.booked.id, now=START)
        assert session.scalar(select(func.count()).select_from(BookingEvent)) == before

    def test_fills_the_brief_with_its_last_place_and_answers_the_rest(self, session):
        brand = build_brand(session)
        brief = build_brief(session, brand, seats=1)
        chosen, waiting = build_influencer(session), build_influencer(session)
        rows = [
            deals.submit_application(session, actor=each.actor, brief_id=brief.brief.id, pitch="x", now=START)
            for each in (chosen, waiting)
        ]
        quote = deals.quote_application(session, actor=brand.actor, application_id=rows[0].id, now=START)
        booking = bookings.accept_quote(session, actor=brand.actor, quote_id=quote.id, now=START)
        assert session.get_one(Brief, brief.brief.id).status == "open"
        fund(session, booking)
        assert session.get_one(Brief, brief.brief.id).status == "full"
        refused = session.get_one(Application, rows[1].id)
        assert (refused.status, refused.refusal_code) == ("refused", "brief_full")


class TestOnPaymentMismatched:
    def test_is_told_in_the_room_and_to_operators(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        bookings.on_payment_mismatched(
            session,
            booking_ref=deal.booked.id,
            payment_ref="pi_1",
            reason="amount_differs",
            now=START,
        )
        bookings.on_payment_mismatched(
            session, booking_ref=None, payment_ref="pi_2", reason="unknown_booking", now=START
        )
        assert deal.booked.status == "awaiting_payment"
        assert {"payment.mismatched", "payment.unknown"} <= told(session)


class TestRelease:
    @pytest.mark.parametrize("path", list(DealPath))
    def test_of_everything_completes_the_booking_and_counts_for_loyalty(self, session, path):
        deal = build_booking(session, stage=Stage.COMPLETED, path=path)
        assert deal.booked.status == "completed"
        assert session.get_one(Quote, deal.quote.id).fulfilled_at == START

    def test_may_be_told_again(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        revision = deal.booked.revision
        for row in deliverables_of(session, deal.booked):
            bookings.on_release_confirmed(
                session, booking_ref=deal.booked.id, part_ref=row.id, now=START + timedelta(days=1)
            )
        assert deal.booked.revision == revision

    def test_parked_is_owed_and_still_arrives(self, session):
        deal = build_booking(session, stage=Stage.RELEASING)
        file = deliverables_of(session, deal.booked)[1]
        parked = {
            "booking_ref": deal.booked.id,
            "part_ref": file.id,
            "reason": "payout_account_not_active",
        }
        bookings.on_release_parked(session, **parked, now=START)
        bookings.on_release_parked(session, **parked, now=START)
        assert (file.status, file.parked_reason) == ("approved", "payout_account_not_active")
        bookings.on_release_confirmed(session, booking_ref=deal.booked.id, part_ref=file.id, now=START)
        assert (file.status, file.parked_reason) == ("released", None)

    def test_of_another_bookings_part_is_not_believed(self, session):
        first, second = build_booking(session), build_booking(session)
        part = deliverables_of(session, first.booked)[0]
        with pytest.raises(NotFound):
            bookings.on_release_confirmed(session, booking_ref=second.booked.id, part_ref=part.id, now=START)
