"""What a payee owes in one currency is taken from that currency alone, and from nothing while its payment stands still."""

import pytest

from payments import claw_backs, operations, payable, payout_operations
from payments.ports import GatewayRefused
from payments.statuses import Beneficiary
from payments.verification import verify_ledger


def claim(desk, amount, *, booking_ref="b1", part="d1"):
    return desk.write(
        claw_backs.claim_back,
        booking_ref=booking_ref,
        part_ref=part,
        amount_minor=amount,
        beneficiary=Beneficiary.PAYER,
        now=desk.clock(),
    )


@pytest.fixture
def owing(desk):
    """60,000 SAR are claimed back of a share that went to the bank; another of 50,000 SAR arrived since, and one in AED."""
    desk.begin("onboard", "fund")
    desk.run(desk.release().release_operation_id)
    desk.clock.advance(days=4)
    plan = payout_operations.plan_payout
    desk.run(desk.write(plan, payee_ref="inf1", currency="SAR", now=desk.clock()))
    claim(desk, 60_000)
    desk.run_due()
    desk.run(desk.release("d2").release_operation_id)
    desk.fund("b2", currency="AED")
    desk.clock.advance(hours=1)
    desk.run(desk.release(booking_ref="b2").release_operation_id)
    return desk


def owed(desk):
    return desk.balance("asset:influencer_receivable:inf1")


class TestDebts:
    def test_are_not_made_smaller_by_what_is_taken_back_in_another_currency(self, owing):
        claim(owing, 30_000, booking_ref="b2")  # its reversal is on its way
        for currency, left in (("SAR", 0), ("AED", 70_000)):
            assert owing.write(payable.payable_minor, payee_ref="inf1", currency=currency) == left

    def test_are_taken_from_no_transfer_of_another_currency(self, owing, monkeypatch):
        """The provider refuses the share's own transfer; the newest one is in AED."""
        send, refused = owing.gateway.send, []

        def refuse_once(command, *, key):
            if refused:
                return send(command, key=key)
            refused.append(command.gateway_transfer_id)
            raise GatewayRefused("no", code="account_closed")

        (found,) = owing.write(claw_backs.list_claw_backs)
        again = {"claw_back_id": found.claw_back_id, "now": owing.clock()}
        (first,) = owing.write(claw_backs.recover, **again)
        monkeypatch.setattr(owing.gateway, "send", refuse_once)
        owing.run(first)
        (second,) = owing.write(claw_backs.recover, **again)
        owing.run(second)
        reversed_ = [each for each in owing.transfers() if each["amount_reversed"]]
        assert [(each["currency"], each["amount_reversed"]) for each in reversed_] == [("sar", 50_000)]
        assert reversed_[0]["id"] not in refused
        assert owed(owing) == 10_000
        assert owing.write(verify_ledger).is_sound

    def test_wait_while_their_payment_is_frozen(self, owing):
        owing.write(operations.freeze, booking_ref="b1", reason="case 7")
        owing.clock.advance(days=4)
        owing.poll()
        owing.poll()
        assert owed(owing) == 60_000
        owing.write(operations.unfreeze, booking_ref="b1", now=owing.clock())
        owing.clock.advance(hours=1)
        owing.poll()
        owing.poll()
        assert owed(owing) == 10_000
        assert owing.write(verify_ledger).is_sound
