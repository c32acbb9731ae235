"""F01 to F06 and F19: the process dies at every numbered point of paying in, releasing, refunding, taking back and paying out."""

import uuid
from typing import Any

from sqlalchemy import func, select

from marketplace.billing.sink import OutboxSink
from marketplace.outbox.models import OutboxRow
from payments import attempts, executor, planning
from payments.models import MoneyOperation
from payments.statuses import OperationState
from tests.faults.registry import fault, without
from tests.faults.world import World

LEFT_AT = {
    "after_plan_commit": OperationState.PLANNED,
    "before_claim_commit": OperationState.PLANNED,
    "after_claim_commit": OperationState.SENT,
    "before_call": OperationState.SENT,
    "after_effect": OperationState.SENT,
    "before_settle_commit": OperationState.SENT,
    "after_settle_commit": OperationState.CONFIRMED,
}
"""How the dead left their operation: else they died somewhere else than the point says."""
TOLD = {
    "fund": "checkout_ready",
    "release": "release_confirmed",
    "refund": "refund_confirmed",
    "reversal": "claw_back_recovered",
    "payout": "payout_started",
}
KINDS = ("fund", "release", "refund", "reversal", "payout")


def fresh_key(*_operation: Any) -> str:
    return f"mutant:{uuid.uuid4()}"


def commit_early(session: Any) -> None:
    """Commit past the session, as code without transactions would."""
    raw = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
    else:
        raw.commit()


def plan_in_its_own_transaction(*arguments: Any, **named: Any) -> Any:
    operation = plan_in_the_callers_transaction(*arguments, **named)
    commit_early(arguments[0])
    return operation


plan_in_the_callers_transaction = planning.plan_operation
NO_WORKER = without("nobody looks for what is due", executor, "_list_due", lambda *_: [])
FRESH_KEY = without("a new key for every call", attempts, "idempotency_key", fresh_key)
ONLY_PLANNED = without(
    "what was sent is not taken up again", attempts, "RUNNABLE_STATES", (OperationState.PLANNED,)
)
ETERNAL_LEASE = without(
    "a lease never runs out",
    attempts,
    "_is_lease_free",
    lambda operation, _now, _policy: operation.lease_until is None,
)


def each_kind(world: World, point: str) -> None:
    """Kill a process at the point of each kind of operation, and let the world come to rest after each."""
    for kind in KINDS:
        ref = f"{kind}-{point}".replace("_", "-")
        world.desk.make_ready(kind, ref)
        world.kill_during("plan_and_run", point, kind=kind, ref=ref)
        assert point not in LEFT_AT or newest(world, kind) == LEFT_AT[point], kind
        world.converge()
        assert count_effects(world, kind, ref) == (0 if point == "before_plan_commit" else 1), kind
        if point == "before_plan_commit":  # the user tries again
            world.desk.run(world.desk.plan(kind, ref))
            world.converge()
            assert count_effects(world, kind, ref) == 1, kind
        if kind == "fund":
            pay_and_hear(world, ref)
        assert world.check().is_sound, world.findings


def newest(world: World, kind: str) -> OperationState | None:
    """How far the operation of a kind got that was planned last."""
    wanted = "checkout" if kind == "fund" else kind
    query = select(MoneyOperation.state).where(MoneyOperation.kind == wanted)
    with world.desk.make_session() as session:
        return session.scalar(query.order_by(MoneyOperation.created_at.desc()).limit(1))


def count_effects(world: World, kind: str, ref: str) -> int:
    """How many things of this kind the provider made for a booking (reversals, payouts: what was planned last)."""
    with world.desk.make_session() as session:
        ids = set(session.scalars(select(MoneyOperation.id).where(MoneyOperation.subject.contains(ref))))
        if kind in {"reversal", "payout"}:
            ids = {
                session.scalars(  # type: ignore[arg-type]  # patched where it is used
                    select(MoneyOperation.id)
                    .where(MoneyOperation.kind == kind)
                    .order_by(MoneyOperation.created_at.desc())
                ).first()
            }
    name = {"fund": "checkout.session", "release": "transfer", "reversal": "transfer_reversal"}.get(
        kind, kind
    )
    return sum((each.get("metadata") or {}).get("op") in ids for each in world.desk.objects(name))


def pay_and_hear(world: World, ref: str) -> None:
    """Pay the page of a booking, and lose the process that books the payment inside its transaction."""
    page = world.desk.objects("checkout.session", client_reference_id=ref)[0]["id"]
    world.desk.sandbox.pay_checkout(page)
    for message in world.desk.take_webhooks():
        world.desk.receive(*message)
    world.kill_during("take_inbox", "inside_settle")
    world.converge()
    assert world.desk.escrow(ref).status == "funded"


@fault(
    "F01",
    "kill before the plan commits",
    "nothing happened; the user's next try works",
    mutant=without(
        "an operation is planned in a transaction of its own",
        planning,
        "plan_operation",
        plan_in_its_own_transaction,
    ),
)
def before_the_plan(world: World) -> None:
    each_kind(world, "before_plan_commit")


@fault("F02", "kill after the plan, before it is sent", "a worker takes it up; one effect", mutant=NO_WORKER)
def after_the_plan(world: World) -> None:
    each_kind(world, "after_plan_commit")
    each_kind(world, "before_claim_commit")


@fault(
    "F03",
    "kill after it is marked as sent, before the call",
    "sent again under the same key; one effect",
    mutant=ONLY_PLANNED,
)
def before_the_call(world: World) -> None:
    each_kind(world, "after_claim_commit")
    each_kind(world, "before_call")


@fault(
    "F04",
    "kill after the effect, before our commit",
    "the replay returns the same effect; one effect",
    mutant=FRESH_KEY,
    is_fast=True,
)
def after_the_effect(world: World) -> None:
    each_kind(world, "after_effect")


@fault("F05", "kill inside the settling transaction", "rolled back, then as F04", mutant=ETERNAL_LEASE)
def inside_the_settling(world: World) -> None:
    each_kind(world, "before_settle_commit")


class ForgetfulSink:
    """Tells after the transaction, from memory."""

    def emit(self, _session: Any, _event: Any) -> None:
        return None


@fault(
    "F06",
    "kill after settling, before the notice is out",
    "the outbox has it, once; no money moves again",
    mutant=without(
        "notices are kept in memory until after the commit", OutboxSink, "emit", ForgetfulSink.emit
    ),
)
def after_the_settling(world: World) -> None:
    world.desk.sink = OutboxSink()  # type: ignore[assignment]
    for kind in KINDS:
        ref = f"{kind}-told"
        world.desk.make_ready(kind, ref)
        world.kill_during("plan_and_run_with_outbox", "after_settle_commit", kind=kind, ref=ref)
        assert newest(world, kind) is OperationState.CONFIRMED, kind
        world.converge()
        told = count_notices(world, f"payments.{TOLD[kind]}", ref)
        assert told == 1, f"{kind}: told {told} times"


def count_notices(world: World, kind: str, ref: str) -> int:
    """How often it was told of a booking; a payout, of which there is one, is of no booking."""
    with world.desk.make_session() as session:
        rows = session.execute(select(OutboxRow.kind, OutboxRow.payload)).all()
    return sum(name == kind and payload.get("booking_ref", ref) == ref for name, payload in rows)


@fault(
    "F19",
    "restart of everything with 100 operations in every state",
    "all come to their end",
    mutant=NO_WORKER,
)
def restart_of_everything(world: World) -> None:
    desk = world.desk
    desk.onboard_once()
    planned = []
    kinds = ("lose_reply", "refuse_connection", "error_stored", "bad_gateway_after_effect", "rate_limit")
    for number in range(25):
        desk.fund(f"r{number}")
        first = desk.release("d1", booking_ref=f"r{number}", share_bps=5_000)
        second = desk.release("d2", booking_ref=f"r{number}", share_bps=2_500)
        for at, operation_id in enumerate((*first.operation_ids, *second.operation_ids)):
            if at >= number % 5:
                planned.append(operation_id)
            else:
                path = (
                    "/v1/transfers"
                    if operation_id in {first.release_operation_id, second.release_operation_id}
                    else "/v1/refunds"
                )
                desk.script(kinds[(number + at) % len(kinds)], path=path)
                desk.run(operation_id)
    for at, operation_id in enumerate(planned[:6]):  # sent: whoever had them is dead, and their leases stand
        world.kill_during("run_one", "after_effect" if at % 2 else "before_call", operation_id=operation_id)
    world.inject(100)
    world.restart()
    world.converge()
    with world.desk.make_session() as session:
        done = session.scalar(
            select(func.count()).where(
                MoneyOperation.state == OperationState.CONFIRMED, MoneyOperation.amount_minor.is_not(None)
            )
        )
    assert (done or 0) >= 100
