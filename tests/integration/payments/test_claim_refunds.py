"""The refund of what a claim brought back: refused or sent back by the bank, it is owed again, or makes up for a loss."""

import pytest

from payments import claw_backs, payout_operations
from payments.statuses import Beneficiary, OperationState
from payments.verification import verify_ledger


@pytest.fixture
def claimed(desk):
    """A share of 100,000 arrived, and 40,000 of it are claimed back for the payer; both steps are planned."""
    desk.begin("onboard", "fund")
    desk.run(desk.release().release_operation_id)
    desk.clock.advance(days=4)
    desk.steps = claim(desk, 40_000)
    return desk


def claim(desk, amount_minor, left_bps=None):
    return desk.write(
        claw_backs.claim_back,
        booking_ref="b1",
        part_ref="d1",
        amount_minor=amount_minor,
        beneficiary=Beneficiary.PAYER,
        left_bps=left_bps,
        now=desk.clock(),
    )


def fees(desk):
    """The fees that claims give back, in the order of the claims."""
    found = sorted(desk.write(claw_backs.list_claw_backs), key=lambda each: each.opened_at)
    return [each.fee_minor for each in found]


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


class TestFeeOfClaims:
    def test_is_not_given_back_on_what_was_written_off_once_more(self, desk):
        """40,000 are claimed and 15,000 of them written off: the fee on them is with the payer, and counts for a later claim."""
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(days=4)
        plan = payout_operations.plan_payout
        desk.run(desk.write(plan, payee_ref="inf1", currency="SAR", amount_minor=75_000, now=desk.clock()))
        claim(desk, 40_000)
        for _round in range(3):
            desk.run_due()
        desk.write(claw_backs.write_off, claw_back_id=only_claim(desk).claw_back_id, now=desk.clock())
        desk.clock.advance(minutes=1)
        claim(desk, 15_000)
        desk.clock.advance(minutes=1)
        claim(desk, 10_000)
        assert fees(desk) == [4_000, 0, 1_000]
        assert desk.write(verify_ledger).problems == ()

    def test_is_in_proportion_where_the_share_was_split_before(self, desk):
        """A share of the whole that a ruling leaves says nothing about half of it."""
        desk.begin("onboard", "fund")
        decision = desk.release(share_bps=5_000)
        for operation_id in decision.operation_ids:
            desk.run(operation_id)
        desk.clock.advance(days=4)
        claim(desk, 10_000, left_bps=2_500)
        assert fees(desk) == [1_000]
