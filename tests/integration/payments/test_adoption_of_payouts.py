"""After a restore: payouts that left since, and shares that waited when the copy was made."""

from functools import partial

import pytest

from payments import operations, payout_operations
from payments.models import MoneyOperation
from payments.planning import stable_id
from payments.ports import GatewayOutcomeUnknown, MakeTransfer, load_command
from payments.queries import find_payout_account
from payments.sandbox.faults import Fault, FaultKind
from payments.statuses import Direction, OperationState
from payments.verification import verify_ledger
from tests.integration.payments.adopting import adopt, forget


@pytest.fixture
def funded(desk):
    desk.begin("onboard", "fund")
    return desk


class TestAdoptPayouts:
    @pytest.fixture
    def released(self, funded):
        """A share arrived and was paid out; the copy is from before the payout, and another share arrives."""
        funded.run(funded.release("d1").release_operation_id)
        funded.clock.advance(days=4)
        return funded

    def pay_out_and_forget(self, desk, amount_minor=100_000):
        session = desk.make_session()
        operation_id = payout_operations.plan_payout(
            session, payee_ref="inf1", currency="SAR", amount_minor=amount_minor, now=desk.clock()
        )
        row = session.get_one(MoneyOperation, operation_id)
        command = load_command(row.kind, row.request)
        session.rollback()
        session.close()
        desk.gateway.send(command, key=f"payout:{operation_id}:a1")

    def test_knows_what_left_for_the_bank_and_pays_it_out_once(self, released):
        self.pay_out_and_forget(released)
        report = adopt(released)
        assert (len(report.adopted), report.unclear) == (1, ())
        assert released.balance("custody:bank:inf1") == 100_000
        assert adopt(released).adopted == ()
        released.run(released.release("d2").release_operation_id)
        released.clock.advance(days=4)
        plan = payout_operations.plan_payout
        operation_id = released.write(plan, payee_ref="inf1", currency="SAR", now=released.clock())
        assert released.run(operation_id).state is OperationState.CONFIRMED
        assert released.balance("custody:bank:inf1") == 150_000
        assert released.balance("custody:balance:inf1") == 0
        assert released.write(verify_ledger).is_sound

    def test_ends_when_an_account_cannot_be_read_and_does_it_when_run_again(self, released):
        self.pay_out_and_forget(released)
        for _try in range(2):
            released.sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY, path="/v1/payouts", method="GET"))
        with pytest.raises(GatewayOutcomeUnknown):
            adopt(released)
        released.sandbox.faults.clear()
        assert len(adopt(released).adopted) == 1
        assert released.balance("custody:bank:inf1") == 100_000

    def test_leaves_an_account_out_that_was_disconnected(self, released):
        released.sandbox.deauthorize(released.account_id())
        assert adopt(released).unclear == ()

    def test_holds_an_account_of_which_more_left_than_the_books_have(self, released):
        self.pay_out_and_forget(released, 60_000)
        released.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=released.clock()
        )  # the copy planned another since
        report = adopt(released)
        assert (report.adopted, len(report.unclear)) == ((), 1)
        assert released.write(find_payout_account, payee_ref="inf1").hold_reason


class TestAdoptWhatWaited:
    """The copy knows the decision and that its money waited; it was sent since."""

    def is_taken_up(self, desk):
        report = adopt(desk)
        assert (len(report.adopted), report.unclear) == (1, ())
        assert len(desk.transfers()) == 1
        assert desk.balance("custody:balance:inf1") == 100_000
        assert "DecisionTakenUp" not in desk.sink.names()  # the booking knows it
        return desk.write(verify_ledger).is_sound

    def test_for_an_account_that_became_ready_since(self, desk):
        desk.begin("fund")
        plan = payout_operations.plan_payout_account
        terms = {"country": "SA", "email": "a@example.com", "display_name": "A", "now": desk.clock()}
        desk.run(desk.write(plan, payee_ref="inf1", **terms))
        assert desk.release("d1").parked_reason == "payout_account_not_active"
        desk.sandbox.complete_onboarding(desk.account_id())
        desk.take_webhooks()
        operation_id = stable_id("operation", Direction.RELEASE, "part:b1:d1", 0)
        charge = desk.charge_of("b1")
        command = MakeTransfer(operation_id, "b1", "SAR", 100_000, desk.account_id(), charge)
        desk.gateway.send(command, key=f"release:{operation_id}:a1")
        assert self.is_taken_up(desk)

    def test_after_a_refusal(self, funded):
        funded.sandbox.set_transfers(funded.account_id(), is_active=False)
        funded.run(funded.release("d1").release_operation_id)
        assert funded.operations_in(OperationState.REFUSED)
        funded.sandbox.set_transfers(funded.account_id(), is_active=True)
        forget(
            funded,
            partial(operations.retry_part, booking_ref="b1", part_ref="d1", now=funded.clock()),
        )
        assert self.is_taken_up(funded)
