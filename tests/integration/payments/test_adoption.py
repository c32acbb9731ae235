"""After a restore: effects that the copy has forgotten are taken up, or set aside for a person; nothing is sent."""

from datetime import timedelta

import pytest

from payments import payout_operations
from payments.adoption import adopt_effects
from payments.escrow import PartStatus
from payments.models import MoneyOperation
from payments.ports import MakeRefund, MakeTransfer, load_command
from payments.queries import find_payout_account
from payments.statuses import OperationState
from payments.verification import verify_ledger
from tests.clock import START


@pytest.fixture
def funded(desk):
    desk.begin("onboard", "fund")
    return desk


def adopt(desk):
    return adopt_effects(
        desk.make_session,
        gateway=desk.gateway,
        sink=desk.sink,
        clock=desk.clock,
        since=START - timedelta(days=1),
    )


def send_forgotten(desk, share_bps):
    """Let the provider carry out a decision, and forget the decision as a restored copy has."""
    session = desk.make_session()
    from payments import operations

    decision = operations.release_part(
        session, booking_ref="b1", part_ref="d2", share_bps=share_bps, now=desk.clock()
    )
    commands = []
    for operation_id in decision.operation_ids:
        row = session.get_one(MoneyOperation, operation_id)
        commands.append((load_command(row.kind, row.request), f"{row.kind}:{row.id}:a1"))
    session.rollback()
    session.close()
    for command, key in commands:
        desk.gateway.send(command, key=key)


class TestAdoptEffects:
    @pytest.mark.parametrize(
        ("share_bps", "status"),
        [(10_000, PartStatus.RELEASED), (0, PartStatus.REFUNDED), (3_300, PartStatus.SPLIT)],
    )
    def test_decides_the_part_again_as_it_was(self, funded, share_bps, status):
        send_forgotten(funded, share_bps)
        report = adopt(funded)
        assert (len(report.adopted), report.unclear) == (2 if share_bps == 3_300 else 1, ())
        assert funded.escrow().parts[1].status is status
        assert len(funded.transfers()) + len(funded.refunds()) == len(report.adopted)
        assert funded.write(verify_ledger).is_sound

    def test_knows_what_it_took_up(self, funded):
        send_forgotten(funded, 10_000)
        adopt(funded)
        again = adopt(funded)
        assert (again.known, again.adopted) == (1, ())

    @pytest.mark.parametrize(
        "command",
        [
            MakeTransfer("no-such-operation", "b1", "SAR", 50_000, "account", "charge"),
            MakeRefund("no-such-operation", "b1", "SAR", 777, "payment"),
        ],
    )
    def test_sets_aside_what_fits_no_decision(self, funded, command):
        from dataclasses import replace

        payment = funded.gateway._client.v1.payment_intents.list().to_dict()["data"][0]["id"]
        terms = (
            {"gateway_account_id": funded.account_id(), "gateway_charge_id": funded.charge_of("b1")}
            if isinstance(command, MakeTransfer)
            else {"gateway_payment_id": payment}
        )
        funded.gateway.send(replace(command, **terms), key="k")
        report = adopt(funded)
        assert (report.adopted, len(report.unclear)) == ((), 1)
        assert funded.escrow().is_frozen
        assert funded.escrow().held_minor == 167_250


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

    def test_holds_an_account_of_which_more_left_than_the_books_have(self, released):
        self.pay_out_and_forget(released, 60_000)
        released.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=released.clock()
        )  # the copy planned another since
        report = adopt(released)
        assert (report.adopted, len(report.unclear)) == ((), 1)
        assert released.write(find_payout_account, payee_ref="inf1").hold_reason
