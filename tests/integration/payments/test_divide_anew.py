"""An owed share that is divided anew against the sandbox: every unit goes where it was decided, and stays explained."""

import pytest

from payments import operations
from payments.errors import EscrowFrozen, PartNotOwed
from payments.escrow import EscrowStatus
from payments.part_holds import end_hold, hold_part
from payments.settlement import refuse_operation
from payments.verification import verify_ledger


def divide(desk, share_bps):
    return desk.write(
        operations.divide_anew, booking_ref="b1", part_ref="d1", share_bps=share_bps, now=desk.clock()
    )


def settle_rest(desk):
    """Refund the booking's other part, so that the whole payment can close."""
    desk.release("d2", share_bps=0)
    for _round in range(3):
        desk.run_due()


class TestDivideAnew:
    def test_sends_the_rest_back_at_once_and_the_share_when_the_account_is_ready(self, desk):
        desk.begin("fund")
        desk.release()  # no account yet: owed
        divide(desk, 4_000)
        settle_rest(desk)
        assert desk.transfers() == []
        assert desk.write(verify_ledger).is_sound
        desk.onboard()
        for _round in range(3):
            desk.run_due()
        assert [transfer["amount"] for transfer in desk.transfers()] == [40_000]
        assert desk.balance("liab:held:b1") == 0
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_is_held_by_a_ruling_whatever_becomes_ready(self, desk):
        desk.begin("fund")
        desk.release()
        desk.write(hold_part, booking_ref="b1", part_ref="d1")
        desk.onboard()
        desk.write(operations.freeze, booking_ref="b1", reason="looked at")
        desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        for _round in range(3):
            desk.run_due()
        assert desk.transfers() == []
        divide(desk, 4_000)
        settle_rest(desk)
        assert [transfer["amount"] for transfer in desk.transfers()] == [40_000]
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    @pytest.mark.parametrize("is_onboarded", [True, False])
    def test_goes_whole_where_the_hold_ends(self, desk, is_onboarded):
        desk.begin("fund")
        desk.release()
        desk.write(hold_part, booking_ref="b1", part_ref="d1")
        if is_onboarded:
            desk.onboard()
        desk.write(end_hold, booking_ref="b1", part_ref="d1", now=desk.clock())
        settle_rest(desk)
        if not is_onboarded:
            assert desk.transfers() == []
            desk.onboard()
            settle_rest(desk)
        assert [transfer["amount"] for transfer in desk.transfers()] == [100_000]
        assert desk.write(verify_ledger).is_sound

    def test_is_not_held_once_it_left(self, desk):
        desk.begin("onboard", "fund")
        desk.release()
        with pytest.raises(PartNotOwed):
            desk.write(hold_part, booking_ref="b1", part_ref="d1")

    def test_sends_nothing_where_nothing_is_left(self, desk):
        desk.begin("fund")
        desk.release()
        divide(desk, 0)
        settle_rest(desk)
        desk.onboard()
        desk.run_due()
        assert desk.transfers() == []
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_takes_a_release_that_the_provider_refused(self, desk):
        desk.begin("onboard", "fund")
        refused = desk.release().release_operation_id
        desk.write(
            refuse_operation, operation_id=refused, code="account_closed", message="", now=desk.clock()
        )
        divide(desk, 4_000)
        desk.write(operations.retry_part, booking_ref="b1", part_ref="d1", now=desk.clock())
        settle_rest(desk)
        assert [transfer["amount"] for transfer in desk.transfers()] == [40_000]
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_is_refused_once_the_share_left_or_before_anything_was_decided(self, desk):
        desk.begin("onboard", "fund")
        with pytest.raises(PartNotOwed):
            divide(desk, 4_000)
        desk.release()  # on its way
        with pytest.raises(PartNotOwed):
            divide(desk, 4_000)
        desk.run_due()  # arrived
        with pytest.raises(PartNotOwed):
            divide(desk, 4_000)

    def test_waits_for_a_frozen_payment(self, desk):
        desk.begin("fund")
        desk.release()
        desk.write(operations.freeze, booking_ref="b1", reason="chargeback")
        with pytest.raises(EscrowFrozen):
            divide(desk, 4_000)
