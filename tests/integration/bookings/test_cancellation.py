"""Bookings that end early: declined, cancelled by stage, overdue."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.bookings import operations as bookings
from marketplace.bookings.cancellation import cancellation_stage
from marketplace.bookings.models import Deliverable, Strike, Timer
from marketplace.bookings.refusals import (
    NotOverdueYet,
    StatusConflict,
)
from marketplace.bookings.strikes import count_strikes
from marketplace.deals.records import RefusalCodeUnknown
from marketplace.errors import Forbidden
from marketplace.quotes.domain import DealPath
from payments.models import Escrow
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account
from tests.clock import START

DAY = timedelta(days=1)


def cancel(session, deal, *, by=None, now=START):
    return bookings.cancel_booking(
        session, actor=by or deal.brand.actor, booking_id=deal.booked.id, reason="x", now=now
    )


def shares(session, deal):
    return [row.share_bps for row in deliverables_of(session, deal.booked)]


def statuses(session, deal):
    return [row.status for row in deliverables_of(session, deal.booked)]


class TestDeclineOrder:
    def test_gives_everything_back(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        answer = {"actor": deal.influencer.actor, "booking_id": deal.booked.id, "now": START}
        with pytest.raises(RefusalCodeUnknown):
            bookings.decline_order(session, code="because", **answer)
        bookings.decline_order(session, code="no_time", **answer)
        assert deal.booked.status == "declined"
        assert statuses(session, deal) == ["refunding", "refunding"]
        for row in deliverables_of(session, deal.booked):
            bookings.on_refund_confirmed(session, booking_ref=deal.booked.id, part_ref=row.id, now=START)
            bookings.on_refund_confirmed(session, booking_ref=deal.booked.id, part_ref=row.id, now=START)
        assert statuses(session, deal) == ["refunded", "refunded"]
        assert deal.booked.status == "declined"
        assert session.scalar(select(func.count()).where(Timer.closed_at.is_(None))) == 0

    def test_is_not_the_brands(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        with pytest.raises(Forbidden):
            bookings.decline_order(
                session,
                actor=deal.brand.actor,
                booking_id=deal.booked.id,
                code="no_time",
                now=START,
            )


class TestCancelBooking:
    def test_unpaid_costs_nothing(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        cancel(session, deal)
        assert deal.booked.status == "cancelled"
        assert session.scalars(select(Escrow.status)).one() == "cancelled"

    def test_by_the_brand_before_acceptance_gives_everything_back(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        cancel(session, deal)
        assert shares(session, deal) == [0, 0]

    def test_by_the_brand_before_any_submission_pays_a_tenth(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        open_payout_account(session, deal.influencer)
        cancel(session, deal)
        assert shares(session, deal) == [1_000, 1_000]
        assert statuses(session, deal) == ["releasing", "releasing"]
        reel = deliverables_of(session, deal.booked)[0]
        assert (reel.release_minor, reel.refund_minor) == (15_000, 167_250 - 15_000 - 1_500 - 225)

    def test_by_the_brand_after_submission_pays_half_after_the_time_to_contest(self, session, sessions):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        open_payout_account(session, deal.influencer)
        cancel(session, deal)
        ids = [row.id for row in deliverables_of(session, deal.booked)]
        assert statuses(session, deal) == ["cancelled", "cancelled"]
        session.commit()
        bookings.run_due_timers(sessions, now=START + 7 * DAY)
        with sessions() as fresh:
            rows = [fresh.get_one(Deliverable, each) for each in ids]
        assert [(row.status, row.share_bps) for row in rows] == [("releasing", 5_000)] * 2

    def test_by_the_brand_after_it_asked_for_changes_pays_as_after_a_submission(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        work = deliverables_of(session, deal.booked)[0]
        bookings.request_changes(
            session,
            actor=deal.brand.actor,
            deliverable_id=work.id,
            criterion_id="brew",
            note="Show the pouring.",
            now=START,
        )
        cancel(session, deal)
        assert (work.share_bps, work.status) == (5_000, "cancelled")
        assert work.contest_until is not None

    def test_can_be_accepted_by_the_influencer_at_once(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        open_payout_account(session, deal.influencer)
        cancel(session, deal)
        reel, _file = deliverables_of(session, deal.booked)
        with pytest.raises(StatusConflict):
            bookings.accept_cancellation(session, actor=deal.brand.actor, deliverable_id=reel.id, now=START)
        bookings.accept_cancellation(session, actor=deal.influencer.actor, deliverable_id=reel.id, now=START)
        assert statuses(session, deal) == ["releasing", "cancelled"]

    def test_by_the_brand_after_approval_pays_whole(self, session):
        deal = build_booking(session, stage=Stage.APPROVED)
        cancel(session, deal)
        assert shares(session, deal) == [10_000, 10_000]

    def test_by_the_influencer_gives_everything_back_and_is_a_strike(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        cancel(session, deal, by=deal.influencer.actor)
        influencer_id = deal.influencer.influencer.id
        assert shares(session, deal) == [0, 0]
        assert count_strikes(session, influencer_id=influencer_id, now=START) == 2
        assert count_strikes(session, influencer_id=influencer_id, now=START + 366 * DAY) == 0

    def test_happens_once(self, session):
        deal = build_booking(session)
        cancel(session, deal)
        with pytest.raises(StatusConflict):
            cancel(session, deal)

    def test_leaves_what_is_decided(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        with pytest.raises(StatusConflict):
            cancel(session, deal)
        assert cancellation_stage("released") is None

    def test_with_two_sides_of_money_ends_when_both_arrived(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        open_payout_account(session, deal.influencer)
        cancel(session, deal)
        reel = deliverables_of(session, deal.booked)[0]
        part = {"booking_ref": deal.booked.id, "part_ref": reel.id, "now": START}
        bookings.on_refund_confirmed(session, **part)
        assert reel.status == "releasing"
        bookings.on_release_confirmed(session, **part)
        assert reel.status == "released"

    def test_with_two_sides_of_money_ends_in_either_order(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        open_payout_account(session, deal.influencer)
        cancel(session, deal)
        reel = deliverables_of(session, deal.booked)[0]
        part = {"booking_ref": deal.booked.id, "part_ref": reel.id, "now": START}
        bookings.on_release_confirmed(session, **part)
        assert reel.status == "releasing"
        bookings.on_refund_confirmed(session, **part)
        assert reel.status == "released"


class TestRefundOverdue:
    def take_back(self, session, deal, *, now):
        reel = deliverables_of(session, deal.booked)[0]
        return bookings.refund_overdue(session, actor=deal.brand.actor, deliverable_id=reel.id, now=now)

    def test_waits_for_the_due_day_and_48_hours(self, session):
        deal = build_booking(session)
        overdue_at = deliverables_of(session, deal.booked)[0].overdue_at
        with pytest.raises(NotOverdueYet):
            self.take_back(session, deal, now=overdue_at - timedelta(seconds=1))
        reel = self.take_back(session, deal, now=overdue_at)
        assert (reel.status, reel.share_bps, reel.refund_minor) == ("refunding", 0, 167_250)
        assert session.scalars(select(Strike.reason)).all() == ["overdue"]
        assert deal.booked.status == "active"

    def test_never_while_a_submission_waits(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        with pytest.raises(StatusConflict):
            self.take_back(session, deal, now=START + 60 * DAY)

    def test_of_everything_closes_the_booking(self, session):
        deal = build_booking(session)
        late = START + 40 * DAY
        for row in deliverables_of(session, deal.booked):
            bookings.refund_overdue(session, actor=deal.brand.actor, deliverable_id=row.id, now=late)
            bookings.on_refund_confirmed(session, booking_ref=deal.booked.id, part_ref=row.id, now=late)
        assert (deal.booked.status, deal.booked.closed_reason) == ("cancelled", "nothing_delivered")

    def test_after_a_change_request_keeps_the_time_to_contest(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        reel = deliverables_of(session, deal.booked)[0]
        bookings.request_changes(
            session,
            actor=deal.brand.actor,
            deliverable_id=reel.id,
            criterion_id="brew",
            note="x",
            now=START,
        )
        self.take_back(session, deal, now=START + 3 * DAY)
        assert (reel.status, reel.contest_until) == ("cancelled", START + 7 * DAY)


class TestRefundFailed:
    def test_is_told_and_can_still_be_confirmed(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        cancel(session, deal)
        reel = deliverables_of(session, deal.booked)[0]
        bookings.on_refund_failed(
            session,
            booking_ref=deal.booked.id,
            part_ref=reel.id,
            reason="expired_or_canceled_card",
            now=START,
        )
        assert reel.status == "refunding"
        bookings.on_refund_confirmed(session, booking_ref=deal.booked.id, part_ref=reel.id, now=START)
        assert reel.status == "refunded"


class TestNothingLeft:
    @pytest.mark.parametrize("side", ["brand", "influencer"])
    def test_to_cancel_where_all_work_is_decided(self, session, side):
        """Approved work waits for a payout account: cancelled, its booking would never be completed."""
        deal = build_booking(session, stage=Stage.RELEASING)
        with pytest.raises(StatusConflict):
            cancel(session, deal, by=getattr(deal, side).actor)
        assert deal.booked.status == "active"
