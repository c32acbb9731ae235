"""A share that had arrived is taken back as far as the payee's account holds it; every unit stays explained."""

from datetime import timedelta

import pytest

from payments import claw_backs, journal_claw_back, operations, payout_operations, store
from payments.claim_records import ClawBackNotFound
from payments.claims_otherwise import ClaimNotDue, due_to_payers, pay_claim_otherwise
from payments.claw_backs import ClawBackNotPossible
from payments.errors import ChargebackStillOpen, EscrowFrozen
from payments.escrow import PartAmounts
from payments.journal_claw_back import ClawBackCase
from payments.payout_operations import PayoutOnHold
from payments.statements import list_payable
from payments.statuses import Beneficiary, OperationState
from payments.verification import verify_ledger

PAYER, PLATFORM = Beneficiary.PAYER, Beneficiary.PLATFORM
RECEIVABLE = "asset:influencer_receivable:inf1"


@pytest.fixture
def released(desk):
    """The first part of a booking, 100,000 net, in the payee's account."""
    desk.begin("onboard", "fund")
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


def dispute(desk, **terms):
    """Let the card network dispute the payment; returns the dispute's id."""
    opened = desk.sandbox.open_dispute(desk.charge_of("b1"), **terms)
    desk.hear()
    return opened["id"]


def decide(desk, dispute_id, *, is_won=False):
    desk.sandbox.close_dispute(dispute_id, is_won=is_won)
    desk.hear()


class TestOpenChargeback:
    def test_lets_nothing_be_claimed(self, released):
        dispute(released)
        for beneficiary in (PAYER, PLATFORM):
            with pytest.raises(ChargebackStillOpen):
                claim(released, 1, beneficiary)
        assert released.balance("custody:balance:inf1") == 100_000

    @pytest.mark.parametrize("is_won", [True, False])
    def test_keeps_what_comes_back_until_the_network_has_decided(self, released, is_won):
        claim(released)  # its operations are planned before the dispute and finish
        opened = dispute(released)
        run_all(released)
        found = only_claim(released)
        assert (found.recovered_minor, found.refunded_minor) == (40_000, 0)
        refunds = [each for each in released.operations_in(*OperationState) if "claw_back_refund" in each]
        assert refunds == ["claw_back_refund refused charge_disputed"]  # of the fee, and no other was planned
        with pytest.raises(ChargebackStillOpen):
            released.write(claw_backs.recover, claw_back_id=found.claw_back_id, now=released.clock())
        decide(released, opened, is_won=is_won)
        run_all(released)
        found = only_claim(released)
        assert (found.refunded_minor, found.closed_at is not None) == (44_600, True)
        assert released.balance(f"liab:claw_back:{found.claw_back_id}") == 0
        assert released.balance("exp:chargeback_loss") == (0 if is_won else 66_900)
        assert released.write(verify_ledger).problems == ()

    def test_lets_an_unfrozen_payment_refund_what_waited(self, released):
        released.write(operations.freeze, booking_ref="b1", reason="case")
        claim(released)
        run_all(released)
        assert released.refunds() == []
        started = released.write(operations.unfreeze, booking_ref="b1", now=released.clock())
        assert len(started) == 1
        run_all(released)
        assert [refund["amount"] for refund in released.refunds()] == [44_600]
        assert released.write(verify_ledger).problems == ()


class TestLostChargeback:
    def test_lets_what_comes_back_for_the_payer_make_up_for_the_loss(self, released):
        claim_after_payout(released)
        opened = released.sandbox.open_dispute(released.charge_of("b1"))
        run_all(released)  # the provider refuses refunds of a disputed charge
        released.hear()
        assert only_claim(released).refunded_minor == 0
        decide(released, opened["id"])
        found = only_claim(released)
        assert (found.refunded_minor, found.outstanding_minor) == (29_600, 15_000)
        assert released.balance("exp:chargeback_loss") == 111_500 - 29_600
        assert released.balance(f"liab:claw_back:{found.claw_back_id}") == -15_000
        (told,) = [each for each in released.sink.events if type(each).__name__ == "ClawBackMadeUp"]
        assert (told.net_minor, told.fee_minor, told.tax_minor) == (25_000, 4_000, 600)
        with pytest.raises(ClawBackNotPossible):
            claim(released, 1)
        released.write(claw_backs.write_off, claw_back_id=found.claw_back_id, now=released.clock())
        assert only_claim(released).closed_at is not None
        assert released.balance("exp:chargeback_loss") == 111_500 - 29_600
        assert released.write(verify_ledger).problems == ()

    def test_keeps_what_comes_back_later_and_what_the_bank_sends_back(self, released):
        claim_after_payout(released)
        run_all(released)
        first = released.refunds()[-1]["id"]
        decide(released, dispute(released))
        assert released.balance("exp:chargeback_loss") == 111_500
        released.fund("b2")
        released.run(released.release(booking_ref="b2").release_operation_id)
        found = only_claim(released)
        released.write(claw_backs.recover, claw_back_id=found.claw_back_id, now=released.clock())
        run_all(released)
        assert released.balance("exp:chargeback_loss") == 96_500
        assert only_claim(released).closed_at is not None
        released.sandbox.fail_refund(first)
        released.hear()
        assert released.balance("exp:chargeback_loss") < 96_500
        assert released.balance(f"liab:claw_back:{found.claw_back_id}") == 0
        assert released.write(verify_ledger).problems == ()


@pytest.fixture
def owed(released):
    """A claim beyond a lost chargeback of 10,000: its 20,000 and their fee came back, and the provider refunds nothing."""
    released.run(released.release("d2").release_operation_id)
    decide(released, dispute(released, amount_minor=10_000))
    claim(released, 10_000, PLATFORM)
    run_all(released)
    claim(released, 20_000)
    run_all(released)
    assert released.refunds() == []
    return released


def payer_claim(desk):
    (found,) = [each for each in desk.write(claw_backs.list_claw_backs) if each.beneficiary is PAYER]
    return found


class TestPaidOtherwise:
    def test_ends_what_the_provider_refunds_nothing_of(self, owed):
        found = payer_claim(owed)
        due = 20_000 + found.fee_minor + found.tax_minor
        assert owed.write(due_to_payers, claw_back_ids=[found.claw_back_id]) == {found.claw_back_id: due}
        given = {"claw_back_id": found.claw_back_id, "memo": "Transfer 9", "now": owed.clock()}
        with pytest.raises(ClaimNotDue):
            owed.write(pay_claim_otherwise, **given, amount_minor=due - 1)
        owed.write(operations.freeze, booking_ref="b1", reason="case")
        with pytest.raises(EscrowFrozen):
            owed.write(pay_claim_otherwise, **given, amount_minor=due)
        owed.write(operations.unfreeze, booking_ref="b1", now=owed.clock())
        run_all(owed)  # the provider refuses once more
        (told,) = owed.write(pay_claim_otherwise, **given, amount_minor=due)
        back = (20_000, found.fee_minor, found.tax_minor)
        assert (told.net_minor, told.fee_minor, told.tax_minor) == back
        assert payer_claim(owed).closed_at is not None
        assert owed.balance("asset:bank") == -due
        assert owed.balance(f"liab:claw_back:{found.claw_back_id}") == 0
        assert owed.write(verify_ledger).problems == ()
        assert owed.write(due_to_payers, claw_back_ids=[found.claw_back_id]) == {}
        with pytest.raises(ClaimNotDue):
            owed.write(pay_claim_otherwise, **given, amount_minor=due)

    def test_waits_for_a_refund_on_its_way(self, released):
        claim(released)
        found = only_claim(released)
        due = found.fee_minor + found.tax_minor
        assert released.write(due_to_payers, claw_back_ids=[found.claw_back_id]) == {}
        given = {"claw_back_id": found.claw_back_id, "amount_minor": due, "now": released.clock()}
        with pytest.raises(ClaimNotDue):
            released.write(pay_claim_otherwise, **given, memo="Transfer 9")

    def test_may_happen_once_for_the_fee_and_once_for_what_came_later(self, released):
        claim_after_payout(released)
        opened = dispute(released, amount_minor=1)
        run_all(released)
        decide(released, opened)
        run_all(released)
        for transfer in range(2):
            found = only_claim(released)
            due = released.write(due_to_payers, claw_back_ids=[found.claw_back_id])[found.claw_back_id]
            given = {"claw_back_id": found.claw_back_id, "memo": f"Transfer {transfer}"}
            released.write(pay_claim_otherwise, **given, amount_minor=due, now=released.clock())
            assert released.write(verify_ledger).problems == ()
            if transfer == 0:
                released.fund("b2")
                released.run(released.release(booking_ref="b2").release_operation_id)
                released.write(claw_backs.recover, claw_back_id=found.claw_back_id, now=released.clock())
                run_all(released)
        assert only_claim(released).closed_at is not None


class TestBoundByTheLoss:
    @pytest.mark.parametrize(("disputed", "lost"), [(56_750, 1_000), (55_750, 0)])
    def test_of_what_is_claimed_for_the_platform(self, released, disputed, lost):
        decide(released, dispute(released, amount_minor=disputed))
        assert released.balance("exp:chargeback_loss") == lost
        with pytest.raises(ClawBackNotPossible):
            claim(released, lost + 1, PLATFORM)
        if lost:
            claim(released, lost, PLATFORM)
        with pytest.raises(ClawBackNotPossible):
            claim(released, 1, PLATFORM)
        run_all(released)
        assert released.balance("exp:chargeback_loss") == 0
        assert released.write(verify_ledger).problems == ()

    def test_is_verified(self, released):
        decide(released, dispute(released, amount_minor=56_750))
        with released.make_session() as session, session.begin():
            case = ClawBackCase("c1", "b1", "d1", "inf1", "SAR", False, released.clock())
            store.append(session, journal_claw_back.claimed(case, PartAmounts(1_001, 0, 0)))
        codes = {problem.code for problem in released.write(verify_ledger).problems}
        assert "loss_overclaimed" in codes


class TestReturnedByTheBank:
    def test_is_told_as_new_only_as_far_as_the_payer_never_had_it(self, released):
        claim_after_payout(released)
        run_all(released)  # 4,600 and 25,000
        released.sandbox.fail_refund(
            next(each["id"] for each in released.refunds() if each["amount"] == 25_000)
        )
        released.hear()
        released.fund("b2")
        released.run(released.release(booking_ref="b2").release_operation_id)
        found = only_claim(released)
        released.write(claw_backs.recover, claw_back_id=found.claw_back_id, now=released.clock())
        run_all(released)
        told = [each for each in released.sink.events if type(each).__name__ == "ClawBackReturned"]
        assert sum(each.amount_minor for each in told) == 44_600 + 25_000
        new = [each.net_minor + each.fee_minor + each.tax_minor for each in told]
        assert sum(new) == 44_600
        assert min(new) == 0
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
