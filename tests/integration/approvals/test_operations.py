"""One person asks, another approves exactly what was asked; the database knows that they are two."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import (
    REASON_MAX,
    NotRequester,
    RequestChanged,
    RequestClosed,
    RequestRepeated,
    SamePerson,
    approve_act,
    expire_requests,
    refuse_act,
    request_act,
    withdraw_act,
)
from marketplace.audit.models import AuditEntry
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from tests.builders.people import build_brand, build_operator
from tests.clock import START

ACT = Act(ActKind.HOLD_PAYOUTS, "influencer", "i1", {"influencer": "Sara"})


@pytest.fixture
def two(session):
    return build_operator(session, role=OperatorRole.SENIOR).actor, build_operator(
        session, role=OperatorRole.FINANCE
    ).actor


def ask(session, actor, act=ACT, *, now=START):
    return request_act(session, actor=actor, act=act, reason="We were told so.", now=now)


class Carried:
    """Keeps what was carried out."""

    def __init__(self, error=None):
        self.acts, self.error = [], error

    def __call__(self, _session, approved):
        if self.error is not None:
            raise self.error
        self.acts.append(approved)


def approve(session, actor, request, carried, *, seen_hash=None, now=START):
    return approve_act(
        session,
        actor=actor,
        request_id=request.id,
        seen_hash=seen_hash or request.payload_hash,
        carriers={ActKind.HOLD_PAYOUTS: carried},
        now=now,
    )


class TestApprove:
    def test_carries_out_what_was_asked_once(self, session, two):
        first, second = two
        request, carried = ask(session, first), Carried()
        approve(session, second, request, carried)
        (done,) = carried.acts
        assert (done.act, done.requested_by, done.approver) == (ACT, first.user_id, second)
        with pytest.raises(RequestClosed):
            approve(session, second, request, carried)
        actions = select(AuditEntry.action).where(AuditEntry.stream == f"approval:{request.id}")
        assert session.scalars(actions.order_by(AuditEntry.sequence)).all() == [
            "approval.requested",
            "approval.approved",
        ]

    def test_is_refused_to_who_asked_and_to_whose_role_is_another(self, session, two):
        first, second = two
        request = ask(session, first)
        with pytest.raises(SamePerson):
            approve(session, first, request, Carried())
        for actor in (build_operator(session, role=OperatorRole.MODERATOR).actor, build_brand(session).actor):
            with pytest.raises(Forbidden):
                approve(session, actor, request, Carried())
        with pytest.raises(NotFound):
            approve(session, second, ApprovalRequest(id="none", payload_hash="x"), Carried())

    def test_is_bound_to_the_hash_of_what_was_read(self, session, two):
        first, second = two
        request = ask(session, first)
        with pytest.raises(RequestChanged):
            approve(session, second, request, Carried(), seen_hash="0" * 64)
        request.payload = {"influencer": "Somebody else"}
        session.flush()
        with pytest.raises(RequestChanged):
            approve(session, second, request, Carried())

    def test_is_undone_when_the_act_is_refused(self, session, two):
        first, second = two
        request = ask(session, first)
        session.commit()
        with pytest.raises(Conflict):
            approve(session, second, request, Carried(Conflict("too late")))
        session.rollback()
        assert session.get_one(ApprovalRequest, request.id).status == "waiting"

    def test_is_too_late_after_three_days(self, session, two):
        first, second = two
        request = ask(session, first)
        with pytest.raises(RequestClosed):
            approve(session, second, request, Carried(), now=START + timedelta(hours=72))
        assert expire_requests(session, now=START + timedelta(hours=72)) == 1
        session.refresh(request)
        assert request.status == "expired"

    def test_by_one_person_is_refused_by_the_database_too(self, session, two):
        request = ask(session, two[0])
        request.status, request.second_person = "approved", two[0].user_id
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


class TestRequest:
    def test_needs_a_role_and_a_reason_and_waits_once(self, session, two):
        with pytest.raises(Forbidden):
            ask(session, build_operator(session, role=OperatorRole.READER).actor)
        with pytest.raises(Invalid):
            request_act(session, actor=two[0], act=ACT, reason=" ", now=START)
        with pytest.raises(Invalid):  # kept whole or not at all
            request_act(session, actor=two[0], act=ACT, reason="x" * (REASON_MAX + 1), now=START)
        ask(session, two[0])
        with pytest.raises(RequestRepeated):
            ask(session, two[1])
        ask(session, two[1], now=START + timedelta(days=4))  # the first one ran out

    def test_is_refused_with_a_note_or_taken_back_by_who_asked(self, session, two):
        first, second = two
        request = ask(session, first)
        with pytest.raises(Invalid):
            refuse_act(session, actor=second, request_id=request.id, note="", now=START)
        with pytest.raises(SamePerson):
            refuse_act(session, actor=first, request_id=request.id, note="x", now=START)
        refuse_act(session, actor=second, request_id=request.id, note="Not enough.", now=START)
        assert (request.status, request.second_person, request.note) == (
            "refused",
            second.user_id,
            "Not enough.",
        )
        again = ask(session, first)
        with pytest.raises(NotRequester):
            withdraw_act(session, actor=second, request_id=again.id, now=START)
        withdraw_act(session, actor=first, request_id=again.id, now=START)
        assert again.status == "withdrawn"


class TestDigest:
    def test_changes_with_every_part_and_not_with_the_order_of_keys(self):
        other = {"a": 1, "b": 2}
        acts = [
            Act(ActKind.HOLD_PAYOUTS, "influencer", "i1", other),
            Act(ActKind.FREE_PAYOUTS, "influencer", "i1", other),
            Act(ActKind.HOLD_PAYOUTS, "booking", "i1", other),
            Act(ActKind.HOLD_PAYOUTS, "influencer", "i2", other),
            Act(ActKind.HOLD_PAYOUTS, "influencer", "i1", {"a": 1, "b": 3}),
        ]
        assert len({act.digest() for act in acts}) == len(acts)
        assert Act(ActKind.HOLD_PAYOUTS, "influencer", "i1", {"b": 2, "a": 1}).digest() == acts[0].digest()
