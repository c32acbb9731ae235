"""Money that moves while the card network disputes it, and what is left to move once it took it."""

import pytest

from payments import events, operations
from payments.chargebacks import settle_chargeback
from payments.errors import ChargebackStillOpen, EscrowFrozen, PartAlreadyDecided
from payments.escrow import EscrowPart, EscrowStatus, PartStatus
from payments.part_holds import end_hold, hold_part
from payments.ports import ChargebackState
from payments.queries import find_payout_account
from payments.refunds_otherwise import pay_otherwise
from payments.statements import list_payee_money
from payments.statuses import AccountStatus, ChargebackStatus, OperationState
from payments.verification import verify_ledger

TOTAL = 167_250


def dispute(desk, **terms):
    found = desk.sandbox.open_dispute(desk.charge_of("b1"), **terms)
    desk.hear()
    return found["id"]


def close(desk, dispute_id, *, is_won):
    desk.sandbox.close_dispute(dispute_id, is_won=is_won)
    desk.hear()


class TestDisputedMoney:
    def test_takes_a_refund_that_is_refused_or_comes_back_into_what_is_disputed(self, desk):
        desk.begin("fund")
        [came_back, refused] = [each.refund_operation_id for each in desk.refund_all()]
        desk.run(came_back)
        dispute(desk)
        assert desk.run(refused).state is OperationState.REFUSED
        assert (desk.balance("liab:held:b1"), desk.balance("liab:held_disputed:b1")) == (0, -55_750)
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.hear()
        assert (desk.balance("liab:held:b1"), desk.balance("liab:held_disputed:b1")) == (0, -TOTAL)
        assert desk.write(verify_ledger).is_sound

    @pytest.mark.parametrize("is_ready_before", [True, False])
    def test_lets_nothing_start_again_that_it_took_whole(self, desk, is_ready_before):
        """One part waits to go back, the other is held for a ruling: a retry, a ready account and the end of the hold move neither."""
        desk.begin("fund")
        desk.release("d1")
        desk.write(hold_part, booking_ref="b1", part_ref="d1")
        if is_ready_before:
            desk.onboard()
        refund = desk.release("d2", share_bps=0).refund_operation_id
        opened = dispute(desk)
        assert desk.run(refund).state is OperationState.REFUSED
        close(desk, opened, is_won=False)
        assert [part.status for part in desk.escrow().parts] == [
            PartStatus.CHARGED_BACK,
            PartStatus.CHARGED_BACK,
        ]
        ended = desk.write(end_hold, booking_ref="b1", part_ref="d1", now=desk.clock())
        desk.onboard()
        assert desk.write(find_payout_account, payee_ref="inf1").status is AccountStatus.ACTIVE
        again = desk.write(operations.retry_part, booking_ref="b1", part_ref="d2", now=desk.clock())
        assert (ended.operation_ids, again.operation_ids) == ((), (refund,))
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        assert desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock()) == ()
        assert desk.run_due() == []
        assert (desk.transfers(), desk.refunds()) == ([], [])
        assert desk.write(verify_ledger).is_sound

    def test_takes_of_held_money_only_what_can_be_held(self, desk):
        """A loss that is not in steps of ten fils: what of it no part can lose is the platform's."""
        desk.fund(currency="KWD", parts=(EscrowPart("d1", 100_000, 10_000, 1_500),))
        close(desk, dispute(desk, amount_minor=1_005), is_won=False)
        assert desk.balance("liab:held:b1", currency="KWD") == -(111_500 - 1_000)
        assert desk.balance("exp:chargeback_loss", currency="KWD") == 5
        assert desk.write(verify_ledger).is_sound

    @pytest.mark.parametrize("share_bps", [10_000, 4_000, 0])
    def test_lets_nothing_be_decided_of_a_part_that_it_took(self, desk, share_bps):
        """Else it would be paid out of what is held for another part."""
        desk.begin("onboard", "fund")
        close(desk, dispute(desk, amount_minor=55_750), is_won=False)
        with pytest.raises(PartAlreadyDecided):
            desk.release("d2", share_bps=share_bps)
        assert desk.run_due() == []
        assert desk.escrow().held_minor == 111_500
        desk.run(desk.release("d1").release_operation_id)
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_counts_nothing_that_was_taken_among_what_the_payee_waits_for(self, desk):
        """Of two works the price of one is gone, the other goes on."""
        desk.begin("fund")
        close(desk, dispute(desk, amount_minor=55_750), is_won=False)
        (money,) = desk.write(list_payee_money, payee_ref="inf1")
        assert (money.held_minor, money.on_its_way_minor) == (100_000, 0)

    def test_is_all_lost_with_what_was_refunded_before(self, desk):
        """One work was paid back, the other one arrived; the card network gives the payer the rest."""
        desk.begin("onboard", "fund")
        desk.run(desk.release("d1", share_bps=0).refund_operation_id)
        desk.run(desk.release("d2").release_operation_id)
        close(desk, dispute(desk, amount_minor=55_750), is_won=False)
        (told,) = [each for each in desk.sink.events if isinstance(each, events.ChargebackClosed)]
        assert not told.is_partial
        assert desk.balance("exp:chargeback_loss") == 55_750

    def test_is_not_paid_another_way_before_the_network_has_decided(self, desk):
        desk.begin("fund")
        refund = desk.release("d2", share_bps=0).refund_operation_id
        dispute(desk)
        assert desk.run(refund).state is OperationState.REFUSED
        terms = {"booking_ref": "b1", "part_ref": "d2", "amount_minor": 55_750, "memo": "bank"}
        with pytest.raises(ChargebackStillOpen):
            desk.write(pay_otherwise, **terms, now=desk.clock())

    def test_is_not_paid_another_way_while_operators_hold_it(self, desk):
        desk.begin("fund")
        refund = desk.release("d2", share_bps=0).refund_operation_id
        opened = dispute(desk)
        desk.run(refund)
        close(desk, opened, is_won=True)
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        terms = {"booking_ref": "b1", "part_ref": "d2", "amount_minor": 55_750, "memo": "bank"}
        with pytest.raises(EscrowFrozen):
            desk.write(pay_otherwise, **terms, now=desk.clock())
        desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        assert desk.write(pay_otherwise, **terms, now=desk.clock())


class TestTwoDisputes:
    """Of one payment, whose ends come one after the other."""

    def settle(self, desk, number, status, fee_minor=0):
        state = ChargebackState(
            f"dp_{number}", self.payment, status, "SAR", 1_000, fee_minor, "fraudulent", is_withdrawn=True
        )
        desk.write(settle_chargeback, state=state, now=desk.clock())

    @pytest.fixture
    def disputed(self, desk):
        desk.begin("fund")
        self.payment = desk.gateway._client.v1.payment_intents.list().to_dict()["data"][0]["id"]
        for number in (1, 2):
            self.settle(desk, number, ChargebackStatus.OPEN, fee_minor=1_500)
        return desk

    @pytest.mark.parametrize("order", [(1, 2), (2, 1)])
    def test_keep_it_frozen_until_the_last_one_is_won(self, disputed, order):
        first, last = order
        self.settle(disputed, first, ChargebackStatus.WON)
        assert disputed.escrow().is_frozen
        assert disputed.balance("liab:held_disputed:b1") == -TOTAL
        with pytest.raises(EscrowFrozen):
            disputed.release("d1", share_bps=0)
        self.settle(disputed, last, ChargebackStatus.WON)
        assert not disputed.escrow().is_frozen
        assert disputed.balance("liab:held:b1") == -TOTAL
        assert disputed.write(verify_ledger).problems == ()

    def test_let_nothing_go_while_one_is_lost_and_the_other_is_not_decided(self, disputed):
        self.settle(disputed, 1, ChargebackStatus.LOST, fee_minor=1_500)
        left = TOTAL - 1_000
        assert (disputed.balance("liab:held:b1"), disputed.balance("liab:held_disputed:b1")) == (0, -left)
        self.settle(disputed, 2, ChargebackStatus.WON)
        assert (disputed.balance("liab:held:b1"), disputed.balance("liab:held_disputed:b1")) == (-left, 0)
        assert disputed.write(verify_ledger).problems == ()

    def test_cost_what_the_network_says_in_the_end(self, disputed):
        assert disputed.balance("exp:dispute_fee") == 3_000
        self.settle(disputed, 1, ChargebackStatus.WON, fee_minor=0)
        assert disputed.balance("exp:dispute_fee") == 1_500
        self.settle(disputed, 2, ChargebackStatus.LOST, fee_minor=2_100)
        assert disputed.balance("exp:dispute_fee") == 2_100
        assert disputed.write(verify_ledger).problems == ()
