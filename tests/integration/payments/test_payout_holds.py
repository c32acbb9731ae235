"""A payout that waits for money at the provider is looked at again before each attempt."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments import payout_operations
from payments.models import PayoutAccount
from payments.payout_operations import PayoutOnHold, find_payout_obstacle
from payments.ports import GatewayOutcomeUnknown
from payments.statements import list_payouts
from payments.statuses import OperationState
from payments.verification import verify_ledger
from tests.clock import START


def plan_payout(desk):
    return desk.write(
        payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock(), amount_minor=None
    )


def payout(desk):
    return desk.write(list_payouts, payee_ref="inf1")[0]


@pytest.fixture
def waiting(desk):
    """A payout that the provider refused for now: the money of a card payment is pending for days."""
    desk.account = desk.begin("onboard", "fund")
    desk.run(desk.release().release_operation_id)
    desk.run(plan_payout(desk))
    assert payout(desk).failure_code == "balance_insufficient"
    assert payout(desk).state is OperationState.PLANNED
    return desk


def hours_pass(desk, hours):
    for _ in range(0, hours, 2):
        desk.clock.advance(hours=2)
        desk.run_due()


class TestPayoutThatWaits:
    def test_leaves_once_the_money_is_there(self, waiting):
        hours_pass(waiting, 118)
        assert payout(waiting).state is OperationState.CONFIRMED

    def test_does_not_leave_under_the_operators_hold(self, waiting):
        waiting.write(payout_operations.hold_payouts, payee_ref="inf1", reason="taken over")
        hours_pass(waiting, 118)
        assert (payout(waiting).state, payout(waiting).failure_code) == (
            OperationState.REFUSED,
            "payout_on_hold",
        )
        assert waiting.balance("custody:bank:inf1") == 0
        assert waiting.balance("custody:balance:inf1") == 100_000
        assert waiting.write(verify_ledger).is_sound
        waiting.write(payout_operations.free_payouts, payee_ref="inf1")
        assert waiting.run(plan_payout(waiting)).state is OperationState.CONFIRMED

    @pytest.mark.parametrize("is_heard", [True, False])
    def test_does_not_leave_within_the_hold_of_a_new_bank_account(self, waiting, is_heard):
        """Also where no message told of the change: the account is read before the money leaves."""
        waiting.clock.advance(hours=2)
        waiting.sandbox.complete_onboarding(waiting.account, bank="refuses")
        if is_heard:
            waiting.hear()
        hours_pass(waiting, 71)
        assert "BankAccountChanged" in waiting.sink.names()
        assert payout(waiting).failure_code == "payout_on_hold"
        assert waiting.balance("custody:bank:inf1") == 0

    def test_does_not_leave_an_account_that_the_payee_replaced(self, waiting):
        waiting.sandbox.deauthorize(waiting.account)
        waiting.hear()
        waiting.onboard()
        hours_pass(waiting, 2)
        assert payout(waiting).state is OperationState.REFUSED
        assert waiting.balance("custody:balance:inf1") == 100_000

    def test_waits_while_the_account_cannot_be_read(self, waiting, monkeypatch):
        def silent(gateway_account_id):
            raise GatewayOutcomeUnknown("no answer")

        waiting.clock.advance(days=4)
        with monkeypatch.context() as patch:
            patch.setattr(waiting.gateway, "retrieve_account", silent)
            waiting.run_due()
            assert payout(waiting).state is OperationState.PLANNED
            assert waiting.run_due() == []
        waiting.clock.advance(hours=1)
        waiting.run_due()
        assert payout(waiting).state is OperationState.CONFIRMED


class TestPayoutWhoseAnswerWasLost:
    def test_is_looked_up_under_a_hold_and_not_sent_again(self, waiting, monkeypatch):
        sent = []

        def lost(command, *, key):
            sent.append(key)
            raise GatewayOutcomeUnknown("no answer")

        waiting.clock.advance(days=4)
        monkeypatch.setattr(waiting.gateway, "send", lost)
        waiting.run_due()
        assert payout(waiting).state is OperationState.UNKNOWN
        waiting.write(payout_operations.hold_payouts, payee_ref="inf1", reason="taken over")
        hours_pass(waiting, 4)
        assert len(sent) == 1
        assert payout(waiting).failure_code == "payout_on_hold"

    def test_is_confirmed_under_a_hold_when_it_had_left(self, waiting, monkeypatch):
        real = waiting.gateway.send

        def lost(command, *, key):
            real(command, key=key)
            raise GatewayOutcomeUnknown("the answer was lost")

        waiting.clock.advance(days=4)
        with monkeypatch.context() as patch:
            patch.setattr(waiting.gateway, "send", lost)
            waiting.run_due()
        waiting.write(payout_operations.hold_payouts, payee_ref="inf1", reason="taken over")
        hours_pass(waiting, 2)
        assert payout(waiting).state is OperationState.CONFIRMED

    def test_is_never_refused_unseen_on_a_restored_database(self, waiting):
        waiting.policy = replace(waiting.policy, is_restored=True)
        waiting.write(payout_operations.hold_payouts, payee_ref="inf1", reason="taken over")
        hours_pass(waiting, 6)
        assert payout(waiting).state is OperationState.PLANNED
        assert waiting.balance("custody:bank:inf1") == 0


class TestFindPayoutObstacle:
    def test_ends_the_hold_of_a_new_bank_account_to_the_moment(self):
        held_until = START + timedelta(hours=72)
        account = PayoutAccount(
            payee_ref="inf1",
            gateway_account_id="acct_1",
            is_payout_enabled=True,
            payouts_held_until=held_until,
        )
        before = find_payout_obstacle(account, now=held_until - timedelta(microseconds=1))
        assert isinstance(before, PayoutOnHold)
        assert find_payout_obstacle(account, now=held_until) is None
