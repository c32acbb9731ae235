"""A share that had arrived is taken back as far as the payee's account holds it; every unit stays explained."""

from datetime import timedelta

import pytest

from payments import claw_backs, payout_operations
from payments.claw_backs import ClawBackNotFound, ClawBackNotPossible
from payments.payout_operations import PayoutOnHold
from payments.statements import list_payable
from payments.statuses import Beneficiary
from payments.verification import verify_ledger

PAYER, PLATFORM = Beneficiary.PAYER, Beneficiary.PLATFORM
RECEIVABLE = "asset:influencer_receivable:inf1"


@pytest.fixture
def released(desk):
    """The first part of a booking, 100,000 net, in the payee's account."""
    desk.onboard()
    desk.fund()
    desk.release()
    desk.run_due()
    assert desk.balance("custody:balance:inf1") == 100_000
    return desk


def claim(desk, amount_minor=40_000, beneficiary=PAYER):
    return desk.write(
        claw_backs.claim_back,
        booking_ref="b1",
        part_ref="d1",
        amount_minor=amount_minor,
        beneficiary=beneficiary,
        now=desk.clock(),
    )


def claim_after_payout(desk):
    """Claim 40,000 when 75,000 of the 100,000 went to the payee's bank: 25,000 can come back at once."""
    desk.write(
        payout_operations.plan_payout, payee_ref="inf1", currency="SAR", amount_minor=75_000, now=desk.clock()
    )
    desk.run_due()
    claim(desk, 40_000)


def only_claim(desk):
    (found,) = desk.write(claw_backs.list_claw_backs)
    return found


def run_all(desk):
    for _round in range(3):
        desk.run_due()


class TestClaimBack:
    def test_recovers_by_reversal_and_refunds_the_payer(self, released):
        claim(released)
        assert released.balance(RECEIVABLE) == 40_000
        assert released.balance("custody:balance:inf1") == 60_000
        run_all(released)
        found = only_claim(released)
        assert (found.recovered_minor, found.refunded_minor, found.outstanding_minor) == (40_000, 44_600, 0)
        assert found.closed_at is not None
        assert released.balance(RECEIVABLE) == 0
        assert released.balance(f"liab:claw_back:{found.claw_back_id}") == 0
        assert sorted(refund["amount"] for refund in released.refunds()) == [4_600, 40_000]
        assert released.write(verify_ledger).problems == ()
        assert {"ClawBackRecovered", "ClawBackReturned"} <= set(released.sink.names())

    def test_sends_on_what_came_back_while_an_earlier_refund_was_on_its_way(self, released):
        claim_after_payout(released)
        released.run_due()  # 25,000 came back, their refund is planned
        released.run(released.release("d2").release_operation_id)
        claim_id = only_claim(released).claw_back_id
        (reversal,) = released.write(claw_backs.recover, claw_back_id=claim_id, now=released.clock())
        released.run(reversal)  # the earlier refund is still on its way
        assert only_claim(released).refunded_minor in {0, 4_600}  # the fee on it
        run_all(released)
        found = only_claim(released)
        assert (found.recovered_minor, found.refunded_minor, found.outstanding_minor) == (40_000, 44_600, 0)
        assert released.write(verify_ledger).problems == ()

    def test_takes_no_more_than_arrived(self, released):
        for amount_minor in (0, -1, 100_001):
            with pytest.raises(ClawBackNotPossible):
                claim(released, amount_minor)
        claim(released, 70_000)
        with pytest.raises(ClawBackNotPossible):
            claim(released, 30_001)
        claim(released, 30_000)

    def test_for_the_platform_needs_a_lost_chargeback(self, released):
        with pytest.raises(ClawBackNotPossible):
            claim(released, beneficiary=PLATFORM)
        dispute = released.sandbox.open_dispute(released.charge_of("b1"))
        released.hear()
        released.sandbox.close_dispute(dispute["id"], is_won=False)
        released.hear()
        loss = released.balance("exp:chargeback_loss")
        claim(released, 40_000, PLATFORM)
        run_all(released)
        assert released.balance("exp:chargeback_loss") == loss - 40_000
        assert released.refunds() == []
        assert (only_claim(released).fee_minor, only_claim(released).tax_minor) == (0, 0)
        assert only_claim(released).closed_at is not None
        assert released.write(verify_ledger).problems == ()

    def test_leaves_owed_what_was_paid_out_until_it_is_written_off(self, released):
        claim_after_payout(released)
        run_all(released)
        found = only_claim(released)
        assert (found.recovered_minor, found.outstanding_minor, found.closed_at) == (25_000, 15_000, None)
        assert released.balance(RECEIVABLE) == 15_000
        assert released.write(claw_backs.recover, claw_back_id=found.claw_back_id, now=released.clock()) == ()
        released.write(claw_backs.write_off, claw_back_id=found.claw_back_id, now=released.clock())
        found = only_claim(released)
        assert (found.written_off_minor, found.outstanding_minor) == (15_000, 0)
        assert found.closed_at is not None
        assert released.balance(RECEIVABLE) == 0
        assert released.write(verify_ledger).problems == ()
        with pytest.raises(ClawBackNotPossible):
            released.write(claw_backs.write_off, claw_back_id=found.claw_back_id, now=released.clock())
        with pytest.raises(ClawBackNotFound):
            released.write(claw_backs.write_off, claw_back_id="none", now=released.clock())


class TestFeeOfClaims:
    def test_goes_back_at_once_whatever_comes_back_from_the_payee(self, released):
        fee, tax = released.balance("rev:platform_fee"), released.balance("liab:tax")
        claim_after_payout(released)
        run_all(released)
        found = only_claim(released)
        assert (found.fee_minor, found.tax_minor) == (4_000, 600)
        assert (found.recovered_minor, found.refunded_minor) == (25_000, 29_600)
        assert released.balance("rev:platform_fee") == fee + 4_000
        assert released.balance("liab:tax") == tax + 600
        released.write(claw_backs.write_off, claw_back_id=found.claw_back_id, now=released.clock())
        assert only_claim(released).closed_at is not None
        assert released.write(verify_ledger).problems == ()

    def test_is_never_given_back_twice_and_ends_whole(self, released):
        for amount in (33_333, 33_333, 33_334):
            claim(released, amount)
            run_all(released)
        claims = released.write(claw_backs.list_claw_backs)
        assert sum(each.fee_minor for each in claims) == 10_000
        assert sum(each.tax_minor for each in claims) == 1_500
        assert sum(refund["amount"] for refund in released.refunds()) == 111_500
        assert released.write(verify_ledger).problems == ()

    def test_tells_what_each_refund_is_made_of(self, released):
        claim(released, 40_000)
        run_all(released)
        told = [each for each in released.sink.events if type(each).__name__ == "ClawBackReturned"]
        assert [(each.net_minor, each.fee_minor, each.tax_minor) for each in told] == [
            (0, 4_000, 600),
            (40_000, 0, 0),
        ]

    def test_is_kept_on_the_share_that_a_ruling_leaves(self, released):
        back = released.write(
            claw_backs.preview_claim, booking_ref="b1", part_ref="d1", amount_minor=33_330, left_bps=6_667
        )
        assert (back.net_minor, back.fee_minor, back.tax_minor) == (33_330, 3_333, 500)


class TestLostChargeback:
    def test_turns_what_is_owed_to_a_payer_who_has_everything_to_the_platform(self, released):
        claim_after_payout(released)
        dispute = released.sandbox.open_dispute(released.charge_of("b1"))
        run_all(released)  # the provider refuses refunds of a disputed charge
        released.hear()
        assert only_claim(released).refunded_minor == 0
        released.sandbox.close_dispute(dispute["id"], is_won=False)
        released.hear()
        found = only_claim(released)
        assert (found.beneficiary, found.outstanding_minor) == (PLATFORM, 15_000)
        assert released.balance(f"liab:claw_back:{found.claw_back_id}") == 0
        assert released.write(verify_ledger).problems == ()
        with pytest.raises(ClawBackNotPossible):
            claim(released, 1)
        claim(released, 1, PLATFORM)
        assert released.write(verify_ledger).problems == ()


class TestHoldPayouts:
    def test_keeps_the_balance_where_it_is(self, released):
        released.write(payout_operations.hold_payouts, payee_ref="inf1", reason="We look into it.")
        assert (
            released.write(
                list_payable, now=released.clock(), arrived_before=released.clock() + timedelta(hours=1)
            )
            == []
        )
        with pytest.raises(PayoutOnHold):
            released.write(
                payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=released.clock()
            )
        released.write(payout_operations.free_payouts, payee_ref="inf1")
        assert released.write(
            list_payable, now=released.clock(), arrived_before=released.clock() + timedelta(hours=1)
        ) == [("inf1", "SAR", 100_000)]
