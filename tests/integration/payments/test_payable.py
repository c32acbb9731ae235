"""What may go to a payee's bank: not what they owe back, and not what lies in an account that they replaced."""

from datetime import timedelta

import pytest

from payments import claw_backs, payable, payout_operations, statements
from payments.payout_operations import NothingToPayOut
from payments.ports import GatewayRefused
from payments.statuses import Beneficiary, OperationState
from payments.verification import verify_ledger


def pay_out(desk):
    operation_id = desk.write(
        payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock()
    )
    return desk.run(operation_id).state


def claim(desk, amount=100_000, part="d1"):
    desk.write(
        claw_backs.claim_back,
        booking_ref="b1",
        part_ref=part,
        amount_minor=amount,
        beneficiary=Beneficiary.PAYER,
        now=desk.clock(),
    )


def due_for_payout(desk):
    return desk.write(
        statements.list_payable, now=desk.clock(), arrived_before=desk.clock() + timedelta(hours=1)
    )


def poll(desk, rounds=4):
    for _ in range(rounds):
        desk.poll()


@pytest.fixture
def released(desk):
    desk.account = desk.begin("onboard", "fund")
    desk.run(desk.release().release_operation_id)
    desk.clock.advance(days=4)
    return desk


class TestWhoOwes:
    @pytest.fixture
    def owing(self, released):
        """The share of d1 went to the bank, and was claimed back afterwards; then the share of d2 arrived."""
        assert pay_out(released) is OperationState.CONFIRMED
        claim(released)
        released.run_due()
        released.run(released.release("d2").release_operation_id)
        return released

    def test_is_not_paid_out(self, owing):
        assert due_for_payout(owing) == []
        with pytest.raises(NothingToPayOut):
            pay_out(owing)
        assert owing.balance("custody:bank:inf1") == 100_000

    def test_pays_back_from_what_arrives(self, owing):
        owing.clock.advance(days=4)
        poll(owing)
        assert owing.balance("asset:influencer_receivable:inf1") == 50_000
        assert owing.balance("custody:balance:inf1") == 0
        assert sorted(each["amount"] for each in owing.refunds()) == [11_500, 50_000]
        assert owing.write(verify_ledger).is_sound

    def test_is_paid_out_what_is_left(self, released):
        assert pay_out(released) is OperationState.CONFIRMED
        claim(released, 20_000)
        released.run(released.release("d2").release_operation_id)
        assert due_for_payout(released) == [("inf1", "SAR", 30_000)]
        released.clock.advance(days=4)
        poll(released)
        assert pay_out(released) is OperationState.CONFIRMED
        assert released.balance("custody:bank:inf1") == 130_000
        assert released.balance("asset:influencer_receivable:inf1") == 0
        assert released.write(verify_ledger).is_sound

    def test_is_asked_once_a_day_when_the_provider_refuses(self, owing, monkeypatch):
        def refuse(command, *, key):
            raise GatewayRefused("no", code="account_closed")

        monkeypatch.setattr(owing.gateway, "send", refuse)
        poll(owing)
        assert len([each for each in owing.operations_in(OperationState.REFUSED) if "reversal" in each]) == 1
        owing.clock.advance(days=1, hours=1)
        poll(owing)
        assert len([each for each in owing.operations_in(OperationState.REFUSED) if "reversal" in each]) == 2


class TestReplacedAccount:
    @pytest.fixture
    def linked_anew(self, released):
        """100,000 lie in the account that was disconnected, 50,000 in the new one."""
        released.sandbox.deauthorize(released.account)
        released.hear()
        released.onboard()
        released.clock.advance(hours=73)  # a new account has a new bank
        released.run(released.release("d2").release_operation_id)
        released.clock.advance(days=4)
        return released

    def test_keeps_its_balance_out_of_payouts(self, linked_anew):
        assert due_for_payout(linked_anew) == [("inf1", "SAR", 50_000)]
        assert pay_out(linked_anew) is OperationState.CONFIRMED
        assert linked_anew.balance("custody:bank:inf1") == 50_000
        assert linked_anew.balance("custody:balance:inf1") == 100_000
        with pytest.raises(NothingToPayOut):
            pay_out(linked_anew)
        assert linked_anew.write(verify_ledger).is_sound

    def test_is_shown(self, linked_anew):
        (money,) = linked_anew.write(statements.list_payee_money, payee_ref="inf1")
        assert (money.available_minor, money.left_behind_minor) == (150_000, 100_000)
        assert linked_anew.write(payable.list_left_behind) == [("inf1", "SAR", 100_000)]

    def test_is_what_a_claim_of_its_transfer_takes_from(self, linked_anew):
        claim(linked_anew, 50_000, "d2")
        claim(linked_anew, 30_000, "d1")
        assert linked_anew.write(payable.list_left_behind) == [("inf1", "SAR", 70_000)]
        assert due_for_payout(linked_anew) == []

    def test_does_not_keep_the_payee_from_paying_back_out_of_the_new_one(self, linked_anew, monkeypatch):
        """Of what lies in the earlier account the provider gives nothing back: the debt is the payee's all the same."""
        desk = linked_anew
        first = next(each["id"] for each in desk.transfers() if each["amount"] == 100_000)
        send = desk.gateway.send

        def refuse_first(command, *, key):
            if getattr(command, "gateway_transfer_id", None) == first:
                raise GatewayRefused("no", code="account_closed")
            return send(command, key=key)

        monkeypatch.setattr(desk.gateway, "send", refuse_first)
        claim(desk, 30_000, "d1")
        poll(desk, 1)
        desk.clock.advance(days=1, hours=1)
        poll(desk)
        assert desk.balance("asset:influencer_receivable:inf1") == 0
        assert [each["amount_reversed"] for each in desk.transfers()] == [30_000, 0]
        assert desk.write(payable.list_left_behind) == [("inf1", "SAR", 100_000)]
        assert due_for_payout(desk) == [("inf1", "SAR", 20_000)]
        assert desk.write(verify_ledger).is_sound

    def test_that_was_emptied_leaves_the_debt_to_the_new_one(self, released):
        assert pay_out(released) is OperationState.CONFIRMED
        released.sandbox.deauthorize(released.account)
        released.hear()
        released.onboard()
        released.clock.advance(hours=73)
        released.run(released.release("d2").release_operation_id)
        claim(released, 70_000, "d1")
        poll(released)
        assert released.balance("asset:influencer_receivable:inf1") == 20_000
        assert released.balance("custody:balance:inf1") == 0
        claim(released, 50_000, "d2")
        poll(released)
        assert released.balance("asset:influencer_receivable:inf1") == 70_000
        assert [each["amount_reversed"] for each in released.transfers()] == [50_000, 0]
        released.fund("b2")
        released.run(released.release(booking_ref="b2").release_operation_id)
        poll(released, 8)
        assert released.balance("asset:influencer_receivable:inf1") == 0
        assert due_for_payout(released) == [("inf1", "SAR", 30_000)]
        assert released.write(verify_ledger).is_sound

    def test_is_nothing_while_there_is_one_account(self, released):
        (money,) = released.write(statements.list_payee_money, payee_ref="inf1")
        assert money.left_behind_minor == 0
        assert released.write(payable.list_left_behind) == []
