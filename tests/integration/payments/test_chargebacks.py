"""The payer's bank takes the money back: frozen while it is open, then held again or gone, never twice."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from payments import operations
from payments.chargebacks import settle_chargeback
from payments.errors import ChargebackStillOpen, EscrowFrozen, PartAlreadyDecided
from payments.escrow import EscrowStatus, PartStatus
from payments.models import ReceivedPayment
from payments.part_holds import hold_part
from payments.ports import ChargebackState
from payments.reconciliation import reconcile
from payments.refunds_otherwise import RefundNotDue, pay_otherwise
from payments.sandbox.faults import Fault, FaultKind
from payments.statuses import ChargebackStatus, OperationState
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
    return sorted((each.part_ref, each.net_minor, each.fee_minor, each.tax_minor) for each in told)


def lose(desk, **terms):
    close(desk, dispute(desk, **terms), is_won=False)


def statuses(desk):
    return [part.status for part in desk.escrow().parts]


class TestChargeback:
    def test_freezes_what_is_held(self, desk):
        desk.begin("fund")
        dispute(desk)
        assert desk.balance("liab:held:b1") == 0
        assert desk.balance("liab:held_disputed:b1") == -TOTAL
        assert desk.escrow().is_frozen
        with pytest.raises(EscrowFrozen):
            desk.release()
        assert desk.write(verify_ledger).is_sound

    def test_gives_everything_back_when_won(self, desk):
        desk.begin("onboard", "fund")
        close(desk, dispute(desk), is_won=True)
        assert desk.balance("liab:held:b1") == -TOTAL
        assert not desk.escrow().is_frozen
        desk.run(desk.release().release_operation_id)
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        assert desk.write(verify_ledger).is_sound

    def test_takes_what_was_held_when_lost(self, desk):
        desk.begin("fund")
        close(desk, dispute(desk), is_won=False)
        escrow = desk.escrow()
        assert escrow.status is EscrowStatus.SETTLED
        assert {part.status for part in escrow.parts} == {PartStatus.CHARGED_BACK}
        assert desk.balance("exp:chargeback_loss") == 0
        assert desk.write(verify_ledger).is_sound

    def test_costs_the_platform_what_was_released_before(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        close(desk, dispute(desk), is_won=False)
        assert desk.balance("exp:chargeback_loss") == 111_500
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        assert desk.escrow().parts[1].status is PartStatus.CHARGED_BACK
        assert desk.write(verify_ledger).is_sound

    def test_undoes_the_share_that_was_to_go_back_and_not_the_approved_one(self, desk):
        desk.begin("fund")
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
        desk.begin("fund")
        decided = desk.release("d2", share_bps=0)
        desk.run(decided.refund_operation_id)
        assert "RefundConfirmed" in desk.sink.names()
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.hear()
        assert "RefundFailed" in desk.sink.names()
        close(desk, dispute(desk), is_won=False)
        assert [part_ref for part_ref, *_amounts in undone(desk)] == ["d1"]
        assert desk.write(verify_ledger).is_sound

    def test_tells_the_whole_of_a_part_that_nobody_decided_about(self, desk):
        desk.begin("fund")
        close(desk, dispute(desk), is_won=False)
        assert undone(desk) == [("d1", 100_000, 10_000, 1_500), ("d2", 50_000, 5_000, 750)]

    def test_leaves_an_approved_share_that_waits_for_an_account_to_the_payee(self, desk):
        desk.begin("fund")
        desk.release("d1")
        lose(desk)
        assert statuses(desk) == [PartStatus.OWED, PartStatus.CHARGED_BACK]
        assert desk.balance("exp:chargeback_loss") == 111_500
        assert desk.balance("liab:held:b1") == -111_500
        assert desk.write(verify_ledger).is_sound
        desk.onboard()
        desk.run_due()
        assert statuses(desk) == [PartStatus.RELEASED, PartStatus.CHARGED_BACK]
        assert desk.balance("custody:balance:inf1") == 100_000
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_leaves_the_due_share_of_a_split_and_takes_what_was_to_go_back(self, desk):
        desk.begin("fund")
        decided = desk.release("d1", share_bps=5_000)
        opened = desk.sandbox.open_dispute(charge_of(desk))
        desk.run(decided.refund_operation_id)
        desk.hear()
        close(desk, opened["id"], is_won=False)
        assert statuses(desk) == [PartStatus.OWED, PartStatus.CHARGED_BACK]
        assert desk.balance("liab:held:b1") == -55_750
        desk.onboard()
        desk.run_due()
        assert statuses(desk) == [PartStatus.SPLIT, PartStatus.CHARGED_BACK]
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_of_nearly_all_leaves_nobody_work_to_get_for_the_rest(self, desk):
        desk.begin("onboard", "fund")
        lose(desk, amount_minor=TOTAL - 1)
        assert desk.balance("exp:chargeback_loss") == 0
        assert statuses(desk) == [PartStatus.REFUND_DUE, PartStatus.CHARGED_BACK]
        assert desk.balance("liab:held:b1") == -1
        with pytest.raises(PartAlreadyDecided):
            desk.release("d1")
        assert desk.write(verify_ledger).is_sound

    def test_of_less_than_is_held_ends_the_last_part_and_leaves_the_rest(self, desk):
        desk.begin("onboard", "fund")
        lose(desk, amount_minor=1_000)
        assert desk.balance("exp:chargeback_loss") == 0
        assert desk.escrow().held_minor == TOTAL - 1_000
        assert statuses(desk) == [PartStatus.HELD, PartStatus.REFUND_DUE]
        assert undone(desk) == [("d2", 896, 90, 14)]
        desk.run(desk.release("d1").release_operation_id)
        assert statuses(desk)[0] is PartStatus.RELEASED
        assert desk.write(verify_ledger).is_sound

    def test_takes_more_of_a_part_by_a_second_one(self, desk):
        desk.begin("fund")
        for amount in (1_000, 1_001, 55_750):
            lose(desk, amount_minor=amount)
            assert desk.write(verify_ledger).is_sound
        assert desk.balance("exp:chargeback_loss") == 0
        assert statuses(desk) == [PartStatus.REFUND_DUE, PartStatus.CHARGED_BACK]
        told = [row for row in undone(desk) if row[0] == "d2"]
        assert [sum(column) for column in zip(*(row[1:] for row in told), strict=True)] == [
            50_000,
            5_000,
            750,
        ]
        assert min(min(row[1:]) for row in told) >= 0

    def test_leaves_a_share_that_a_ruling_holds_unless_it_takes_it_whole(self, desk):
        for booking_ref, amount, status in (("b1", 111_000, PartStatus.OWED), ("b2", None, None)):
            desk.fund(booking_ref)
            for part_ref in ("d1", "d2"):
                desk.release(part_ref, booking_ref=booking_ref)
            desk.write(hold_part, booking_ref=booking_ref, part_ref="d1")
            opened = desk.sandbox.open_dispute(desk.charge_of(booking_ref), amount_minor=amount)
            desk.hear()
            close(desk, opened["id"], is_won=False)
            found = [part.status for part in desk.escrow(booking_ref).parts]
            assert found == [status or PartStatus.CHARGED_BACK, PartStatus.OWED]
        assert desk.balance("exp:chargeback_loss") == 111_000 + 55_750
        assert desk.write(verify_ledger).is_sound

    def test_leaves_a_refund_to_be_paid_another_way(self, desk):
        desk.begin("fund")
        lose(desk, amount_minor=1_000)
        desk.run_due()
        retried = desk.write(operations.retry_part, booking_ref="b1", part_ref="d2", now=desk.clock())
        desk.run(retried.refund_operation_id)
        assert desk.operations_in(OperationState.REFUSED) == ["refund refused charge_disputed"]
        given = {"booking_ref": "b1", "part_ref": "d2", "memo": "bank transfer 7", "now": desk.clock()}
        with pytest.raises(RefundNotDue):
            desk.write(pay_otherwise, **given, amount_minor=1_000)
        (told, *_rest) = desk.write(pay_otherwise, **given, amount_minor=54_750)
        assert (told.net_minor, told.fee_minor, told.tax_minor) == (49_104, 4_910, 736)
        assert desk.balance("liab:held:b1") == -111_500
        assert desk.balance("asset:bank") == -54_750
        assert statuses(desk) == [PartStatus.HELD, PartStatus.REFUNDED]
        assert desk.write(verify_ledger).is_sound
        with pytest.raises(RefundNotDue):
            desk.write(pay_otherwise, **given, amount_minor=54_750)

    def test_larger_than_the_payment_costs_the_platform_the_rest(self, desk):
        desk.begin("fund")
        close(desk, dispute(desk, amount_minor=TOTAL + 5_000), is_won=False)
        assert desk.balance("exp:chargeback_loss") == 5_000
        assert desk.write(verify_ledger).is_sound

    def test_is_booked_once_from_any_order_and_number_of_messages(self, desk):
        desk.begin("fund")
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
        desk.begin("onboard", "fund")
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
        account = desk.begin("onboard", "fund")
        operation_id = desk.release().release_operation_id
        desk.sandbox.set_transfers(account, is_active=False)
        dispute(desk)
        desk.run(operation_id)
        assert desk.balance("liab:held:b1") == 0
        assert desk.balance("liab:held_disputed:b1") == -TOTAL
        assert desk.write(verify_ledger).is_sound

    def test_is_found_by_the_poller(self, desk):
        desk.begin("fund")
        opened = dispute(desk)
        desk.sandbox.close_dispute(opened, is_won=True)
        desk.poll()
        assert not desk.escrow().is_frozen

    def test_of_which_no_message_came_is_found_by_the_poller(self, desk):
        desk.begin("fund")
        desk.sandbox.open_dispute(charge_of(desk))
        desk.take_webhooks()
        desk.poll()
        assert desk.escrow().is_frozen
        assert desk.write(verify_ledger).is_sound

    def test_leaves_an_operators_freeze_in_place(self, desk):
        desk.begin("fund")
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        close(desk, dispute(desk), is_won=True)
        assert desk.escrow().is_frozen
        desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        assert not desk.escrow().is_frozen

    def test_is_not_unfrozen_nor_retried_by_hand_while_it_is_open(self, desk):
        desk.begin("fund")
        dispute(desk)
        with pytest.raises(ChargebackStillOpen):
            desk.write(operations.unfreeze, booking_ref="b1", now=desk.clock())
        with pytest.raises(ChargebackStillOpen):
            desk.write(operations.retry_part, booking_ref="b1", part_ref="d1", now=desk.clock())
        assert desk.escrow().is_frozen


def stray(desk):
    """A payment that arrives after its booking was withdrawn, disputed before it was returned; its suspense account."""
    desk.open()
    page = desk.checkout()
    desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
    desk.sandbox.pay_checkout(page)
    payment_id = desk.gateway.retrieve_checkout(page).gateway_payment_id
    opened = desk.sandbox.open_dispute(charge_of(desk))
    desk.hear()
    desk.run_due()  # the return is refused: what is disputed is not refunded
    return f"suspense:{payment_id}", opened["id"]


def provider_agrees(desk):
    desk.clock.advance(hours=1)
    ports = {name: desk.ports()[name] for name in ("gateway", "clock")}
    report = reconcile(desk.make_session, since=desk.clock() - timedelta(days=2), **ports)
    assert report.breaks == ()
    return all(each.provider_minor == each.booked_minor for each in report.balances)


class TestChargebackOfAPaymentThatFundsNothing:
    def test_that_is_lost_ends_what_waited(self, desk):
        account, dispute_id = stray(desk)
        assert "ChargebackOpened" in desk.sink.names()
        assert desk.operations_in(OperationState.REFUSED) == ["return refused charge_disputed"]
        for _each in range(2):
            desk.hear()
            desk.poll()
        close(desk, dispute_id, is_won=False)
        assert (desk.balance(account), desk.balance("exp:chargeback_loss")) == (0, 0)
        assert desk.balance(f"asset:dispute_receivable:{dispute_id}") == 0
        assert desk.write(verify_ledger).is_sound
        assert provider_agrees(desk)

    def test_that_is_won_is_returned_after_all(self, desk):
        account, dispute_id = stray(desk)
        close(desk, dispute_id, is_won=True)
        desk.run_due()
        assert desk.balance(account) == 0
        assert [each["amount"] for each in desk.refunds()] == [TOTAL]
        assert desk.write(verify_ledger).is_sound
        assert provider_agrees(desk)

    def test_that_had_been_returned_is_the_platforms_loss(self, desk):
        desk.open()
        page = desk.checkout()
        desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
        desk.sandbox.pay_checkout(page)
        desk.hear()
        desk.run_due()
        close(desk, dispute(desk), is_won=False)
        assert desk.balance("exp:chargeback_loss") == TOTAL
        assert desk.write(verify_ledger).is_sound

    def test_leaves_the_booking_that_another_payment_funds_alone(self, desk):
        desk.begin("fund")
        with desk.make_session() as session, session.begin():
            row = session.scalars(select(ReceivedPayment)).one()
            session.execute(
                insert(ReceivedPayment).values(
                    gateway_payment_id="pi_second",
                    escrow_id=row.escrow_id,
                    currency="SAR",
                    amount_minor=TOTAL,
                    disposition="suspense",
                    reason="already_paid",
                    received_at=desk.clock(),
                )
            )
        state = ChargebackState(
            gateway_dispute_id="du_second",
            gateway_payment_id="pi_second",
            status=ChargebackStatus.OPEN,
            currency="SAR",
            amount_minor=TOTAL,
            fee_minor=0,
            reason="fraudulent",
            is_withdrawn=False,
        )
        desk.write(settle_chargeback, state=state, now=desk.clock())
        assert not desk.escrow().is_frozen
        assert desk.escrow().held_minor == TOTAL
