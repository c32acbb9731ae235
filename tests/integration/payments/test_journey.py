"""From an unpaid booking to money in the influencer's bank, and every way back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments import operations, payout_operations, queries, statements
from payments.errors import EscrowFrozen, InvalidReference, PartAlreadyDecided, PartNotFound
from payments.escrow import EscrowPart, EscrowStatus, EscrowStatusConflict, PartAmountInvalid, PartStatus
from payments.money import UnknownCurrency
from payments.operations import EscrowAlreadyOpen, EscrowTotalOutOfRange, PartRepeated, PaymentWindowTooShort
from payments.statuses import OperationState
from tests.builders.payments.desk import PARTS


class TestFunding:
    def test_holds_what_was_paid(self, desk):
        desk.begin("fund")
        escrow = desk.escrow()
        assert escrow.status is EscrowStatus.FUNDED
        assert escrow.held_minor == escrow.total_minor == 167_250
        assert [part.status for part in escrow.parts] == [PartStatus.HELD, PartStatus.HELD]
        assert "EscrowFunded" in desk.sink.names()

    def test_books_what_the_provider_took(self, desk):
        desk.begin("fund")
        fee = desk.balance("exp:psp_fee")
        assert fee > 0
        assert desk.balance("asset:psp") == 167_250 - fee

    def test_books_what_the_provider_took_later_when_it_was_not_known_at_once(self, desk, monkeypatch):
        read = desk.gateway.retrieve_payment
        monkeypatch.setattr(
            desk.gateway, "retrieve_payment", lambda each: replace(read(each), fee_minor=None)
        )
        desk.fund()
        assert desk.balance("exp:psp_fee") == 0
        monkeypatch.undo()
        desk.clock.advance(minutes=6)
        desk.poll()
        assert desk.balance("exp:psp_fee") > 0
        desk.clock.advance(minutes=6)
        assert [each for each in desk.poll().read if each.startswith("payment")] == []

    def test_keeps_one_page_per_booking(self, desk):
        desk.open()
        first = desk.checkout()
        assert desk.checkout() == first

    def test_is_found_by_the_poller_when_no_message_comes(self, desk):
        desk.open()
        desk.sandbox.pay_checkout(desk.checkout())
        desk.clock.advance(minutes=10)
        desk.poll()
        assert desk.escrow().status is EscrowStatus.FUNDED

    def test_expires_unpaid(self, desk):
        desk.open()
        desk.checkout()
        desk.clock.advance(hours=41)
        desk.poll()
        desk.poll()
        assert desk.escrow().status is EscrowStatus.EXPIRED
        assert desk.sink.names().count("FundingExpired") == 1

    def test_can_be_paid_on_a_second_page_when_the_first_ran_out(self, desk):
        desk.open()
        first = desk.checkout()
        desk.clock.advance(hours=25)
        desk.poll()
        second = desk.write(
            operations.plan_checkout,
            booking_ref="b1",
            title="t",
            success_url="http://a.test/",
            cancel_url="http://a.test/",
            pay_before=desk.clock() + timedelta(hours=2),
            now=desk.clock(),
        )
        desk.run(second)
        view = desk.write(queries.find_checkout, booking_ref="b1")
        assert (view.operation_id, view.status) == (second, "open")
        assert first not in view.url

    def test_returns_money_that_comes_after_the_cancellation(self, desk):
        desk.open()
        session_id = desk.checkout()
        desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
        desk.sandbox.pay_checkout(session_id)
        desk.hear()
        desk.run_due()
        assert desk.escrow().status is EscrowStatus.CANCELLED
        assert [refund["amount"] for refund in desk.refunds()] == [167_250]
        assert {"PaymentMismatched", "MismatchReturned"} <= set(desk.sink.names())
        assert desk.balance("asset:psp") == -desk.balance("exp:psp_fee")

    def test_returns_another_amount_than_the_quote(self, desk):
        desk.open()
        desk.sandbox.pay_checkout(desk.checkout(), amount_minor=167_249)
        desk.hear()
        desk.run_due()
        assert desk.escrow().status is EscrowStatus.AWAITING_PAYMENT
        assert [refund["amount"] for refund in desk.refunds()] == [167_249]


class TestRelease:
    def test_pays_the_net_and_earns_the_fee(self, desk):
        desk.begin("onboard", "fund")
        decision = desk.release()
        assert desk.run(decision.release_operation_id).state is OperationState.CONFIRMED
        assert [transfer["amount"] for transfer in desk.transfers()] == [100_000]
        assert desk.balance("rev:platform_fee") == -10_000
        assert desk.balance("liab:tax") == -1_500
        assert desk.balance("custody:balance:inf1") == 100_000
        assert desk.escrow().parts[0].status is PartStatus.RELEASED

    def test_waits_for_the_payout_account(self, desk):
        desk.begin("fund")
        decision = desk.release()
        assert decision.parked_reason == "payout_account_missing"
        assert desk.escrow().parts[0].status is PartStatus.OWED
        desk.onboard()
        desk.run_due()
        assert desk.escrow().parts[0].status is PartStatus.RELEASED

    def test_is_decided_once(self, desk):
        desk.begin("onboard", "fund")
        first, second = desk.release(), desk.release()
        assert (first.is_new, second.is_new) == (True, False)
        assert first.release_operation_id == second.release_operation_id
        with pytest.raises(PartAlreadyDecided):
            desk.release("d1", share_bps=0)

    def test_by_share_refunds_the_rest_and_keeps_the_fee_on_the_share(self, desk):
        desk.begin("onboard", "fund")
        decision = desk.release(share_bps=5_000)
        desk.run_due()
        assert [transfer["amount"] for transfer in desk.transfers()] == [50_000]
        assert [refund["amount"] for refund in desk.refunds()] == [55_750]
        assert decision.division.fee_minor == 5_000
        assert desk.escrow().parts[0].status is PartStatus.SPLIT

    def test_is_refused_while_frozen(self, desk):
        desk.begin("fund")
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        with pytest.raises(EscrowFrozen):
            desk.release()

    def test_needs_a_funded_booking(self, desk):
        desk.open()
        with pytest.raises(EscrowStatusConflict):
            desk.release()

    def test_settles_the_booking_with_its_last_part(self, desk):
        desk.begin("onboard", "fund")
        desk.release("d1")
        desk.release("d2", share_bps=0)
        desk.run_due()
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.escrow().held_minor == 0
        assert desk.sink.names().count("EscrowSettled") == 1

    def test_parks_what_the_provider_refuses(self, desk):
        account = desk.begin("onboard", "fund")
        desk.sandbox.set_transfers(account, is_active=False)
        desk.run(desk.release().release_operation_id)
        assert desk.escrow().parts[0].status is PartStatus.OWED
        assert desk.escrow().held_minor == 167_250
        desk.hear()
        desk.sandbox.set_transfers(account, is_active=True)
        desk.hear()
        desk.run_due()
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        assert len(desk.transfers()) == 1


class TestRefundAll:
    def test_sends_everything_back(self, desk):
        desk.begin("fund")
        decisions = desk.refund_all()
        desk.run_due()
        assert [decision.part_ref for decision in decisions] == ["d1", "d2"]
        assert sum(refund["amount"] for refund in desk.refunds()) == sum(p.total_minor for p in PARTS)
        assert desk.escrow().status is EscrowStatus.SETTLED

    def test_holds_again_what_comes_back_later(self, desk):
        desk.begin("fund")
        desk.refund_all()
        desk.run_due()
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.hear()
        assert desk.escrow().status is EscrowStatus.FUNDED
        assert desk.escrow().held_minor > 0
        assert "RefundFailed" in desk.sink.names()


class TestRetryPart:
    def test_refunds_again_what_had_come_back(self, desk):
        desk.begin("fund")
        desk.refund_all()
        desk.run_due()
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.hear()
        failed = next(part for part in desk.escrow().parts if part.status is PartStatus.REFUND_DUE)
        retried = desk.write(
            operations.retry_part, booking_ref="b1", part_ref=failed.part_ref, now=desk.clock()
        )
        desk.run(retried.refund_operation_id)
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.escrow().held_minor == 0

    def test_leaves_alone_what_is_done(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.write(operations.retry_part, booking_ref="b1", part_ref="d1", now=desk.clock())
        assert desk.run_due() == []
        assert len(desk.transfers()) == 1

    def test_is_refused_while_frozen_and_for_unknown_parts(self, desk):
        desk.begin("fund")
        with pytest.raises(PartNotFound):
            desk.write(operations.retry_part, booking_ref="b1", part_ref="d9", now=desk.clock())
        desk.write(operations.freeze, booking_ref="b1", reason="case 7")
        with pytest.raises(EscrowFrozen):
            desk.write(operations.retry_part, booking_ref="b1", part_ref="d1", now=desk.clock())


class TestOpenEscrow:
    def test_is_opened_once(self, desk):
        desk.open()
        with pytest.raises(EscrowAlreadyOpen):
            desk.open()

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"booking_ref": "b:1"}, InvalidReference),
            ({"currency": "GBP"}, UnknownCurrency),
            ({"currency": "KWD", "parts": [EscrowPart("d1", 15, 0, 0)]}, PartAmountInvalid),
            ({"parts": []}, EscrowTotalOutOfRange),
            ({"parts": [EscrowPart("d1", 100_000_000, 0, 0)]}, EscrowTotalOutOfRange),
        ],
    )
    def test_refuses_terms_that_cannot_be_paid(self, desk, changes, error):
        with pytest.raises(error):
            desk.open(**changes)

    def test_refuses_two_parts_of_one_name(self, desk):
        with pytest.raises(PartRepeated):
            desk.open(parts=[EscrowPart("d1", 10, 0, 0), EscrowPart("d1", 10, 0, 0)])


class TestPlanCheckout:
    def plan(self, desk, **life):
        return desk.write(
            operations.plan_checkout,
            booking_ref="b1",
            title=" ",
            success_url="http://a.test/",
            cancel_url="http://a.test/",
            pay_before=desk.clock() + timedelta(**life),
            now=desk.clock(),
        )

    def test_needs_the_half_hour_of_a_hosted_page(self, desk):
        desk.open()
        with pytest.raises(PaymentWindowTooShort):
            self.plan(desk, minutes=30)
        assert desk.run(self.plan(desk, minutes=31)).state is OperationState.CONFIRMED

    def test_is_refused_once_paid(self, desk):
        desk.begin("fund")
        with pytest.raises(EscrowStatusConflict):
            self.plan(desk, hours=2)

    def test_of_a_cancelled_booking_is_closed_at_the_provider(self, desk):
        desk.open()
        session_id = desk.checkout()
        desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
        desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
        desk.poll()
        assert desk.gateway.retrieve_checkout(session_id).status == "expired"
        assert desk.write(queries.find_checkout, booking_ref="b1").status == "expired"

    def test_shows_nothing_before_and_that_it_is_being_made(self, desk):
        desk.open()
        assert desk.write(queries.find_checkout, booking_ref="b1") is None
        self.plan(desk, hours=2)
        assert desk.write(queries.find_checkout, booking_ref="b1").status == "preparing"


class TestPayout:
    def test_reaches_the_bank(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(days=4)
        payable = desk.write(
            statements.list_payable, now=desk.clock(), arrived_before=desk.clock() + timedelta(hours=1)
        )
        assert payable == [("inf1", "SAR", 100_000)]
        operation_id = desk.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock()
        )
        desk.run(operation_id)
        assert desk.balance("custody:bank:inf1") == 100_000
        desk.clock.advance(days=3)
        desk.sandbox.advance()
        desk.hear()
        assert "PayoutPaid" in desk.sink.names()

    def test_comes_back_when_the_bank_returns_it(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(days=4)
        operation_id = desk.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock()
        )
        desk.run(operation_id)
        view = desk.write(statements.get_operation, operation_id=operation_id)
        desk.sandbox.fail_payout(view.gateway_id)
        desk.hear()
        assert desk.balance("custody:balance:inf1") == 100_000
        assert "PayoutFailed" in desk.sink.names()


class TestTimeline:
    def test_tells_both_sides_the_same_story(self, desk):
        desk.begin("onboard", "fund")
        desk.release("d1")
        desk.run_due()
        lines = desk.write(statements.list_timeline, booking_ref="b1")
        assert [(line.kind, line.part_ref, line.amount_minor) for line in lines] == [
            ("funded", None, 167_250),
            ("release_planned", "d1", 100_000),
            ("release_confirmed", "d1", 100_000),
        ]
