"""After a restore: work whose decision the copy has forgotten follows its money, and waits for nobody."""

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.bookings import joint_decisions, reactions
from marketplace.bookings import operations as bookings
from marketplace.bookings.cancellation import cancel_booking
from marketplace.bookings.models import BookingEvent, Contest, Timer
from marketplace.bookings.refusals import BookingFrozen, StatusConflict
from payments import events, operations
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of, open_payout_account
from tests.builders.contests import build_contest
from tests.builders.people import build_operator
from tests.clock import START


def take_up(session, deal, work, share_bps):
    """Let payments have decided a work and heard of its effects, and tell bookings of both, as `athar ledger adopt` does."""
    booking = deal.booked.id
    open_payout_account(session, deal.influencer)
    operations.release_part(session, booking_ref=booking, part_ref=work.id, share_bps=share_bps, now=START)
    confirm_money(session, deal.booked)
    told = {"booking_ref": booking, "part_ref": work.id}
    react = reactions.REACTIONS[events.DecisionTakenUp.name].inside
    for _time in range(2):
        react(session, Clock, {**told, "share_bps": share_bps})
    if share_bps:
        bookings.on_release_confirmed(session, **told, now=START)
    if share_bps < 10_000:
        bookings.on_refund_confirmed(session, **told, now=START)


class Clock:
    @staticmethod
    def clock():
        return START


def kinds(session, work):
    query = select(BookingEvent.kind).where(BookingEvent.deliverable_id == work.id)
    return list(session.scalars(query))


class TestDecisionTakenUp:
    @pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.SUBMITTED])
    @pytest.mark.parametrize(
        ("share_bps", "status"), [(10_000, "released"), (0, "refunded"), (4_000, "released")]
    )
    def test_ends_the_work_as_its_money_went(self, session, stage, share_bps, status):
        deal = build_booking(session, stage=stage)
        work = deliverables_of(session, deal.booked)[0]
        take_up(session, deal, work, share_bps)
        assert (work.status, work.share_bps, work.review_until) == (status, share_bps, None)
        assert kinds(session, work).count("money.taken_up") == 1
        open_timers = select(Timer).where(Timer.deliverable_id == work.id, Timer.closed_at.is_(None))
        assert session.scalars(open_timers).all() == []
        assert verify_ledger(session).problems == ()

    def test_completes_a_booking_of_which_all_was_decided(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        for work in deliverables_of(session, deal.booked):
            take_up(session, deal, work, 10_000)
        assert deal.booked.status == "completed"

    def test_closes_a_contest_whose_ruling_is_forgotten(self, session):
        deal, contest = build_contest(session)
        work = deliverables_of(session, deal.booked)[0]
        take_up(session, deal, work, 5_000)
        assert work.status == "released"
        assert session.get_one(Contest, contest.id).closed_how == "restore"

    @pytest.mark.parametrize("share_bps", [5_000, 7_000])
    def test_ends_what_was_cancelled_before_its_time_to_contest_is_over(self, session, share_bps):
        """By the share of the cancellation, or by another one that a ruling gave since."""
        deal = build_booking(session, stage=Stage.SUBMITTED)
        cancel_booking(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=START)
        work = next(each for each in deliverables_of(session, deal.booked) if each.contest_until)
        told = {"booking_ref": deal.booked.id, "part_ref": work.id}
        with pytest.raises(StatusConflict):
            bookings.on_release_confirmed(session, **told, now=START)  # waits for the decision to be told
        work.released_at = None
        take_up(session, deal, work, share_bps)
        assert (work.status, work.share_bps, work.contest_until) == ("released", share_bps, None)

    def test_leaves_a_booking_that_stands_still_alone_until_that_ends(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        work = deliverables_of(session, deal.booked)[0]
        admin = build_operator(session, role=OperatorRole.ADMIN).actor
        held = {"actor": admin, "booking_id": deal.booked.id, "now": START}
        bookings.freeze_booking(session, reason="We look.", **held)
        with pytest.raises(BookingFrozen):
            joint_decisions.on_decision_taken_up(session, part_ref=work.id, share_bps=0, now=START)
        bookings.unfreeze_booking(session, **held)
        take_up(session, deal, work, 0)
        assert work.status == "refunded"
