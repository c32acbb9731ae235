"""The refund of what a claim brought back: refused or sent back by the bank, it is owed again, or makes up for a loss."""

import pytest

from payments import claw_backs
from payments.statuses import Beneficiary, OperationState
from payments.verification import verify_ledger


@pytest.fixture
def claimed(desk):
    """A share of 100,000 arrived, and 40,000 of it are claimed back for the payer; both steps are planned."""
    desk.begin("onboard", "fund")
    desk.run(desk.release().release_operation_id)
    desk.clock.advance(days=4)
    desk.steps = desk.write(
        claw_backs.claim_back,
        booking_ref="b1",
        part_ref="d1",
        amount_minor=40_000,
        beneficiary=Beneficiary.PAYER,
        now=desk.clock(),
    )
    return desk


def only_claim(desk):
    (found,) = desk.write(claw_backs.list_claw_backs)
    return found


class TestClaimRefunds:
    def test_opens_a_closed_claim_again_when_the_bank_sends_it_back(self, claimed):
        for _round in range(3):
            claimed.run_due()
        assert only_claim(claimed).closed_at is not None
        sent = next(each["id"] for each in claimed.refunds() if each["amount"] == 40_000)
        claimed.sandbox.fail_refund(sent)
        claimed.hear()
        found = only_claim(claimed)
        assert (found.due_to_payer_minor, found.closed_at) == (40_000, None)
        (again,) = claimed.write(claw_backs.recover, claw_back_id=found.claw_back_id, now=claimed.clock())
        assert claimed.run(again).state is OperationState.CONFIRMED
        assert only_claim(claimed).closed_at is not None
        assert claimed.write(verify_ledger).problems == ()

    def test_makes_up_for_a_loss_that_waited_for_it_to_be_refused(self, claimed):
        reversal, refund = claimed.steps
        opened = claimed.sandbox.open_dispute(claimed.charge_of("b1"))
        claimed.hear()
        claimed.sandbox.close_dispute(opened["id"], is_won=False)
        claimed.hear()
        claimed.run(reversal)
        assert only_claim(claimed).refunded_minor == 0  # the refund of the fee is still on its way
        assert claimed.balance("exp:chargeback_loss") == 0
        assert claimed.run(refund).state is OperationState.REFUSED
        claimed.clock.advance(hours=1)
        claimed.run_inbox()
        found = only_claim(claimed)
        assert (found.refunded_minor, found.closed_at is not None) == (44_600, True)
        assert claimed.balance("exp:chargeback_loss") == 111_500 - 44_600
        assert claimed.write(verify_ledger).problems == ()
