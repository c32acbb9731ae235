"""A payee's account that holds less at the provider than arrived there is seen, and not paid out against."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from payments import account_differences, payout_operations, statements
from payments.account_differences import Difference
from payments.payout_operations import NothingToPayOut
from payments.statuses import OperationState


def differences(desk):
    return list(desk.write(account_differences.list_differences, limit=10))


def pay_out(desk):
    return desk.write(payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock())


def due(desk):
    tomorrow = desk.clock() + timedelta(days=1)
    return desk.write(statements.list_payable, now=desk.clock(), arrived_before=tomorrow)


@pytest.fixture
def paid(desk):
    """100,000 arrived in the account of inf1, which is read again."""
    desk.account = desk.begin("onboard", "fund")
    desk.run(desk.release().release_operation_id)
    desk.clock.advance(days=4)
    return desk


class TestBalance:
    def test_that_agrees_is_kept_nowhere(self, paid):
        report = paid.poll()
        assert f"balance of {paid.account}" in report.read
        assert differences(paid) == []
        assert due(paid) == [("inf1", "SAR", 100_000)]

    def test_that_is_less_is_told_once_and_only_the_rest_is_paid_out(self, paid):
        paid.sandbox.charge_account(paid.account, amount_minor=30_000, currency="SAR")
        with capture_logs() as logged:
            for _ in range(3):
                paid.poll()
                paid.clock.advance(hours=1)
        assert [each["event"] for each in logged] == ["account_balance_differs"]
        found = differences(paid)
        assert [(each.provider_minor, each.booked_minor) for each in found] == [(70_000, 100_000)]
        assert due(paid) == [("inf1", "SAR", 70_000)]
        assert paid.run(pay_out(paid)).state is OperationState.CONFIRMED
        assert due(paid) == []
        with pytest.raises(NothingToPayOut):
            pay_out(paid)

    def test_below_zero_is_seen_of_an_account_that_was_paid_out(self, paid):
        assert paid.run(pay_out(paid)).state is OperationState.CONFIRMED
        paid.sandbox.charge_account(paid.account, amount_minor=5_000, currency="SAR")
        paid.clock.advance(days=2)
        at = paid.clock()
        paid.poll()
        assert differences(paid) == [Difference("inf1", "SAR", -5_000, 0, at)]
        paid.run(paid.release("d2").release_operation_id)
        assert due(paid) == [("inf1", "SAR", 45_000)]

    def test_that_agrees_again_frees_what_waited(self, paid):
        paid.sandbox.charge_account(paid.account, amount_minor=30_000, currency="SAR")
        paid.poll()
        paid.sandbox.charge_account(paid.account, amount_minor=-30_000, currency="SAR")
        paid.clock.advance(hours=1)
        paid.poll()
        assert differences(paid) == []
        assert due(paid) == [("inf1", "SAR", 100_000)]


class TestComparison:
    def test_waits_while_something_is_on_its_way(self, paid):
        paid.release("d2")
        with paid.make_session() as session:
            assert account_differences.booked_in(session, gateway_account_id=paid.account) is None

    def test_keeps_nothing_when_the_book_moved_while_the_balance_was_read(self, paid, monkeypatch):
        read = paid.gateway.retrieve_balance

        def read_and_move(**which):
            balance = read(**which)
            if which:
                paid.run(paid.release("d2").release_operation_id)
            return balance

        monkeypatch.setattr(paid.gateway, "retrieve_balance", read_and_move)
        paid.poll()
        assert differences(paid) == []

    def test_asks_nothing_of_an_account_in_which_nothing_ever_arrived(self, desk, monkeypatch):
        desk.onboard()
        desk.clock.advance(days=2)
        monkeypatch.setattr(desk.gateway, "retrieve_balance", lambda **_which: pytest.fail("asked"))
        assert desk.poll().problems == ()

    def test_looks_at_the_account_that_the_payee_has_now(self, paid):
        paid.sandbox.deauthorize(paid.account)
        paid.hear()
        paid.onboard()
        paid.clock.advance(days=2)
        paid.poll()
        assert differences(paid) == []
