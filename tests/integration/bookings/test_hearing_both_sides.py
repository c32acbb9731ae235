"""Nothing is ruled away from an influencer who may still show the post, add evidence, or answer a denial."""

from datetime import timedelta

import pytest

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.bookings import operations as bookings
from marketplace.bookings.clocks import find_open_timer
from marketplace.bookings.models import Deliverable
from marketplace.bookings.queries import influencer_home as bookings_home
from marketplace.bookings.refusals import AnswerAwaited, ContestWindowClosed, SidesNotHeard
from marketplace.bookings.rulings import RulingInput
from marketplace.disputes.operations import decide_contest
from tests.builders.contests import answer_contest, build_contest, build_post_contest
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)
REPORTED = START + 3 * DAY
HOUR = timedelta(hours=1)


@pytest.fixture
def dispute(session):
    return build_post_contest(session, now=REPORTED)


@pytest.fixture
def operators(session):
    return [build_operator(session, role=OperatorRole.SENIOR).actor for _each in range(4)]


def ask(session, actor, contest, verdict, *, now):
    found = {"kept_live": {"verdict": verdict, "en": "", "ar": ""}}
    given = RulingInput(found, "We looked.", "نظرنا.")
    return decide_contest(session, actor=actor, contest_id=contest.id, given=given, now=now)


def approve(session, actor, asked, *, now):
    approve_act(
        session,
        actor=actor,
        request_id=asked.id,
        seen_hash=asked.payload_hash,
        carriers=CARRIERS,
        now=now,
    )


def add(session, side, contest, *, now):
    bookings.add_evidence(session, actor=side.actor, contest_id=contest.id, text="Look.", now=now)


def show(session, deal, contest, *, now):
    bookings.show_post(session, actor=deal.influencer.actor, contest_id=contest.id, text="Up.", now=now)


def deny(session, deal, contest, *, now):
    bookings.deny_post(session, actor=deal.brand.actor, contest_id=contest.id, text="No.", now=now)


class TestBeforeARuling:
    def test_takes_nothing_while_the_time_for_evidence_runs(self, session, dispute, operators):
        _deal, contest = dispute
        with pytest.raises(SidesNotHeard):
            ask(session, operators[0], contest, "not_met", now=contest.evidence_until)
        later = contest.evidence_until + HOUR
        assert ask(session, operators[0], contest, "not_met", now=later) is not None

    def test_may_leave_everything_at_once(self, session, dispute, operators):
        _deal, contest = dispute
        assert ask(session, operators[0], contest, "met", now=REPORTED) is None
        assert contest.share_bps == 10_000

    def test_is_sooner_once_both_were_heard_and_the_influencer_last(self, session, dispute, operators):
        deal, contest = dispute
        now = REPORTED + DAY
        add(session, deal.influencer, contest, now=now)
        with pytest.raises(SidesNotHeard):  # the brand showed nothing
            ask(session, operators[0], contest, "not_met", now=now)
        add(session, deal.brand, contest, now=now + HOUR)
        with pytest.raises(SidesNotHeard):  # and to what it showed nobody answered
            ask(session, operators[0], contest, "not_met", now=now + HOUR)
        add(session, deal.influencer, contest, now=now + 2 * HOUR)
        assert ask(session, operators[0], contest, "not_met", now=now + 2 * HOUR) is not None

    def test_does_not_cut_the_brands_look_short_nor_by_an_approval(self, session, dispute, operators):
        deal, contest = dispute
        add(session, deal.brand, contest, now=REPORTED)
        add(session, deal.influencer, contest, now=REPORTED + HOUR)
        asked = ask(session, operators[0], contest, "not_met", now=REPORTED + HOUR)
        show(session, deal, contest, now=REPORTED + 2 * HOUR)
        with pytest.raises(SidesNotHeard):
            approve(session, operators[1], asked, now=REPORTED + 3 * HOUR)
        session.refresh(contest)
        assert contest.look_until is not None

    def test_lets_an_influencer_speak_whose_early_win_is_appealed(self, session, dispute, operators):
        deal, contest = dispute
        ask(session, operators[0], contest, "met", now=REPORTED)
        with pytest.raises(ContestWindowClosed):
            add(session, deal.influencer, contest, now=REPORTED)
        bookings.appeal_ruling(
            session, actor=deal.brand.actor, contest_id=contest.id, text="Gone.", now=REPORTED
        )
        with pytest.raises(SidesNotHeard):
            ask(session, operators[1], contest, "not_met", now=REPORTED + HOUR)
        add(session, deal.influencer, contest, now=REPORTED + HOUR)


class TestDenial:
    def test_late_leaves_the_influencer_time_to_answer(self, session, dispute, operators):
        deal, contest = dispute
        show(session, deal, contest, now=contest.evidence_until - HOUR)
        denied_at = contest.evidence_until + HOUR
        rule_before = contest.rule_before
        deny(session, deal, contest, now=denied_at)
        assert contest.evidence_until >= denied_at + DAY
        assert contest.rule_before >= rule_before
        work = session.get_one(Deliverable, contest.deliverable_id)
        for kind, due_at in (("evidence", contest.evidence_until), ("ruling", contest.rule_before)):
            clock = find_open_timer(session, deliverable=work, kind=kind)
            assert clock.due_at == due_at
        with pytest.raises(SidesNotHeard):
            ask(session, operators[0], contest, "not_met", now=denied_at + HOUR)
        add(session, deal.influencer, contest, now=denied_at + HOUR)
        assert ask(session, operators[0], contest, "not_met", now=denied_at + HOUR) is not None

    def test_early_shortens_nothing(self, session, dispute):
        deal, contest = dispute
        until = contest.evidence_until
        show(session, deal, contest, now=REPORTED)
        deny(session, deal, contest, now=REPORTED)
        assert contest.evidence_until == until


class TestAContestOfTheWork:
    """The side it was opened against has its days to answer, or is heard as soon as it did."""

    def rule(self, session, contest, verdict, *, now):
        operator = build_operator(session, role=OperatorRole.SENIOR).actor
        given = RulingInput({"brew": {"verdict": verdict, "en": "", "ar": ""}}, "We looked.", "نظرنا.")
        decide_contest(session, actor=operator, contest_id=contest.id, given=given, now=now)

    def test_takes_nothing_from_who_has_not_answered(self, session):
        _deal, contest = build_contest(session, is_answered=False)
        with pytest.raises(AnswerAwaited):
            self.rule(session, contest, "not_met", now=contest.evidence_until)
        self.rule(session, contest, "not_met", now=contest.evidence_until + HOUR)
        assert contest.ruled_at is not None

    def test_may_take_as_soon_as_there_is_an_answer(self, session):
        deal, contest = build_contest(session, is_answered=False)
        add(session, deal.brand, contest, now=START)
        with pytest.raises(AnswerAwaited):  # its own words are no answer
            self.rule(session, contest, "not_met", now=START)
        answer_contest(session, deal, contest)
        self.rule(session, contest, "not_met", now=START)
        assert contest.ruled_at == START

    def test_may_leave_everything_at_once(self, session):
        _deal, contest = build_contest(session, is_answered=False)
        self.rule(session, contest, "met", now=START)
        assert contest.share_bps == 10_000

    def test_waits_for_the_side_on_its_home(self, session):
        deal, contest = build_contest(session, is_answered=False)
        needs = bookings_home(session, actor=deal.influencer.actor, now=START).needs
        assert [(each.step.code, each.step.by) for each in needs if each.step.code == "answer_contest"] == [
            ("answer_contest", contest.evidence_until)
        ]
        answer_contest(session, deal, contest)
        needs = bookings_home(session, actor=deal.influencer.actor, now=START).needs
        assert "answer_contest" not in {each.step.code for each in needs}

    def test_names_the_piece_of_work_where_there_are_several(self, session):
        deal, _contest = build_contest(session, is_answered=False)
        needs = bookings_home(session, actor=deal.influencer.actor, now=START).needs
        pieces = [session.get_one(Deliverable, each.step.deliverable_id) for each in needs]
        assert pieces
        assert [(each.kind, each.platform) for each in pieces] == [each.work for each in needs]
        assert [each.net_minor for each in pieces] == [each.amount_minor for each in needs]
