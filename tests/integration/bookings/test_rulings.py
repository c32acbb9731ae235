"""A contest is ruled by criteria, its money waits for the time to appeal, and an appeal goes to somebody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Contest, ContestRuling, Deliverable, Timer
from marketplace.bookings.queries import booking_room
from marketplace.bookings.refusals import (
    AppealWindowClosed,
    ReasonMissing,
    SameOperator,
    StatusConflict,
    VerdictMissing,
)
from marketplace.bookings.rulings import Author, RulingInput
from marketplace.bookings.strikes import count_strikes
from marketplace.errors import Forbidden, NotFound
from payments.statements import list_operations
from payments.statuses import OperationState
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.contests import build_contest
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)
#: five business days after Sunday 1 March 2026, 12:00 in Riyadh: the end of Sunday the 8th
RULED_AT = START


def given(verdict="not_met", *, reason_ar="سبب", key="brew"):
    return RulingInput({key: {"verdict": verdict, "en": "Seen", "ar": "شوهد"}}, "Reason", reason_ar)


@pytest.fixture
def dispute(session):
    return build_contest(session)


def rule(session, contest, *, actor=None, ruling=None, now=RULED_AT):
    return bookings.rule_contest(
        session,
        actor=actor or build_operator(session).actor,
        contest_id=contest.id,
        given=ruling or given(),
        now=now,
    )


def reel_of(session, deal):
    return session.get_one(Deliverable, deliverables_of(session, deal.booked)[0].id, populate_existing=True)


def moving(session, deal):
    return list_operations(session, states=tuple(OperationState), booking_ref=deal.booked.id)


class TestRule:
    def test_divides_by_the_weight_of_what_is_met_and_moves_nothing_yet(self, session, dispute):
        deal, contest = dispute
        rule(session, contest)
        reel = reel_of(session, deal)
        assert (reel.status, contest.share_bps) == ("ruled", 4_000)
        assert reel.appeal_until == contest.appeal_until
        assert reel.share_bps is None
        assert moving(session, deal) == []

    def test_needs_every_verdict_and_reasons_in_both_languages(self, session, dispute):
        _deal, contest = dispute
        with pytest.raises(VerdictMissing):
            rule(session, contest, ruling=given(key="other"))
        with pytest.raises(VerdictMissing):
            rule(session, contest, ruling=given("maybe"))
        with pytest.raises(ReasonMissing):
            rule(session, contest, ruling=given(reason_ar=" "))

    def test_happens_once_and_not_by_a_party(self, session, dispute):
        deal, contest = dispute
        with pytest.raises(Forbidden):
            rule(session, contest, actor=deal.brand.actor)
        rule(session, contest)
        with pytest.raises(StatusConflict):
            rule(session, contest)
        with pytest.raises(NotFound):
            rule(session, Contest(id="none"))

    def test_gives_no_less_than_a_cancellation_had(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        bookings.cancel_booking(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, reason="x", now=START
        )
        reel = deliverables_of(session, deal.booked)[0]
        contest = bookings.open_contest(
            session,
            actor=deal.influencer.actor,
            deliverable_id=reel.id,
            criteria=["brew"],
            statement="It was good.",
            now=START,
        )
        assert len(contest.criteria) == 2  # all are judged when a cancellation is contested
        verdicts = {key: {"verdict": "not_met"} for key in contest.criteria}
        rule(session, contest, ruling=RulingInput(verdicts, "Reason", "سبب"))
        assert contest.share_bps == 5_000


class TestAcceptRuling:
    def test_of_both_sides_moves_the_money_at_once(self, session, dispute):
        deal, contest = dispute
        rule(session, contest)
        for _time in range(2):
            bookings.accept_ruling(session, actor=deal.brand.actor, contest_id=contest.id, now=START + DAY)
        assert reel_of(session, deal).status == "ruled"
        bookings.accept_ruling(session, actor=deal.influencer.actor, contest_id=contest.id, now=START + DAY)
        reel = reel_of(session, deal)
        assert (reel.status, reel.share_bps, reel.release_minor) == ("releasing", 4_000, 60_000)
        assert reel.release_minor + 6_000 + 900 + reel.refund_minor == 167_250
        assert contest.closed_at == START + DAY
        assert len(moving(session, deal)) == 2

    def test_is_offered_once_to_each_side(self, session, dispute):
        deal, contest = dispute
        rule(session, contest)

        def actions(actor):
            room = booking_room(session, actor=actor, booking_id=deal.booked.id, now=START)
            return set(room.deliverables[0].actions)

        assert {"accept_ruling", "appeal"} <= actions(deal.brand.actor)
        bookings.accept_ruling(session, actor=deal.brand.actor, contest_id=contest.id, now=START)
        assert "accept_ruling" not in actions(deal.brand.actor)
        assert "appeal" in actions(deal.brand.actor)
        assert {"accept_ruling", "appeal"} <= actions(deal.influencer.actor)


class TestWindow:
    def test_lets_the_ruling_stand_when_nobody_appeals(self, session, sessions, dispute):
        deal, contest = dispute
        rule(session, contest)
        until, contest_id = contest.appeal_until, contest.id
        session.commit()
        bookings.run_due_timers(sessions, now=until - timedelta(seconds=1))
        assert reel_of(session, deal).status == "ruled"
        session.rollback()
        bookings.run_due_timers(sessions, now=until)
        assert reel_of(session, deal).status == "releasing"
        assert session.get_one(Contest, contest_id, populate_existing=True).closed_at == until

    def test_stands_still_while_the_booking_is_frozen(self, session, dispute):
        deal, contest = dispute
        rule(session, contest)
        until = contest.appeal_until
        operator = build_operator(session).actor
        bookings.freeze_booking(
            session, actor=operator, booking_id=deal.booked.id, reason="We look.", now=START + DAY
        )
        bookings.unfreeze_booking(session, actor=operator, booking_id=deal.booked.id, now=START + 3 * DAY)
        assert contest.appeal_until == reel_of(session, deal).appeal_until == until + 2 * DAY

    def test_passes_a_late_contest_on(self, session, sessions, dispute):
        deal, _contest = dispute
        session.commit()
        bookings.run_due_timers(sessions, now=START + 15 * DAY)
        room = booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=START + 15 * DAY)
        assert {"contest.evidence_closed", "contest.overdue", "contest.escalated"} <= {
            line.kind for line in room.lines
        }
        assert room.deliverables[0].status == "contested"  # never automatic money


class TestAppeal:
    def appeal(self, session, deal, contest, *, actor=None, now=START + DAY):
        return bookings.appeal_ruling(
            session,
            actor=actor or deal.influencer.actor,
            contest_id=contest.id,
            text="The set is in the picture.",
            now=now,
        )

    def test_goes_to_another_operator_whose_ruling_is_final(self, session, dispute):
        deal, contest = dispute
        first, second = build_operator(session).actor, build_operator(session).actor
        rule(session, contest, actor=first)
        self.appeal(session, deal, contest)
        assert reel_of(session, deal).status == "appealed"
        with pytest.raises(SameOperator):
            rule(session, contest, actor=first, ruling=given("met"))
        rule(session, contest, actor=second, ruling=given("met"), now=START + 2 * DAY)
        reel = reel_of(session, deal)
        assert (reel.status, reel.share_bps, contest.closed_at) == ("releasing", 10_000, START + 2 * DAY)
        rulings = session.scalars(select(ContestRuling).order_by(ContestRuling.number)).all()
        assert [(each.number, each.share_bps) for each in rulings] == [(1, 4_000), (2, 10_000)]

    def test_is_refused_after_its_time_and_a_second_time(self, session, dispute):
        deal, contest = dispute
        rule(session, contest)
        with pytest.raises(AppealWindowClosed):
            self.appeal(session, deal, contest, now=contest.appeal_until + timedelta(seconds=1))
        self.appeal(session, deal, contest)
        with pytest.raises(StatusConflict):
            self.appeal(session, deal, contest, actor=deal.brand.actor)

    def test_stops_the_window_and_starts_the_clock_of_its_ruling(self, session, dispute):
        deal, contest = dispute
        rule(session, contest)
        self.appeal(session, deal, contest)
        kinds = select(Timer.kind).where(
            Timer.deliverable_id == contest.deliverable_id, Timer.closed_at.is_(None)
        )
        assert session.scalars(kinds).all() == ["appeal_ruling"]

    def test_by_the_same_operator_is_refused_by_the_database_too(self, session, dispute):
        _deal, contest = dispute
        operator = build_operator(session).actor.user_id
        session.add(
            ContestRuling(
                contest_id=contest.id,
                number=2,
                verdicts={},
                share_bps=0,
                reason_en="x",
                reason_ar="x",
                ruled_by=operator,
                ruled_before_by=operator,
                at=START,
            )
        )
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


class TestSecondPerson:
    def test_is_named_in_the_ruling_and_may_not_rule_the_appeal(self, session, dispute):
        deal, contest = dispute
        first, second = build_operator(session).actor, build_operator(session).actor
        bookings.rule_contest(
            session,
            actor=second,
            contest_id=contest.id,
            given=given(),
            author=Author(first.user_id, second.user_id),
            now=START,
        )
        bookings.appeal_ruling(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="No.", now=START
        )
        for operator in (first, second):
            with pytest.raises(SameOperator):
                rule(session, contest, actor=operator)


class TestRestorePublication:
    def test_takes_the_strike_back_and_looks_again(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        reel = deliverables_of(session, deal.booked)[0]
        report = {"actor": deal.brand.actor, "deliverable_id": reel.id, "statement": "It is gone."}
        operator = build_operator(session).actor
        restore = {
            "actor": operator,
            "deliverable_id": reel.id,
            "reason_en": "It is up.",
            "reason_ar": "منشور.",
        }
        with pytest.raises(StatusConflict):
            bookings.restore_publication(session, **restore, now=START + 2 * DAY)
        bookings.report_taken_down(session, **report, now=START + 2 * DAY)
        with pytest.raises(Forbidden):
            bookings.restore_publication(session, **{**restore, "actor": deal.brand.actor}, now=START)
        post = bookings.restore_publication(session, **restore, now=START + 3 * DAY)
        assert post.status == "confirmed"
        counted = {"influencer_id": deal.influencer.influencer.id, "now": START + 4 * DAY}
        assert count_strikes(session, **counted) == 0
        looks = select(Timer.due_at).where(Timer.kind == "live_check", Timer.closed_at.is_(None))
        assert session.scalars(looks.order_by(Timer.due_at)).all() == [START + 7 * DAY, START + 30 * DAY]
        bookings.report_taken_down(session, **report, now=START + 4 * DAY)
        assert count_strikes(session, **counted) == 1
