"""A call to the provider that contradicted itself: a case, its page, a second person, and it goes on once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.bookings.models import Booking
from marketplace.moderation.models import ModerationCase
from payments.models import MoneyOperation
from payments.statements import get_operation
from payments.statuses import OperationKind, OperationState
from tests.builders.bookings import Stage, build_booking, deliverables_of, open_payout_account
from tests.builders.people import build_operator

HASH = re.compile(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"')


@pytest.fixture
def desk(market):
    """A release that the provider takes for a contradiction: its key was used with another body."""
    with market.rows() as session:
        market.operators = [build_operator(session, role="admin").user for _number in range(2)]
        deal = build_booking(session, stage=Stage.RELEASING)
        open_payout_account(session, deal.influencer)
        operation = session.scalars(
            select(MoneyOperation).where(MoneyOperation.kind == OperationKind.RELEASE)
        ).first()
        operation.state = OperationState.HALTED
        operation.failure_code = "idempotency_key_reused"
        market.operation_id = operation.id
        assert deliverables_of(session, deal.booked)
    market.first, market.second = (market.visit_as(user) for user in market.operators)
    market.path = f"/operate/operations/{market.operation_id}"
    return market


def state(desk):
    with desk.rows() as session:
        return get_operation(session, operation_id=desk.operation_id).state


class TestResume:
    def test_waits_for_a_second_person_and_then_asks_the_provider_again(self, desk):
        page = desk.first.get(desk.path)
        assert "idempotency_key_reused" in page.text or "halted" in page.text.lower()
        assert desk.first.post(f"{desk.path}/resume", {"reason": ""}).status_code == 422
        asked = desk.first.post(f"{desk.path}/resume", {"reason": "The dashboard shows no such transfer."})
        assert asked.status_code == 303
        assert state(desk) is OperationState.HALTED
        own = desk.first.get(asked.location).text
        seen = HASH.search(desk.second.get(asked.location).text).group(1)
        assert "seen_hash" not in own  # nobody approves what they asked for
        assert desk.second.post(f"{asked.location}/approve", {"seen_hash": seen}).status_code == 303
        assert state(desk) is not OperationState.HALTED
        desk.work()
        assert state(desk) in {OperationState.CONFIRMED, OperationState.UNKNOWN, OperationState.REFUSED}

    def test_is_not_offered_twice(self, desk):
        desk.first.get(desk.path)
        asked = desk.first.post(f"{desk.path}/resume", {"reason": "One."})
        assert asked.status_code == 303
        assert f"{desk.path}/resume" not in desk.first.get(desk.path).text
        assert desk.second.post(f"{desk.path}/resume", {"reason": "Two."}).status_code == 409

    def test_is_for_halted_calls_alone(self, desk):
        with desk.rows() as session:
            session.get_one(MoneyOperation, desk.operation_id).state = OperationState.SENT
        desk.first.get(desk.path)
        assert desk.first.post(f"{desk.path}/resume", {"reason": "x"}).status_code == 409

    def test_that_moves_no_money_needs_no_second_person(self, desk):
        with desk.rows() as session:
            session.get_one(MoneyOperation, desk.operation_id).kind = OperationKind.EVIDENCE
        page = desk.first.get(desk.path).text
        assert f'action="{desk.path}/resume"' in page
        answer = desk.first.post(f"{desk.path}/resume", {"reason": "It was our mistake."})
        assert answer.location == desk.path
        assert (state(desk), actions(desk)) == (OperationState.UNKNOWN, ["operation.resumed"])
        assert "It was our mistake." in desk.first.get("/operate/audit").text


def actions(desk):
    with desk.rows() as session:
        entries = select(AuditEntry).where(AuditEntry.subject_id == desk.operation_id)
        return [entry.action for entry in session.scalars(entries.order_by(AuditEntry.id))]


class TestAskAgain:
    def test_asks_at_once_about_a_call_of_unknown_outcome(self, desk):
        later = desk.clock() + timedelta(hours=1)
        with desk.rows() as session:
            operation = session.get_one(MoneyOperation, desk.operation_id)
            operation.state, operation.run_after = OperationState.UNKNOWN, later
        assert f'action="{desk.path}/ask-again"' in desk.first.get(desk.path).text
        assert desk.first.post(f"{desk.path}/ask-again").location == desk.path
        with desk.rows() as session:
            assert session.get_one(MoneyOperation, desk.operation_id).run_after == desk.clock()
        assert actions(desk) == ["operation.asked_again"]

    def test_has_nothing_to_ask_about_a_halted_one(self, desk):
        assert f'action="{desk.path}/ask-again"' not in desk.first.get(desk.path).text
        assert desk.first.post(f"{desk.path}/ask-again").status_code == 409
        assert actions(desk) == []


class TestUnknownPayment:
    def test_opens_one_case_about_money_that_names_no_booking(self, market):
        with market.rows() as session:
            build_operator(session)
        market.stray_payment(booking="some-other-system")
        market.clock.advance(
            minutes=5
        )  # until the provider names the line of a payment that it captures by its default
        market.sandbox.advance()
        for _round in range(2):
            market.work()
        with market.rows() as session:
            (case,) = session.scalars(select(ModerationCase).where(ModerationCase.subject_type == "payment"))
            assert case.status == "open"
            assert case.version_ref.startswith("payment_unknown")


class TestStory:
    def test_names_the_booking_and_renews_itself_while_the_call_is_under_way(self, desk):
        with desk.rows() as session:
            title = session.scalars(select(Booking.title)).one()
        halted = desk.first.get(desk.path).text
        assert (title in halted, f'hx-get="{desk.path}"' in halted, ">none<" in halted) == (
            True,
            False,
            False,
        )
        assert title in desk.first.get("/operate/operations").text
        with desk.rows() as session:
            session.get_one(MoneyOperation, desk.operation_id).state = OperationState.SENT
        assert f'hx-get="{desk.path}"' in desk.first.get(desk.path).text
