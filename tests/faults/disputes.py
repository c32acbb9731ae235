"""F62 to F68: the card network takes the money back, at every moment, in part, twice, and while money is on its way."""

from typing import Any

from payments import chargebacks, operations, part_settlement
from payments.errors import ChargebackStillOpen, EscrowFrozen
from payments.escrow import PartStatus, SideStatus
from tests.faults.registry import fault, without
from tests.faults.world import World

TOTAL = 167_250


def dispute(world: World, ref: str = "b1", **terms: Any) -> str:
    found = world.desk.sandbox.open_dispute(world.desk.charge_of(ref) or "", **terms)
    world.desk.hear()
    world.inject()
    return str(found["id"])


def decide(world: World, dispute_id: str, *, is_won: bool) -> None:
    world.desk.sandbox.close_dispute(dispute_id, is_won=is_won)
    world.desk.hear()
    world.inject()


def nothing_frozen(session: Any, escrow: Any, state: Any, case: Any) -> Any:
    """Record a chargeback and leave the money within reach."""
    row = real_open(session, escrow, state, case)
    escrow.is_frozen = False
    return row


real_open = chargebacks._open
NO_FREEZE = without("a dispute freezes nothing", chargebacks, "_open", nothing_frozen)
DOES_NOT_WAIT = without(
    "a loss does not wait for what is on its way", chargebacks, "_refuse_while_in_flight", lambda *_: None
)


@fault(
    "F62",
    "disputed while held: won, then lost",
    "frozen; then held again, or the held money covers it",
    mutant=NO_FREEZE,
    is_fast=True,
)
def while_held(world: World) -> None:
    world.desk.onboard_once()
    for ref, is_won in (("b1", True), ("b2", False)):
        world.desk.fund(ref)
        found = dispute(world, ref)
        for refused in (
            lambda ref=ref: world.desk.release(booking_ref=ref),
            lambda ref=ref: world.desk.write(operations.unfreeze, booking_ref=ref, now=world.desk.clock()),
        ):
            try:
                refused()
            except (EscrowFrozen, ChargebackStillOpen):
                continue
            raise AssertionError("money moved while it was disputed")
        decide(world, found, is_won=is_won)
        assert world.desk.escrow(ref).held_minor == (TOTAL if is_won else 0)
    assert world.desk.balance("exp:chargeback_loss") == 0


def charge_everything_back(session: Any, escrow: Any, *_case: Any) -> list[Any]:
    for part in escrow.parts:
        part.is_charged_back, part.release_status = True, SideStatus.NONE
    return []


@fault(
    "F63",
    "disputed after the release",
    "the platform's loss, nothing is taken twice",
    mutant=without(
        "what was released is charged back too",
        chargebacks,
        "_charge_back_parts",
        charge_everything_back,
    ),
)
def after_release(world: World) -> None:
    world.desk.onboard_once()
    world.desk.fund()
    world.desk.run(world.desk.release().release_operation_id)
    decide(world, dispute(world), is_won=False)
    assert world.desk.balance("exp:chargeback_loss") == 111_500
    assert [part.status for part in world.desk.escrow().parts] == [
        PartStatus.RELEASED,
        PartStatus.CHARGED_BACK,
    ]


def all_or_nothing(parts: Any, *, lost_minor: int, currency: str) -> list[Any]:
    takings = real_takings(parts, lost_minor=lost_minor, currency=currency)
    whole = sum(taking.part.amounts().total_minor for taking in takings)
    return takings if lost_minor >= whole else []


real_takings = chargebacks.plan_takings  # type: ignore[attr-defined]  # patched where it is used


@fault(
    "F64",
    "a dispute of less, and of more than the payment",
    "less ends the last part and leaves the others, more costs the platform the rest",
    mutant=without(
        "what is held covers a dispute whole or not at all", chargebacks, "plan_takings", all_or_nothing
    ),
)
def less_and_more(world: World) -> None:
    world.desk.fund("b1")
    decide(world, dispute(world, "b1", amount_minor=1_000), is_won=False)
    assert world.desk.escrow("b1").held_minor == TOTAL - 1_000
    assert [part.status for part in world.desk.escrow("b1").parts] == [PartStatus.HELD, PartStatus.REFUND_DUE]
    world.desk.fund("b2")
    decide(world, dispute(world, "b2", amount_minor=TOTAL + 5_000), is_won=False)
    assert world.desk.balance("exp:chargeback_loss") == 5_000


@fault(
    "F65",
    "disputed while a release is on its way",
    "it arrives, or its money joins what is disputed",
    mutant=without(
        "refused money goes back within reach", part_settlement, "has_open_chargeback", lambda *_: False
    ),
)
def release_in_flight(world: World) -> None:
    world.desk.onboard_once()
    world.desk.fund("b1")
    world.desk.fund("b2")
    arriving = world.desk.release(booking_ref="b1").release_operation_id
    refused = world.desk.release(booking_ref="b2").release_operation_id
    world.desk.script("refuse_connection", path="/v1/transfers")
    world.desk.run(arriving)
    first, second = dispute(world, "b1"), dispute(world, "b2")
    world.desk.sandbox.set_transfers(world.desk.account_id(), is_active=False)
    world.desk.run(refused)
    assert world.desk.balance("liab:held:b2") == 0
    assert world.desk.balance("liab:held_disputed:b2") == -TOTAL
    world.desk.sandbox.set_transfers(world.desk.account_id(), is_active=True)
    world.converge()
    decide(world, first, is_won=False)
    decide(world, second, is_won=True)
    world.converge()


def refund_again(session: Any, escrow: Any, part: Any, *, share_bps: int, now: Any) -> Any:
    from payments.decisions import decide_part, describe_decision
    from payments.planning import start_refund

    if part.share_bps is None:
        return decide_part(session, escrow, part, share_bps=0, now=now)
    start_refund(session, escrow, part, now=now)
    return describe_decision(session, part, is_new=False)


@fault(
    "F66",
    "disputed after the whole was refunded",
    "no second refund; a loss only if it is lost",
    mutant=without("a refund is planned whenever somebody asks", operations, "decide_part", refund_again),
)
def after_refund(world: World) -> None:
    world.desk.fund()
    world.desk.refund_all()
    world.desk.run_due()
    world.desk.refund_all()
    world.desk.run_due()
    found = dispute(world)
    assert len(world.desk.objects("refund")) == 2
    decide(world, found, is_won=False)
    assert world.desk.balance("exp:chargeback_loss") == TOTAL
    assert len(world.desk.objects("refund")) == 2


real_settle = chargebacks.settle_chargeback


def close_again(session: Any, *, state: Any, now: Any) -> Any:
    from payments.models import Chargeback
    from payments.statuses import ChargebackStatus

    row = session.get(Chargeback, state.gateway_dispute_id)
    if row is not None:
        row.status = ChargebackStatus.OPEN
        session.flush()
    return real_settle(session, state=state, now=now)


@fault(
    "F67",
    "two disputes one after the other, every message twice",
    "each is booked once",
    mutant=without("a dispute may be closed again", chargebacks, "settle_chargeback", close_again),
)
def two_disputes(world: World) -> None:
    world.desk.fund()
    for is_won in (True, False):
        found = world.desk.sandbox.open_dispute(world.desk.charge_of("b1") or "")
        world.desk.sandbox.close_dispute(found["id"], is_won=is_won)
        messages = world.desk.take_webhooks()
        for message in [*reversed(messages), *messages]:
            world.desk.receive(*message)
            world.desk.run_inbox()
            world.inject()
        world.converge()
    assert world.desk.sink.names().count("ChargebackClosed") == 2
    assert world.desk.escrow().held_minor == 0


@fault("F68", "lost while a release is on its way", "the loss waits for it", mutant=DOES_NOT_WAIT)
def lost_in_flight(world: World) -> None:
    world.desk.onboard_once()
    world.desk.fund()
    operation_id = world.desk.release().release_operation_id
    world.desk.script("refuse_connection", path="/v1/transfers")
    world.desk.run(operation_id)
    found = dispute(world)
    decide(world, found, is_won=False)
    assert "ChargebackClosed" not in world.desk.sink.names()
    world.converge()
    assert "ChargebackClosed" in world.desk.sink.names()
    assert world.desk.balance("exp:chargeback_loss") == 111_500
