"""A report that a post is gone opens a contest of its own; it ends without loss, or takes back by a ruling of two."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.bookings import operations as bookings
from marketplace.bookings.contest_stages import stage_of
from marketplace.bookings.models import Contest, Deliverable, Publication, Timer
from marketplace.bookings.queries import booking_room, brand_home, influencer_home
from marketplace.bookings.refusals import (
    ReasonMissing,
    RulingOvertaken,
    SameOperator,
    SecondPersonNeeded,
    StatusConflict,
)
from marketplace.bookings.rulings import Author, RulingInput
from marketplace.bookings.strikes import count_strikes
from marketplace.db import transaction
from marketplace.disputes.operations import decide_contest
from marketplace.disputes.queries import dispute_room
from marketplace.errors import Forbidden
from payments.claw_backs import list_claw_backs
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, confirm_money, deliverables_of
from tests.builders.contests import build_post_contest
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)
REPORTED = START + 3 * DAY


def given(verdict="not_met"):
    found = {"verdict": verdict, "en": "Looked", "ar": "نظرنا"}
    return RulingInput({"kept_live": found}, "We looked.", "نظرنا في الأمر.")


@pytest.fixture
def dispute(session):
    return build_post_contest(session, now=REPORTED)


@pytest.fixture
def operators(session):
    return [build_operator(session, role=OperatorRole.SENIOR).actor for _each in range(4)]


def rule(session, contest, operators, verdict="not_met", *, now=REPORTED + 6 * DAY):
    """Let the first operator decide and, where that is asked for, the second one approve."""
    first, second = operators
    asked = decide_contest(session, actor=first, contest_id=contest.id, given=given(verdict), now=now)
    if asked is not None:
        approve_act(
            session,
            actor=second,
            request_id=asked.id,
            seen_hash=asked.payload_hash,
            carriers=CARRIERS,
            now=now,
        )
    return asked


def reel(session, deal):
    return session.get_one(Deliverable, deliverables_of(session, deal.booked)[0].id, populate_existing=True)


def post(session, deal):
    return session.scalars(
        select(Publication).where(Publication.deliverable_id == reel(session, deal).id)
    ).one()


def strikes(session, deal):
    return count_strikes(session, influencer_id=deal.influencer.influencer.id, now=REPORTED + 9 * DAY)


def is_sound(session):
    return verify_ledger(session).problems == ()


def accept_by_both(session, deal, contest, *, now=REPORTED + 7 * DAY):
    for side in (deal.brand, deal.influencer):
        bookings.accept_ruling(session, actor=side.actor, contest_id=contest.id, now=now)


class TestReport:
    def test_opens_a_contest_about_the_days_and_leaves_the_work_alone(self, session, dispute):
        deal, contest = dispute
        assert (contest.kind, contest.criteria) == ("taken_down", ["kept_live"])
        assert contest.added_criteria[0]["weight"] == 50  # what the two agreed criteria weigh on average
        assert contest.evidence_until == REPORTED + 5 * DAY
        assert reel(session, deal).status == "released"
        kinds = select(Timer.kind).where(
            Timer.deliverable_id == contest.deliverable_id, Timer.closed_at.is_(None)
        )
        assert set(session.scalars(kinds)) == {"evidence", "ruling", "escalation"}
        assert strikes(session, deal) == 1

    def test_is_judged_beforehand_from_what_is_known(self, session, dispute):
        deal, contest = dispute
        room = dispute_room(
            session, actor=deal.brand.actor, deliverable_id=contest.deliverable_id, now=REPORTED
        )
        (judged,) = [each for each in room.criteria if each.is_disputed]
        assert (judged.finding.outcome, judged.finding.params) == ("not_met", {"lived": 3, "days": 30})
        work = reel(session, deal)
        whole = work.release_minor + work.fee_minor + work.tax_minor
        assert (room.status, room.at_stake_minor) == ("contested", whole)

    def test_says_what_was_seen_and_is_one_at_a_time(self, session, dispute):
        deal, contest = dispute
        with pytest.raises(StatusConflict):
            bookings.report_taken_down(
                session,
                actor=deal.brand.actor,
                deliverable_id=contest.deliverable_id,
                statement="x",
                now=REPORTED,
            )
        twin = {name: getattr(contest, name) for name in Contest.__table__.columns.keys() if name != "id"}  # noqa: SIM118
        session.add(Contest(**twin))
        with pytest.raises(IntegrityError):
            session.flush()

    def test_needs_words(self, session, dispute):
        deal, contest = dispute
        bookings.find_post_live(session, actor=deal.brand.actor, contest_id=contest.id, now=REPORTED)
        with pytest.raises(ReasonMissing):
            bookings.report_taken_down(
                session,
                actor=deal.brand.actor,
                deliverable_id=contest.deliverable_id,
                statement=" ",
                now=REPORTED,
            )

    def test_stands_on_both_homes_after_the_booking_is_over(self, session, dispute):
        deal, contest = dispute
        assert deal.booked.status == "completed"
        home = influencer_home(session, actor=deal.influencer.actor, now=REPORTED)
        assert [(each.step.code, each.step.by) for each in home.needs] == [
            ("show_post", contest.evidence_until)
        ]
        bookings.show_post(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="Up.", now=REPORTED
        )
        home = brand_home(session, actor=deal.brand.actor, now=REPORTED)
        assert [(each.step.code, each.step.by) for each in home.needs] == [("look_again", contest.look_until)]
        assert contest.look_until >= REPORTED + DAY


class TestWithoutLoss:
    def test_the_brand_finds_the_post(self, session, dispute):
        deal, contest = dispute
        bookings.find_post_live(session, actor=deal.brand.actor, contest_id=contest.id, now=REPORTED + DAY)
        assert contest.closed_at == REPORTED + DAY
        assert post(session, deal).status == "confirmed"
        assert strikes(session, deal) == 0
        assert list_claw_backs(session) == []
        looks = select(Timer.due_at).where(Timer.kind == "live_check", Timer.closed_at.is_(None))
        assert session.scalars(looks.order_by(Timer.due_at)).all() == [START + 7 * DAY, START + 30 * DAY]
        again = bookings.report_taken_down(
            session,
            actor=deal.brand.actor,
            deliverable_id=contest.deliverable_id,
            statement="Gone again.",
            now=REPORTED + 2 * DAY,
        )
        room = booking_room(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, now=REPORTED + 2 * DAY
        )
        assert [each.contest.id for each in room.deliverables if each.contest] == [again.id]

    def test_the_brand_is_silent_about_a_post_that_was_shown(self, session, sessions, dispute):
        deal, contest = dispute
        bookings.show_post(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="It is up.", now=REPORTED
        )
        with pytest.raises(StatusConflict):  # once
            bookings.show_post(
                session, actor=deal.influencer.actor, contest_id=contest.id, text="x", now=REPORTED
            )
        contest_id, until = contest.id, contest.look_until
        assert until >= REPORTED + DAY
        session.commit()
        bookings.run_due_timers(sessions, now=until)
        session.expire_all()
        assert session.get_one(Contest, contest_id).closed_at is None  # the brand was not told yet
        session.rollback()
        with transaction(sessions) as each:
            bookings.note_look_told(each, contest_id, until)
        session.expire_all()
        later = session.get_one(Contest, contest_id).look_until
        assert later >= until + DAY
        session.rollback()
        bookings.run_due_timers(sessions, now=later - timedelta(seconds=1))
        session.expire_all()
        assert session.get_one(Contest, contest_id).closed_at is None
        session.rollback()
        bookings.run_due_timers(sessions, now=later)
        session.expire_all()
        ended = session.get_one(Contest, contest_id)
        assert (ended.closed_at, ended.closed_how) == (later, "silence")
        assert post(session, deal).status == "confirmed"
        assert strikes(session, deal) == 0

    def test_not_when_the_brand_looks_and_does_not_find_it(self, session, sessions, dispute):
        deal, contest = dispute
        with pytest.raises(StatusConflict):
            bookings.deny_post(session, actor=deal.brand.actor, contest_id=contest.id, text="x", now=REPORTED)
        bookings.show_post(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="It is up.", now=REPORTED
        )
        bookings.deny_post(
            session, actor=deal.brand.actor, contest_id=contest.id, text="Nothing there.", now=REPORTED
        )
        contest_id = contest.id
        session.commit()
        bookings.run_due_timers(sessions, now=REPORTED + 2 * DAY)
        session.expire_all()
        assert session.get_one(Contest, contest_id).closed_at is None

    def test_is_not_the_other_sides_to_say(self, session, dispute):
        deal, contest = dispute
        with pytest.raises(Forbidden):
            bookings.find_post_live(session, actor=deal.influencer.actor, contest_id=contest.id, now=REPORTED)
        with pytest.raises(Forbidden):
            bookings.show_post(session, actor=deal.brand.actor, contest_id=contest.id, text="x", now=REPORTED)

    def test_one_operator_lets_the_influencer_keep_everything(self, session, dispute, operators):
        deal, contest = dispute
        assert rule(session, contest, operators[:2], "met") is None
        accept_by_both(session, deal, contest)
        assert contest.closed_at is not None
        assert (post(session, deal).status, strikes(session, deal)) == ("confirmed", 0)
        assert list_claw_backs(session) == []


class TestTakingBack:
    def test_needs_two_operators_also_for_little(self, session, dispute, operators):
        _deal, contest = dispute
        with pytest.raises(SecondPersonNeeded):
            bookings.rule_contest(
                session, actor=operators[0], contest_id=contest.id, given=given(), now=REPORTED + 6 * DAY
            )
        asked = rule(session, contest, operators[:2])
        assert asked.payload["share_bps"] == 6_667
        assert contest.share_bps == 6_667

    def test_moves_nothing_before_the_ruling_stands(self, session, sessions, dispute, operators):
        deal, contest = dispute
        with pytest.raises(StatusConflict):  # the ruling decides, not an operator beside it
            bookings.request_claw_back(
                session,
                actor=build_operator(session, role=OperatorRole.ADMIN).actor,
                deliverable_id=contest.deliverable_id,
                amount_minor=1,
                is_for_brand=True,
                reason_en="x",
                reason_ar="x",
                now=REPORTED,
            )
        rule(session, contest, operators[:2])
        assert list_claw_backs(session) == []
        until, contest_id = contest.appeal_until, contest.id
        received = reel(session, deal).release_minor
        session.commit()
        bookings.run_due_timers(sessions, now=until)
        session.expire_all()
        assert session.get_one(Contest, contest_id).closed_at == until
        (claim,) = list_claw_backs(session)
        assert (claim.amount_minor, claim.beneficiary) == (received - round(received * 0.6667), "payer")
        assert (post(session, deal).status, strikes(session, deal)) == ("taken_down", 1)
        assert is_sound(session)
        confirm_money(session, deal.booked)
        assert is_sound(session)

    def test_waits_for_a_third_operator_after_an_appeal(self, session, dispute, operators):
        deal, contest = dispute
        rule(session, contest, operators[:2])
        bookings.appeal_ruling(
            session,
            actor=deal.influencer.actor,
            contest_id=contest.id,
            text="It was up.",
            now=REPORTED + 7 * DAY,
        )
        assert stage_of(contest, reel(session, deal)) == "appealed"
        for each in operators[:2]:  # neither who ruled first nor who approved it may even ask
            with pytest.raises(SameOperator):
                decide_contest(
                    session, actor=each, contest_id=contest.id, given=given(), now=REPORTED + 8 * DAY
                )
        rule(session, contest, operators[2:], "met", now=REPORTED + 8 * DAY)
        assert contest.closed_at == REPORTED + 8 * DAY
        assert (post(session, deal).status, strikes(session, deal)) == ("confirmed", 0)
        assert list_claw_backs(session) == []

    def test_outlasts_its_booking(self, session):
        deal, contest = build_post_contest(session, stage=Stage.RELEASING, now=REPORTED)
        for each in deliverables_of(session, deal.booked):
            bookings.on_release_confirmed(session, booking_ref=deal.booked.id, part_ref=each.id, now=REPORTED)
        assert deal.booked.status == "completed"
        kinds = select(Timer.kind).where(
            Timer.deliverable_id == contest.deliverable_id, Timer.closed_at.is_(None)
        )
        assert set(session.scalars(kinds)) == {"evidence", "ruling", "escalation"}


class TestAuthor:
    def test_is_named_with_who_approved(self, session, dispute, operators):
        _deal, contest = dispute
        first, second = operators[:2]
        bookings.rule_contest(
            session,
            actor=second,
            contest_id=contest.id,
            given=given(),
            author=Author(first.user_id, second.user_id),
            now=REPORTED + 6 * DAY,
        )
        assert contest.ruled_by == first.user_id


class TestStaleRequest:
    def test_of_a_first_ruling_does_not_decide_the_appeal_that_nobody_had_written_yet(
        self, session, dispute, operators
    ):
        """One operator asks to take away, another finds the post, the brand appeals: its words are still unread."""
        deal, contest = dispute
        first, second, third, _fourth = operators
        now = REPORTED + 6 * DAY
        asked = decide_contest(session, actor=first, contest_id=contest.id, given=given("not_met"), now=now)
        assert (
            decide_contest(session, actor=second, contest_id=contest.id, given=given("met"), now=now) is None
        )
        bookings.appeal_ruling(
            session, actor=deal.brand.actor, contest_id=contest.id, text="It is gone.", now=now
        )
        with pytest.raises(RulingOvertaken, match="the appeal is to be decided anew"):
            approve_act(
                session,
                actor=third,
                request_id=asked.id,
                seen_hash=asked.payload_hash,
                carriers=CARRIERS,
                now=now,
            )
