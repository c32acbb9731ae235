"""Contests, frozen bookings, chargebacks, messages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.billing.held_long import list_frozen
from marketplace.bookings import operations as bookings
from marketplace.bookings.freezing import on_payment_set_aside
from marketplace.bookings.models import Deliverable, Timer
from marketplace.bookings.queries import booking_room
from marketplace.bookings.refusals import (
    BookingFrozen,
    ContestWindowClosed,
    CriterionUnknown,
    ReasonMissing,
    StatusConflict,
)
from marketplace.errors import Forbidden, NotFound
from payments import operations as payments
from payments.queries import get_escrow
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)


def cancel(session, deal, *, by=None, now=START):
    return bookings.cancel_booking(
        session, actor=by or deal.brand.actor, booking_id=deal.booked.id, reason="x", now=now
    )


def statuses(session, deal):
    return [row.status for row in deliverables_of(session, deal.booked)]


class TestContest:
    def open(self, session, deal, *, actor=None, criteria=("brew",), statement="It is wrong.", now=START):
        return bookings.open_contest(
            session,
            actor=actor or deal.brand.actor,
            deliverable_id=deliverables_of(session, deal.booked)[0].id,
            criteria=criteria,
            statement=statement,
            now=now,
        )

    def test_by_the_brand_stops_the_review(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        contest = self.open(session, deal)
        reel = deliverables_of(session, deal.booked)[0]
        assert (reel.status, reel.review_until) == ("contested", None)
        assert contest.evidence_until == START + 5 * DAY
        # five business days after Friday the 6th: Sunday the 8th to Thursday the 12th, Riyadh time
        assert contest.rule_before.isoformat() == "2026-03-12T20:59:59+00:00"
        kinds = select(Timer.kind).where(Timer.deliverable_id == reel.id, Timer.closed_at.is_(None))
        assert set(session.scalars(kinds)) == {"evidence", "ruling", "escalation"}

    def test_names_criteria_and_says_why(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        with pytest.raises(CriterionUnknown):
            self.open(session, deal, criteria=["taste"])
        with pytest.raises(CriterionUnknown):
            self.open(session, deal, criteria=[])
        with pytest.raises(ReasonMissing):
            self.open(session, deal, statement=" ")

    def test_by_the_influencer_within_seven_days_of_a_cancellation(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        cancel(session, deal)
        with pytest.raises(ContestWindowClosed):
            self.open(session, deal, actor=deal.influencer.actor, now=START + 8 * DAY)
        self.open(session, deal, actor=deal.influencer.actor, now=START + 6 * DAY)
        assert statuses(session, deal) == ["contested", "cancelled"]

    def test_takes_evidence_of_both_sides_for_five_days(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        contest = self.open(session, deal)
        give = {"session": session, "contest_id": contest.id}
        bookings.add_evidence(
            **give, actor=deal.influencer.actor, text="See", links=["https://a.test"], now=START
        )
        bookings.add_evidence(**give, actor=deal.brand.actor, text="No", now=START + 5 * DAY)
        with pytest.raises(ReasonMissing):
            bookings.add_evidence(**give, actor=deal.brand.actor, text="", now=START)
        with pytest.raises(ContestWindowClosed):
            bookings.add_evidence(**give, actor=deal.brand.actor, text="x", now=START + 6 * DAY)
        with pytest.raises(NotFound):
            bookings.add_evidence(session, actor=deal.brand.actor, contest_id="none", text="x", now=START)
        room = booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=START)
        assert [each.text for each in room.deliverables[0].contest.evidence] == ["See", "No"]
        assert "add_evidence" in room.deliverables[0].actions


class TestFreeze:
    def freeze(self, session, deal, *, now=START, reason="We look into this."):
        return bookings.freeze_booking(
            session,
            actor=build_operator(session).actor,
            booking_id=deal.booked.id,
            reason=reason,
            now=now,
        )

    def test_stops_every_step_but_messages(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        self.freeze(session, deal)
        reel = deliverables_of(session, deal.booked)[0]
        with pytest.raises(BookingFrozen):
            bookings.approve_submission(session, actor=deal.brand.actor, deliverable_id=reel.id, now=START)
        with pytest.raises(BookingFrozen):
            cancel(session, deal)
        message = bookings.send_message(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, text=" Why? ", now=START
        )
        assert (message.text, message.author_side) == ("Why?", "brand")

    def test_needs_a_reason_and_happens_once(self, session):
        deal = build_booking(session)
        with pytest.raises(ReasonMissing):
            self.freeze(session, deal, reason="")
        self.freeze(session, deal)
        with pytest.raises(StatusConflict):
            self.freeze(session, deal)

    def test_stops_the_clocks_which_go_on_where_they_stood(self, session, sessions):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        reel_id = deliverables_of(session, deal.booked)[0].id
        bookings.note_received_told(session, reel_id, START)
        self.freeze(session, deal, now=START + timedelta(hours=20))
        session.commit()
        assert bookings.run_due_timers(sessions, now=START + 10 * DAY) == 0
        bookings.unfreeze_booking(
            session,
            actor=build_operator(session).actor,
            booking_id=deal.booked.id,
            now=START + 10 * DAY,
        )
        session.commit()
        reel = session.get_one(Deliverable, reel_id)
        left = timedelta(hours=4)
        assert reel.review_until == START + 10 * DAY + left
        session.rollback()
        bookings.run_due_timers(sessions, now=START + 10 * DAY + left - timedelta(minutes=1))
        assert session.get_one(Deliverable, reel_id, populate_existing=True).status == "published"
        session.rollback()
        bookings.run_due_timers(sessions, now=START + 10 * DAY + left)
        assert session.get_one(Deliverable, reel_id, populate_existing=True).status == "approved"

    def test_is_not_for_the_parties(self, session):
        deal = build_booking(session)
        with pytest.raises(Forbidden):
            bookings.freeze_booking(
                session, actor=deal.brand.actor, booking_id=deal.booked.id, reason="x", now=START
            )
        with pytest.raises(StatusConflict):
            bookings.unfreeze_booking(
                session,
                actor=build_operator(session).actor,
                booking_id=deal.booked.id,
                now=START,
            )


class TestChargeback:
    def test_freezes_until_it_is_won(self, session):
        deal = build_booking(session)
        for _time in range(2):
            bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
        assert deal.booked.frozen_reason == "chargeback"
        for _time in range(2):
            bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=True, now=START + DAY)
        assert (deal.booked.status, deal.booked.frozen_at) == ("active", None)

    def test_lost_closes_the_booking_and_takes_nothing_from_the_influencer(self, session):
        deal = build_booking(session, stage=Stage.RELEASING)
        file = deliverables_of(session, deal.booked)[1]
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
        for _time in range(2):
            bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=START)
        assert (deal.booked.status, deal.booked.frozen_at) == ("closed_by_chargeback", None)
        assert statuses(session, deal) == ["releasing", "releasing"]
        bookings.on_release_confirmed(session, booking_ref=deal.booked.id, part_ref=file.id, now=START)
        assert file.status == "released"

    def test_freezes_a_closed_booking_only_until_another_one_is_decided(self, session):
        deal = build_booking(session, stage=Stage.RELEASING)
        for _each in range(2):
            bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
            assert deal.booked.frozen_reason == "chargeback"
            bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=START)
            assert (deal.booked.frozen_at, deal.booked.frozen_reason) == (None, None)

    def test_lost_voids_what_was_still_open(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
        bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=START)
        assert statuses(session, deal) == ["cancelled", "cancelled"]


class TestSetAside:
    @pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.COMPLETED])
    def test_is_seen_by_operators_who_can_end_it(self, session, stage):
        """After a restore payments froze what fits no decision; nobody could see or end that in the operators' pages."""
        deal = build_booking(session, stage=stage)
        booking_id = deal.booked.id
        payments.freeze(session, booking_ref=booking_id, reason="restored")
        for _told in range(2):
            on_payment_set_aside(session, booking_ref=booking_id, now=START)
        assert [each.booking_id for each in list_frozen(session)] == [booking_id]
        bookings.unfreeze_booking(
            session, actor=build_operator(session).actor, booking_id=booking_id, now=START + DAY
        )
        assert list_frozen(session) == []
        assert not get_escrow(session, booking_ref=booking_id).is_frozen


class TestSendMessage:
    def test_refuses_emptiness_and_strangers(self, session):
        deal = build_booking(session)
        with pytest.raises(ReasonMissing):
            bookings.send_message(
                session, actor=deal.brand.actor, booking_id=deal.booked.id, text=" ", now=START
            )
        with pytest.raises(NotFound):
            bookings.send_message(session, actor=deal.brand.actor, booking_id="none", text="x", now=START)
