"""F56 to F61: payees whose accounts are missing, switched off, gone or empty, and payouts that come back."""

from dataclasses import replace
from datetime import timedelta

from payments import account_changes, executor, planning, reconciliation, settlement
from payments.escrow import PartStatus
from payments.statements import get_operation
from payments.statuses import OperationKind, OperationState
from tests.clock import START
from tests.faults.registry import fault, without
from tests.faults.world import World

NO_GATE = without("a release does not ask for an account", planning, "parking_reason", lambda *_: None)
NO_RESTART = without(
    "nothing starts again when the account is ready", account_changes, "release_owed", lambda *_, **__: ()
)


DEAF_TO_BANKS = {
    **settlement.CONSEQUENCES,
    OperationKind.PAYOUT: replace(settlement.CONSEQUENCES[OperationKind.PAYOUT], fail_later=lambda *_: []),
}


@fault(
    "F56",
    "approved before there is an account",
    "owed and parked; starts by itself once there is one",
    mutant=NO_RESTART,
)
def not_onboarded(world: World) -> None:
    world.desk.fund()
    assert world.desk.release().parked_reason == "payout_account_missing"
    world.inject()
    assert world.desk.escrow().held_minor == 167_250
    world.desk.onboard()
    if world.mutant:
        world.desk.turn()
    else:
        world.converge()
    assert world.desk.escrow().parts[0].status is PartStatus.RELEASED


@fault(
    "F57",
    "the account is switched off between our look and our call",
    "refused, held again, not retried blindly",
    mutant=without(
        "a refusal is retried at once, for ever",
        executor,
        "RETRYABLE_REFUSALS",
        {"insufficient_capabilities_for_transfer", "transfers_not_allowed", "account_invalid"},
    ),
)
def switched_off(world: World) -> None:
    account = world.desk.onboard()
    world.desk.fund()
    operation_id = world.desk.release().release_operation_id
    world.desk.sandbox.set_transfers(account, is_active=False)  # its message has not arrived yet
    outcome = world.desk.run(operation_id)
    world.inject()
    assert outcome.state is OperationState.REFUSED, outcome
    assert world.desk.escrow().held_minor == 167_250
    calls = len(world.desk.objects("transfer"))
    world.converge()
    assert len(world.desk.objects("transfer")) == calls == 0
    world.desk.sandbox.set_transfers(account, is_active=True)
    world.converge()
    assert world.desk.escrow().parts[0].status is PartStatus.RELEASED


@fault(
    "F58",
    "the payee disconnects the account",
    "releases are parked; a new account starts them",
    mutant=NO_GATE,
)
def disconnected(world: World) -> None:
    world.desk.sandbox.deauthorize(world.desk.onboard())
    world.inject()
    world.desk.hear()
    world.desk.fund()
    assert world.desk.release().parked_reason == "payout_account_not_active"
    world.desk.onboard()
    world.converge()
    assert world.desk.escrow().parts[0].status is PartStatus.RELEASED


@fault(
    "F59",
    "balance_insufficient, which the provider replays for the key",
    "a new attempt under a new key, later",
    mutant=without("a refusal that passes with time is final", executor, "RETRYABLE_REFUSALS", set()),
)
def balance_insufficient(world: World) -> None:
    world.desk.onboard()
    world.desk.fund()
    world.desk.run(world.desk.release().release_operation_id)
    operation_id = world.desk.plan("payout", "b1")  # the money of the charge has not settled yet
    world.desk.run(operation_id)
    world.inject()
    view = world.desk.write(get_operation, operation_id=operation_id)
    assert (view.state, view.attempt) == (OperationState.PLANNED, 2), view
    world.desk.clock.advance(days=4)
    world.converge()
    assert world.desk.write(get_operation, operation_id=operation_id).state is OperationState.CONFIRMED


@fault(
    "F60",
    "the bank returns a payout",
    "the payee's balance is back, the payee is told",
    mutant=without("a payout that came back stays paid", settlement, "CONSEQUENCES", DEAF_TO_BANKS),
)
def payout_returned(world: World) -> None:
    world.desk.make_ready("payout", "b1")
    operation_id = world.desk.plan("payout", "b1")
    world.desk.run(operation_id)
    world.desk.sandbox.fail_payout(world.desk.objects("payout")[0]["id"])
    world.inject()
    world.desk.hear()
    world.converge()
    assert world.desk.balance("custody:balance:inf1") == 100_000
    assert world.desk.balance("custody:bank:inf1") == 0
    assert "PayoutFailed" in world.desk.sink.names()


@fault(
    "F61",
    "the provider paid the platform's balance out behind our back",
    "transfers go on out of their charge; the reconciliation says what is missing",
    mutant=without("unknown lines of the provider are left out", reconciliation, "_break", lambda *_: None),
)
def balance_emptied(world: World) -> None:
    world.desk.onboard()
    world.desk.fund()
    world.desk.clock.advance(days=4)
    world.desk.sandbox.advance()
    available = sum(
        row["amount"] for row in world.desk.gateway._client.v1.balance.retrieve().to_dict()["available"]
    )
    world.desk.gateway._client.v1.payouts.create({"amount": available, "currency": "sar"})
    world.inject()
    world.desk.release()
    world.converge()
    assert world.desk.escrow().parts[0].status is PartStatus.RELEASED
    world.desk.clock.advance(hours=1)
    report = reconciliation.reconcile(
        world.desk.make_session,
        gateway=world.desk.gateway,
        clock=world.desk.clock,
        since=START - timedelta(days=1),
    )
    assert "unknown_line" in {each.code for each in report.breaks}
    assert not report.is_sound
    world.is_reconciled = False  # the missing money is what the report is for
