"""Lost, doubled, delayed and contradicting answers: one effect or none, and nobody left waiting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments import operations, statements
from payments.errors import OperationNotFound
from payments.escrow import PartStatus
from payments.models import MoneyOperation
from payments.operation_repair import resume_operation
from payments.ports import GatewayMisconfigured, load_command
from payments.sandbox.faults import Fault, FaultKind
from payments.statuses import OperationState
from payments.verification import verify_ledger

TRANSFERS = "/v1/transfers"
UNCLEAR = (
    FaultKind.LOSE_REPLY,
    FaultKind.REFUSE_CONNECTION,
    FaultKind.BAD_GATEWAY,
    FaultKind.BAD_GATEWAY_AFTER_EFFECT,
    FaultKind.CORRUPT_BODY,
    FaultKind.ERROR,
    FaultKind.RATE_LIMIT,
)


@pytest.fixture
def releasing(desk):
    desk.begin("onboard", "fund")
    desk.operation_id = desk.release().release_operation_id
    return desk


def fail(desk, kind, *, times=1, path=TRANSFERS):
    desk.sandbox.faults.add(Fault(kind=kind, path=path, times=times))


def view(desk):
    return desk.write(statements.get_operation, operation_id=desk.operation_id)


class TestRunOperation:
    @pytest.mark.parametrize("kind", UNCLEAR)
    def test_comes_to_one_effect_after_an_unclear_answer(self, releasing, kind):
        fail(releasing, kind)
        assert releasing.run(releasing.operation_id).state is OperationState.UNKNOWN
        assert releasing.balance("liab:release_in_transit:" + releasing.operation_id) == -100_000
        releasing.clock.advance(minutes=1)
        releasing.run_due()
        assert len(releasing.transfers()) == 1
        assert releasing.escrow().parts[0].status is PartStatus.RELEASED
        assert releasing.write(verify_ledger).is_sound

    def test_adopts_the_effect_of_a_stored_failure(self, releasing):
        fail(releasing, FaultKind.ERROR_STORED_AFTER_EFFECT)
        for _ in range(4):
            releasing.run(releasing.operation_id)
        assert view(releasing).state is OperationState.CONFIRMED
        assert len(releasing.transfers()) == 1

    def test_makes_a_new_attempt_only_after_a_look_up_found_nothing(self, releasing):
        fail(releasing, FaultKind.ERROR_STORED)
        for _ in range(4):
            releasing.run(releasing.operation_id)
        assert (view(releasing).state, view(releasing).attempt) == (OperationState.UNKNOWN, 1)
        releasing.clock.advance(minutes=11)
        releasing.run(releasing.operation_id)
        assert (view(releasing).state, view(releasing).attempt) == (OperationState.PLANNED, 2)
        releasing.run(releasing.operation_id)
        assert view(releasing).state is OperationState.CONFIRMED
        assert len(releasing.transfers()) == 1

    def test_looks_up_before_sending_again_when_the_key_may_be_forgotten(self, releasing):
        fail(releasing, FaultKind.LOSE_REPLY)
        releasing.run(releasing.operation_id)
        releasing.clock.advance(hours=30)
        sent = []
        send = releasing.gateway.send
        releasing.gateway.send = lambda *arguments, **named: sent.append(named) or send(*arguments, **named)
        releasing.run_due()
        assert sent == []
        assert view(releasing).state is OperationState.CONFIRMED
        assert len(releasing.transfers()) == 1

    def test_halts_on_a_contradiction(self, releasing):
        key = f"release:{releasing.operation_id}:a1"
        releasing.gateway._client.v1.transfers.create(
            {
                "amount": 1,
                "currency": "sar",
                "destination": releasing.account_id(),
                "source_transaction": charge(releasing),
            },
            {"idempotency_key": key},
        )
        assert releasing.run(releasing.operation_id).state is OperationState.HALTED
        assert "OperationHalted" in releasing.sink.names()
        assert releasing.run(releasing.operation_id).has_run is False

    def test_leaves_everything_waiting_when_our_key_is_wrong(self, releasing):
        def refuse(*arguments, **named):
            raise GatewayMisconfigured("wrong key")

        releasing.release("d2")
        releasing.gateway.send = refuse
        outcomes = releasing.run_due()
        assert [outcome.problem for outcome in outcomes] == ["gateway_misconfigured"]
        assert outcomes[0].state is OperationState.UNKNOWN

    def test_takes_a_foreign_error_for_unknown(self, releasing):
        send = releasing.gateway.send

        def break_after(*arguments, **named):
            send(*arguments, **named)
            raise AttributeError("'NoneType' object has no attribute 'items'")

        releasing.gateway.send = break_after
        assert releasing.run(releasing.operation_id).state is OperationState.UNKNOWN
        releasing.gateway.send = send
        releasing.run(releasing.operation_id)
        assert len(releasing.transfers()) == 1

    def test_is_left_to_the_one_who_holds_the_lease(self, releasing):
        inner = []

        def send(command, *, key):
            inner.append(releasing.run(releasing.operation_id))
            return type(releasing.gateway).send(releasing.gateway, command, key=key)

        releasing.gateway.send = send
        assert releasing.run(releasing.operation_id).state is OperationState.CONFIRMED
        assert [outcome.has_run for outcome in inner] == [False]

    def test_settles_once_when_a_lease_ran_out_during_the_call(self, releasing):
        send = type(releasing.gateway).send
        inner = []

        def slow(command, *, key):
            if not inner:
                inner.append(None)
                releasing.clock.advance(minutes=3)
                inner[0] = releasing.run(releasing.operation_id)
            return send(releasing.gateway, command, key=key)

        releasing.gateway.send = slow
        assert releasing.run(releasing.operation_id).state is OperationState.CONFIRMED
        assert inner[0].state is OperationState.CONFIRMED
        assert len(releasing.transfers()) == 1
        assert releasing.sink.names().count("ReleaseConfirmed") == 1

    def test_is_not_blocked_by_a_clock_that_went_back(self, releasing):
        fail(releasing, FaultKind.LOSE_REPLY)
        releasing.clock.advance(days=1)
        releasing.run(releasing.operation_id)
        releasing.clock.advance(days=-1)
        assert releasing.run(releasing.operation_id).state is OperationState.CONFIRMED
        assert len(releasing.transfers()) == 1

    def test_tries_a_passing_refusal_again_under_a_new_key(self, desk):
        desk.begin("onboard", "fund")
        desk.run(desk.release().release_operation_id)
        from payments import payout_operations

        desk.operation_id = desk.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock()
        )
        desk.run(desk.operation_id)  # the money of the charge has not settled yet
        assert (view(desk).state, view(desk).attempt) == (OperationState.PLANNED, 2)
        desk.clock.advance(days=4)
        desk.run_due()
        assert view(desk).state is OperationState.CONFIRMED

    def test_needs_an_operation(self, desk):
        with pytest.raises(OperationNotFound):
            desk.run("nothing")

    def test_drops_a_payment_page_nobody_waits_for(self, desk):
        desk.open()
        desk.operation_id = desk.write(
            operations.plan_checkout,
            booking_ref="b1",
            title="t",
            success_url="http://a.test/",
            cancel_url="http://a.test/",
            pay_before=desk.clock() + timedelta(hours=5),
            now=desk.clock(),
        )
        desk.write(operations.cancel_escrow, booking_ref="b1", now=desk.clock())
        assert desk.run(desk.operation_id).state is OperationState.REFUSED
        assert view(desk).calls == 0


class TestRestoredDatabase:
    def test_adopts_effects_it_has_forgotten(self, releasing):
        with releasing.make_session() as session:
            forgotten = session.get_one(MoneyOperation, releasing.operation_id)
            assert forgotten.state is OperationState.PLANNED
        command_key = f"release:{releasing.operation_id}:a1"
        releasing.gateway.send(load_command(forgotten.kind, forgotten.request), key=command_key)
        releasing.clock.advance(hours=30)
        releasing.policy = replace(releasing.policy, is_restored=True)
        releasing.run_due()
        assert view(releasing).state is OperationState.CONFIRMED
        assert len(releasing.transfers()) == 1

    def test_sends_nothing_beside_an_effect_of_another_amount(self, releasing):
        """The copy decided the part anew, otherwise; the provider has forgotten the key by now."""
        with releasing.make_session() as session:
            row = session.get_one(MoneyOperation, releasing.operation_id)
            forgotten = replace(load_command(row.kind, row.request), amount_minor=row.amount_minor // 2)
        releasing.gateway.send(forgotten, key=f"release:{releasing.operation_id}:a1")
        releasing.clock.advance(days=3)
        releasing.sandbox.advance()
        releasing.policy = replace(releasing.policy, is_restored=True)
        for _ in range(3):
            releasing.run_due()
            releasing.clock.advance(hours=1)
        assert view(releasing).state is OperationState.HALTED
        assert len(releasing.transfers()) == 1
        releasing.write(
            resume_operation, operation_id=releasing.operation_id, now=releasing.clock()
        )  # two persons looked
        for _ in range(3):
            releasing.run_due()
            releasing.clock.advance(hours=1)
        assert view(releasing).state is OperationState.CONFIRMED


def charge(desk):
    return desk.gateway._client.v1.charges.list().to_dict()["data"][0]["id"]
