"""Where much is at stake one operator asks and another decides; an appeal goes to a third. On both databases."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.domain import ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import SamePerson, approve_act
from marketplace.bookings import operations as bookings
from marketplace.bookings import rulings
from marketplace.bookings.models import Deliverable
from marketplace.bookings.refusals import SameOperator, SecondPersonNeeded
from marketplace.bookings.rulings import RulingInput
from marketplace.disputes.operations import carry_out_ruling, decide_contest
from tests.builders.contests import build_contest
from tests.builders.people import build_operator
from tests.clock import START

CARRIERS = {ActKind.RULE_CONTEST: carry_out_ruling}


def given(verdict="not_met"):
    return RulingInput({"brew": {"verdict": verdict, "en": "Seen", "ar": "شوهد"}}, "Reason", "سبب")


@pytest.fixture
def dispute(session):
    """A contest, and three operators who may decide."""
    deal, contest = build_contest(session)
    operators = [build_operator(session, role=OperatorRole.SENIOR).actor for _each in range(3)]
    return deal, contest, operators


@pytest.fixture
def much(monkeypatch):
    """Every amount is much."""
    monkeypatch.setattr(rulings, "needs_second_person", lambda *_args, **_more: True)


def decide(session, contest, actor, ruling=None):
    return decide_contest(session, actor=actor, contest_id=contest.id, given=ruling or given(), now=START)


def approve(session, actor, request):
    return approve_act(
        session,
        actor=actor,
        request_id=request.id,
        seen_hash=request.payload_hash,
        carriers=CARRIERS,
        now=START,
    )


def status(session, contest):
    return session.get_one(Deliverable, contest.deliverable_id).status


class TestDecideContest:
    def test_is_one_persons_where_little_is_at_stake(self, session, dispute):
        _deal, contest, (first, *_rest) = dispute
        assert decide(session, contest, first) is None
        assert status(session, contest) == "ruled"

    @pytest.mark.usefixtures("much")
    def test_waits_for_a_second_person_where_much_is(self, session, dispute):
        _deal, contest, (first, second, _third) = dispute
        request = decide(session, contest, first)
        assert status(session, contest) == "contested"
        with pytest.raises(SamePerson):
            approve(session, first, request)
        approve(session, second, request)
        assert status(session, contest) == "ruled"
        ruling = rulings.find_ruling(session, contest_id=contest.id, number=1)
        assert (ruling.ruled_by, ruling.approved_by) == (first.user_id, second.user_id)

    @pytest.mark.usefixtures("much")
    def test_cannot_go_round_the_second_person(self, session, dispute):
        _deal, contest, (first, *_rest) = dispute
        with pytest.raises(SecondPersonNeeded):
            rulings.rule_contest(session, actor=first, contest_id=contest.id, given=given(), now=START)

    @pytest.mark.usefixtures("much")
    def test_of_an_appeal_is_neither_of_the_two(self, session, dispute):
        deal, contest, (first, second, third) = dispute
        approve(session, second, decide(session, contest, first))
        bookings.appeal_ruling(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="No.", now=START
        )
        with pytest.raises(SameOperator):
            decide(session, contest, first)
        request = decide(session, contest, third, given("met"))
        with pytest.raises(SameOperator):
            approve(session, second, request)

    @pytest.mark.usefixtures("much")
    def test_is_kept_apart_by_the_database_too(self, session, dispute):
        _deal, contest, (first, *_rest) = dispute
        request = decide(session, contest, first)
        session.flush()
        with pytest.raises(IntegrityError):
            session.execute(
                update(ApprovalRequest)
                .where(ApprovalRequest.id == request.id)
                .values(second_person=first.user_id, status="approved", closed_at=START)
            )
        session.rollback()
