"""The payer's bank takes the money back: frozen while it is open, then held again or gone, never twice."""

import pytest

from payments import operations
from payments.errors import ChargebackStillOpen, EscrowFrozen
from payments.escrow import EscrowStatus, PartStatus
from payments.sandbox.faults import Fault, FaultKind
from payments.verification import verify_ledger

TOTAL = 167_250


def charge_of(desk):
    return desk.gateway._client.v1.charges.list().to_dict()["data"][0]["id"]


def dispute(desk, **terms):
    found = desk.sandbox.open_dispute(charge_of(desk), **terms)
    desk.hear()
    return found["id"]


def close(desk, dispute_id, *, is_won):
    desk.sandbox.close_dispute(dispute_id, is_won=is_won)
    desk.hear()


def undone(desk):
    """What was told of supplies that a lost chargeback undid: the part, its net, fee and tax."""
    told = [each for each in desk.sink.events if type(each).__name__ == "PartChargedBack"]
    return [(each.part_ref, each.net_minor, each.fee_minor, each.tax_minor) for each in told]


class TestChargeback:
    def test_freezes_what_is_held(self, desk):
        desk.fund()
        dispute(desk)
        assert desk.balance("liab:held:b1") == 0
        assert desk.balance("liab:held_disputed:b1") == -TOTAL
        assert desk.escrow().is_frozen
        with pytest.raises(EscrowFrozen):
            desk.release()
        assert desk.write(verify_ledger).is_sound

    def test_gives_everything_back_when_won(self, desk):
        desk.onboard()
        desk.fund()
        close(desk, dispute(desk), is_won=True)
        assert desk.balance("liab:held:b1") == -TOTAL
        assert not desk.escrow().is_frozen
        desk.run(desk.release().release_operation_id)
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        assert desk.write(verify_ledger).is_sound

    def test_takes_what_was_held_when_lost(self, desk):
        desk.fund()
        close(desk, dispute(desk), is_won=False)
        escrow = desk.escrow()
        assert escrow.status is EscrowStatus.SETTLED
        assert {part.status for part in escrow.parts} == {PartStatus.CHARGED_BACK}
        assert desk.balance("exp:chargeback_loss") == 0
        assert desk.write(verify_ledger).is_sound

    def test_costs_the_platform_what_was_released_before(self, desk):
        desk.onboard()
        desk.fund()
        desk.run(desk.release().release_operation_id)
        close(desk, dispute(desk), is_won=False)
        assert desk.balance("exp:chargeback_loss") == 111_500
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        assert desk.escrow().parts[1].status is PartStatus.CHARGED_BACK
        assert desk.write(verify_ledger).is_sound

    def test_undoes_the_share_that_was_to_go_back_and_not_the_approved_one(self, desk):
        desk.fund()
        desk.release("d1")  # approved, and waits for an account
        decided = desk.release("d2", share_bps=4_000)
        opened = desk.sandbox.open_dispute(charge_of(desk))
        desk.run(decided.refund_operation_id)  # refused: what is disputed is not refunded
        assert "RefundFailed" in desk.sink.names()
        desk.hear()
        close(desk, opened["id"], is_won=False)
        assert undone(desk) == [("d2", 30_000, 3_000, 450)]
        assert desk.write(verify_ledger).is_sound

    def test_undoes_nothing_twice_when_the_refund_had_come_back(self, desk):
        desk.fund()
        decided = desk.write(operations.refund_part, booking_ref="b1", part_ref="d2", now=desk.clock())
        desk.run(decided.refund_operation_id)
        assert "RefundConfirmed" in desk.sink.names()
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.hear()
        assert "RefundFailed" in desk.sink.names()
        close(desk, dispute(desk), is_won=False)
        assert [part_ref for part_ref, *_amounts in undone(desk)] == ["d1"]
        assert desk.write(verify_ledger).is_sound

    def test_tells_the_whole_of_a_part_that_nobody_decided_about(self, desk):
        desk.fund()
        close(desk, dispute(desk), is_won=False)
        assert undone(desk) == [("d1", 100_000, 10_000, 1_500), ("d2", 50_000, 5_000, 750)]

    def test_of_less_than_is_held_costs_the_platform_and_keeps_the_parts(self, desk):
        desk.fund()
        close(desk, dispute(desk, amount_minor=1_000), is_won=False)
        assert desk.balance("exp:chargeback_loss") == 1_000
        assert desk.escrow().held_minor == TOTAL
        assert desk.write(verify_ledger).is_sound

    def test_larger_than_the_payment_costs_the_platform_the_rest(self, desk):
        desk.fund()
        close(desk, dispute(desk, amount_minor=TOTAL + 5_000), is_won=False)
        assert desk.balance("exp:chargeback_loss") == 5_000
        assert desk.write(verify_ledger).is_sound

    def test_is_booked_once_from_any_order_and_number_of_messages(self, desk):
        desk.fund()
        opened = desk.sandbox.open_dispute(charge_of(desk))
        desk.sandbox.close_dispute(opened["id"], is_won=False)
        messages = desk.take_webhooks()
        for message in [*reversed(messages), *messages]:
            desk.receive(*message)
            desk.run_inbox()
        assert desk.sink.names().count("ChargebackOpened") == 1
        assert desk.sink.names().count("ChargebackClosed") == 1
        assert desk.balance("asset:dispute_receivable:" + opened["id"]) == 0
        assert desk.write(verify_ledger).is_sound

    def test_lets_a_release_in_flight_finish_before_it_is_lost(self, desk):
        desk.onboard()
        desk.fund()
        operation_id = desk.release().release_operation_id
        desk.sandbox.faults.add(Fault(kind=FaultKind.REFUSE_CONNECTION, path="/v1/transfers"))
        desk.run(operation_id)
        opened = dispute(desk)
        close(desk, opened, is_won=False)
        assert "ChargebackClosed" not in desk.sink.names()
        desk.clock.advance(minutes=1)
        desk.run_due()
        desk.clock.advance(minutes=5)
        desk.run_inbox()
        assert "ChargebackClosed" in desk.sink.names()
        assert desk.balance("exp:chargeback_loss") == 111_500
        assert desk.write(verify_ledger).is_sound

    def test_takes_a_refused_release_into_what_is_disputed(self, desk):
        account = desk.onboard()
        desk.fund()
        operation_id = desk.release().release_operation_id
        desk.sandbox.set_transfers(account, is_active=False)
        dispute(desk)
        desk.run(operation_id)
        assert desk.balance("liab:held:b1") == 0
        assert desk.balance("liab:held_disputed:b1") == -TOTAL
        assert desk.write(verify_ledger).is_sound

    def test_is_found_by_the_poller(self, desk):
        desk.fund()
        opened = dispute(desk)
        desk.sandbox.close_dispute(opened, is_won=True)
        desk.poll()
        assert not desk.escrow().is_frozen

    def test_of_which_no_message_came_is_found_by_the_poller(self, desk):
        desk.fund()
        desk.sandbox.open_dispute(charge_of(desk))
        desk.take_webhooks()
        desk.poll()
        assert desk.escrow().is_frozen
        assert desk.write(verify_ledger).is_sound

    def test_leaves_an_operators_freeze_in_place(self, desk):
        desk.fund()
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        close(desk, dispute(desk), is_won=True)
        assert desk.escrow().is_frozen
        desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        assert not desk.escrow().is_frozen

    def test_is_not_unfrozen_nor_retried_by_hand_while_it_is_open(self, desk):
        desk.fund()
        dispute(desk)
        with pytest.raises(ChargebackStillOpen):
            desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        with pytest.raises(ChargebackStillOpen):
            desk.write(operations.retry_part, booking_ref="b1", part_ref="d1", now=desk.clock())
        assert desk.escrow().is_frozen
