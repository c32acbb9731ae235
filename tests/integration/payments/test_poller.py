"""The poller's round goes on whatever one subject raises, and forgets no page of which money may come."""

from datetime import timedelta

import pytest
from sqlalchemy import insert
from structlog.testing import capture_logs

from payments import operations, payout_operations
from payments.escrow import EscrowStatus
from payments.models import Chargeback, PayoutAccount
from payments.queries import find_checkout
from payments.reconciliation import reconcile
from payments.statements import get_operation
from payments.statuses import AccountStatus, ChargebackStatus


class TestPoll:
    def test_goes_on_after_a_subject_that_cannot_be_read(self, desk, monkeypatch):
        pages = {}
        for booking_ref in ("b1", "b2"):
            desk.open(booking_ref)
            pages[booking_ref] = desk.checkout(booking_ref)
            desk.sandbox.pay_checkout(pages[booking_ref])
        desk.clock.advance(hours=1)
        read = desk.gateway.retrieve_checkout

        def read_all_but_one(session_id):
            if session_id == pages["b1"]:
                raise ValueError("no such field")
            return read(session_id)

        def explode(**_named):
            raise KeyError("disputes")

        monkeypatch.setattr(desk.gateway, "retrieve_checkout", read_all_but_one)
        monkeypatch.setattr(desk.gateway, "list_chargebacks", explode)
        with capture_logs() as logged:
            report = desk.poll()
        assert {type(line["exc_info"]) for line in logged} == {ValueError, KeyError}
        assert set(report.problems) == {f"checkout {pages['b1']}: ValueError", "chargebacks: KeyError"}
        assert desk.escrow("b1").status is EscrowStatus.AWAITING_PAYMENT
        assert desk.escrow("b2").status is EscrowStatus.FUNDED


class TestTurns:
    def test_are_left_to_others_by_what_cannot_be_read(self, desk, monkeypatch):
        """What fails each time was the oldest each time, and a hundred of it filled every round."""
        account_id = desk.onboard()
        read_account = desk.gateway.retrieve_account

        def read_all_but_some(gateway_account_id):
            if "gone" in gateway_account_id:
                raise ValueError("no such field")
            return read_account(gateway_account_id)

        monkeypatch.setattr(desk.gateway, "retrieve_account", read_all_but_some)
        desk.clock.advance(days=2)
        rows = [
            {
                "payee_ref": f"gone{number}",
                "country": "SA",
                "status": AccountStatus.ACTIVE,
                "gateway_account_id": f"acct_gone{number}",
                "is_payout_enabled": True,
                "requirements": [],
                "checked_at": desk.clock() - timedelta(days=30),
                "created_at": desk.clock() - timedelta(days=30),
            }
            for number in range(120)
        ]
        desk.write(lambda session: session.execute(insert(PayoutAccount), rows))
        rounds = [desk.poll().read for _round in range(2)]
        assert f"account {account_id}" in {name for read in rounds for name in read}


class TestSlowPayment:
    @pytest.fixture
    def slow(self, desk):
        """A page that is complete; its payment goes on and the time to pay passes."""
        desk.open()
        page = desk.checkout()
        desk.sandbox.start_slow_payment(page)
        desk.hear()
        return page

    def test_no_second_page_is_sold(self, desk, slow):
        assert desk.checkout() == slow

    @pytest.mark.parametrize("is_paid", [True, False])
    def test_is_told_once_and_so_is_that_nothing_came_of_it(self, desk, slow, is_paid):
        for _ in range(2):
            desk.clock.advance(hours=1)
            desk.poll()
        assert desk.sink.names() == ["CheckoutReady", "PaymentPending"]
        assert desk.write(find_checkout, booking_ref="b1").status == "complete"
        assert desk.write(operations.is_payment_pending, booking_ref="b1")
        desk.sandbox.end_slow_payment(slow, is_paid=is_paid)
        desk.hear()
        assert desk.sink.names()[2:] == (["EscrowFunded"] if is_paid else ["PaymentNotMade"])
        assert not desk.write(operations.is_payment_pending, booking_ref="b1")

    def test_is_found_after_the_time_to_pay_without_a_message(self, desk, slow):
        for _ in range(6):
            desk.clock.advance(hours=12)
            desk.poll()
        assert desk.escrow().status is EscrowStatus.AWAITING_PAYMENT
        desk.sandbox.end_slow_payment(slow, is_paid=True)
        desk.take_webhooks()
        desk.clock.advance(hours=1)
        desk.poll()
        assert desk.escrow().status is EscrowStatus.FUNDED
        ports = {name: port for name, port in desk.ports().items() if name in {"gateway", "clock"}}
        report = reconcile(desk.make_session, since=desk.clock() - timedelta(days=9), **ports)
        assert report.breaks == ()

    def test_that_fails_in_time_leaves_room_for_another_page(self, desk, slow):
        desk.sandbox.end_slow_payment(slow, is_paid=False)
        desk.hear()
        assert desk.escrow().status is EscrowStatus.AWAITING_PAYMENT
        assert desk.checkout() != slow

    def test_that_fails_after_the_time_to_pay_ends_the_wait(self, desk, slow):
        desk.clock.advance(hours=41)
        desk.sandbox.end_slow_payment(slow, is_paid=False)
        desk.take_webhooks()
        desk.poll()
        assert desk.escrow().status is EscrowStatus.EXPIRED

    def test_of_a_booking_that_was_cancelled_meanwhile_goes_back(self, desk, slow):
        desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
        desk.sandbox.end_slow_payment(slow, is_paid=True)
        desk.take_webhooks()
        desk.clock.advance(hours=1)
        desk.poll()
        assert [refund["amount"] for refund in desk.refunds()] == [167_250]


class TestReturnedRefund:
    def test_is_found_without_a_message_however_long_ago_it_was_made(self, desk):
        desk.begin("fund")
        operation_id = desk.release(share_bps=0).refund_operation_id
        desk.run(operation_id)
        desk.hear()
        for days in (20, 20, 20):
            desk.clock.advance(days=days)
            desk.poll()
        desk.sandbox.fail_refund(desk.refunds()[0]["id"])
        desk.take_webhooks()
        desk.clock.advance(hours=1)
        report = desk.poll()
        assert report.problems == ()
        assert desk.balance("liab:held:b1") == -167_250
        assert desk.sink.names().count("RefundFailed") == 1
        desk.poll()
        assert desk.sink.names().count("RefundFailed") == 1

    def test_of_somebody_else_is_left_to_the_comparison(self, desk):
        desk.begin("fund")
        made = desk.gateway._client.v1.refunds.create({"charge": desk.charge_of("b1"), "amount": 1_000})
        desk.sandbox.fail_refund(made.id)
        desk.take_webhooks()
        assert desk.poll().problems == ()
        assert desk.balance("liab:held:b1") == -167_250


class TestPayout:
    @pytest.fixture
    def paid_out(self, desk):
        """A payout that could still come back; returns its number at the provider."""
        desk.account = desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        desk.clock.advance(days=4)
        plan = payout_operations.plan_payout
        operation_id = desk.write(plan, payee_ref="inf1", currency="SAR", now=desk.clock())
        desk.run(operation_id)
        return desk.write(get_operation, operation_id=operation_id).gateway_id

    def test_that_the_bank_sent_back_is_found_without_a_message(self, desk, paid_out):
        desk.sandbox.fail_payout(paid_out)
        desk.take_webhooks()
        desk.clock.advance(hours=25)
        assert desk.poll().problems == ()
        assert desk.balance("custody:balance:inf1") == 100_000

    @pytest.mark.parametrize("is_linked_anew", [True, False])
    def test_of_an_account_that_shows_nothing_any_more_is_not_asked_for(self, desk, paid_out, is_linked_anew):
        desk.sandbox.deauthorize(desk.account)
        desk.hear()
        if is_linked_anew:
            desk.onboard()
        desk.clock.advance(hours=25)
        assert f"payout {paid_out}" not in str(desk.poll().problems)


class TestChargebacks:
    def add_others(self, desk, count=120):
        """Record chargebacks that stay open, and of which the provider says nothing."""
        rows = [
            {
                "gateway_dispute_id": f"dp_0{number:03d}",
                "status": ChargebackStatus.OPEN,
                "currency": "SAR",
                "amount_minor": 100,
                "opened_at": desk.clock(),
            }
            for number in range(count)
        ]
        desk.write(lambda session: session.execute(insert(Chargeback), rows))

    @pytest.mark.parametrize("days", [1, 40])
    def test_are_all_read_however_many_are_open(self, desk, days):
        self.add_others(desk)
        desk.fund()
        dispute = desk.sandbox.open_dispute(desk.charge_of("b1"))
        desk.hear()
        assert desk.escrow().is_frozen
        desk.clock.advance(days=days)
        desk.sandbox.close_dispute(dispute["id"], is_won=True)
        desk.take_webhooks()
        report = desk.poll()
        assert not desk.escrow().is_frozen
        assert f"chargeback {dispute['id']}" in report.read

    def test_that_are_decided_are_read_no_more(self, desk):
        desk.fund()
        dispute = desk.sandbox.open_dispute(desk.charge_of("b1"))
        desk.sandbox.close_dispute(dispute["id"], is_won=True)
        desk.hear()
        assert f"chargeback {dispute['id']}" not in desk.poll().read
