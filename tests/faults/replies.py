"""F07 to F18: answers that are lost, late, wrong, contradicting or forgotten, and storage that fails while settling."""

import resource
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from payments import attempts, executor
from payments.adapters import stripe as adapter
from payments.adapters import stripe_errors
from payments.errors import PaymentError
from payments.ports import GatewayRefused, load_command
from payments.statements import get_operation
from payments.statuses import OperationState
from tests import postgres
from tests.faults.crashes import FRESH_KEY, NO_WORKER
from tests.faults.registry import fault, without
from tests.faults.world import World

TRANSFERS = "/v1/transfers"


def releasing(world: World, ref: str = "b1") -> str:
    """A release that is planned and not sent yet."""
    world.desk.onboard_once()
    world.desk.fund(ref)
    world.desk.is_deaf = True
    # the smaller part: a second transfer of it would fit into the charge, so that only our own defences are tried
    return str(world.desk.release("d2", booking_ref=ref).release_operation_id)


def state(world: World, operation_id: str) -> Any:
    return world.desk.write(get_operation, operation_id=operation_id)


def ends_well(world: World, operation_id: str) -> None:
    world.converge()
    found = state(world, operation_id)
    assert found.state is OperationState.CONFIRMED, found
    assert len(world.desk.objects("transfer")) >= 1


def each_is_refused(error: Any) -> PaymentError:
    """Takes every error for a refusal, as code that does not know the difference would."""
    return GatewayRefused("It failed.", code=type(error).__name__)


SENDS_WHATEVER = without(
    "the same key is sent again, whatever its age and its stored answers",
    attempts,
    "_next_action",
    lambda *_: attempts.AttemptAction.SEND,
)
TAKES_SILENCE_FOR_NO = without(
    "an unclear answer counts as a refusal", stripe_errors, "translate", each_is_refused
)


@fault(
    "F07",
    "an answer lost once, found by the client's own retry",
    "one effect",
    mutant=without(
        "a new key for every try of the client",
        adapter.StripeGateway,
        "_make_transfer",
        lambda self, command, key: [transfer_anew(self, command), transfer_anew(self, command)][1],
    ),
)
def lost_once(world: World) -> None:
    world.desk.use_network(retries=2)
    operation_id = releasing(world)
    world.desk.script("lose_reply", path=TRANSFERS)
    world.desk.run(operation_id)
    world.inject()
    assert state(world, operation_id).state is OperationState.CONFIRMED
    ends_well(world, operation_id)


real_transfer = adapter.StripeGateway._make_transfer


def transfer_anew(gateway: Any, command: Any) -> Any:
    return real_transfer(gateway, command, f"mutant:{time.monotonic_ns()}")


@fault(
    "F08",
    "answers lost beyond the client's retries",
    "unknown, then confirmed; one effect",
    mutant=TAKES_SILENCE_FOR_NO,
    is_fast=True,
)
def lost_for_longer(world: World) -> None:
    operation_id = releasing(world)
    world.desk.script("lose_reply", path=TRANSFERS, times=4)
    assert world.desk.run(operation_id).state is OperationState.UNKNOWN
    world.inject(4)
    assert world.desk.balance(f"liab:release_in_transit:{operation_id}") == -50_000
    ends_well(world, operation_id)


@fault(
    "F09",
    "connections refused for an hour",
    "waits with growing pauses, then one effect",
    mutant=TAKES_SILENCE_FOR_NO,
)
def refused_for_an_hour(world: World) -> None:
    operation_id = releasing(world)
    world.desk.script("refuse_connection", path=TRANSFERS, times=8)
    started = world.desk.clock()
    while world.desk.clock() < started + timedelta(hours=1):
        world.desk.run_due()
        world.desk.clock.advance(minutes=5)
    calls = state(world, operation_id).calls
    world.inject(8)
    assert 3 <= calls <= 13, f"{calls} calls in an hour"
    ends_well(world, operation_id)


@fault(
    "F10",
    "the provider hangs",
    "our time-out ends the call; unknown, then one effect",
    mutant=TAKES_SILENCE_FOR_NO,
)
def hanging(world: World) -> None:
    operation_id = releasing(world)
    world.desk.use_network(read_seconds=1)
    world.desk.script("delay", path=TRANSFERS, seconds=4)
    started = time.monotonic()
    assert world.desk.run(operation_id).state is OperationState.UNKNOWN
    assert time.monotonic() - started < 3.5, "our time-out did not end the call"
    world.inject()
    world.desk.use_network()
    time.sleep(4)
    ends_well(world, operation_id)


@fault(
    "F11",
    "a 500 that is stored and replayed for the key",
    "a look-up decides; a second attempt only when there is no effect",
    mutant=SENDS_WHATEVER,
)
def stored_failure(world: World) -> None:
    for kind, ref in (("error_stored", "b1"), ("error_stored_after_effect", "b2")):
        operation_id = releasing(world, ref)
        world.desk.script(kind, path=TRANSFERS)
        world.inject()
        for _ in range(4):
            world.desk.run(operation_id)
        ends_well(world, operation_id)


@fault(
    "F12",
    "a 502 page of a proxy, before and after the effect",
    "unknown, then one effect",
    mutant=TAKES_SILENCE_FOR_NO,
)
def bad_gateway(world: World) -> None:
    for kind, ref in (
        ("bad_gateway", "b1"),
        ("bad_gateway_after_effect", "b2"),
        ("corrupt_body", "b3"),
        ("double", "b4"),
    ):
        operation_id = releasing(world, ref)
        world.desk.script(kind, path=TRANSFERS)
        found = world.desk.run(operation_id).state
        assert found is (OperationState.CONFIRMED if kind == "double" else OperationState.UNKNOWN), kind
        world.inject()
        ends_well(world, operation_id)


@fault(
    "F13",
    "the client raises an error of its own after the effect",
    "unknown, then adopted",
    mutant=without(
        "a foreign error ends the operation",
        executor,
        "ask_gateway",
        lambda gateway, attempt: attempts.Outcome(
            attempts.OutcomeKind.CONFIRMED, answer=gateway.send(attempt.command, key=attempt.key)
        ),
    ),
)
def foreign_error(world: World) -> None:
    operation_id = releasing(world)
    send = world.desk.gateway.send

    def break_after(*arguments: Any, **named: Any) -> Any:
        send(*arguments, **named)
        raise AttributeError("'NoneType' object has no attribute 'items'")

    world.desk.gateway.send = break_after  # type: ignore[method-assign]
    assert world.desk.run(operation_id).state is OperationState.UNKNOWN
    world.inject()
    world.desk.gateway.send = send  # type: ignore[method-assign]
    ends_well(world, operation_id)


@fault("F14", "a burst of 429", "later, under the same key, nothing is refused", mutant=TAKES_SILENCE_FOR_NO)
def rate_limited(world: World) -> None:
    operation_id = releasing(world)
    world.desk.script("rate_limit", path=TRANSFERS, times=5)
    for _ in range(5):
        world.desk.run(operation_id)
    world.inject(5)
    found = state(world, operation_id)
    assert (found.state, found.attempt) == (OperationState.UNKNOWN, 1)
    ends_well(world, operation_id)
    assert state(world, operation_id).attempt == 1


@fault(
    "F15",
    "the key is forgotten (after a day) while the outcome is unknown",
    "looked up first; one effect",
    mutant=SENDS_WHATEVER,
)
def key_forgotten(world: World) -> None:
    operation_id = releasing(world)
    world.desk.script("lose_reply", path=TRANSFERS)
    world.desk.run(operation_id)
    world.inject()
    world.desk.clock.advance(hours=30)
    ends_well(world, operation_id)


@fault("F16", "409: the key is in use by another worker", "the second waits; one effect", mutant=FRESH_KEY)
def key_in_use(world: World) -> None:
    operation_id = releasing(world)
    world.desk.script("delay", path=TRANSFERS, seconds=3)
    command = load_command(*_stored(world, operation_id))
    key = f"release:{operation_id}:a1"

    def call_first() -> None:
        with suppress(PaymentError):
            world.desk.gateway.send(command, key=key)

    thread = threading.Thread(target=call_first)
    thread.start()
    time.sleep(1)
    outcome = world.desk.run(operation_id)
    world.inject()
    thread.join()
    assert outcome.problem in {"busy", "unknown"}, outcome
    ends_well(world, operation_id)


def _stored(world: World, operation_id: str) -> tuple[Any, Any]:
    from payments.models import MoneyOperation

    with world.desk.make_session() as session:
        row = session.get_one(MoneyOperation, operation_id)
        return row.kind, row.request


@fault(
    "F17",
    "a lease runs out while the first worker still calls",
    "same key, one effect, settled once",
    mutant=FRESH_KEY,
)
def lease_ran_out(world: World) -> None:
    operation_id = releasing(world)
    send = world.desk.gateway.send
    inner: list[None] = []

    def slow(command: Any, *, key: str) -> Any:
        if not inner:
            inner.append(None)
            world.desk.clock.advance(minutes=3)
            world.desk.run(operation_id)
        return send(command, key=key)

    world.desk.gateway.send = slow  # type: ignore[method-assign]
    world.desk.run(operation_id)
    world.inject()
    world.desk.gateway.send = send  # type: ignore[method-assign]
    ends_well(world, operation_id)
    assert world.desk.sink.names().count("ReleaseConfirmed") == 1


@fault(
    "F18",
    "the disk is full (or the database read-only) while settling",
    "unknown or sent; comes to its end once repaired",
    mutant=NO_WORKER,
)
def disk_full(world: World) -> None:
    operation_id = releasing(world)
    send = world.desk.gateway.send

    def fill_then_answer(command: Any, *, key: str) -> Any:
        answer = send(command, key=key)
        fill(world)
        return answer

    world.desk.gateway.send = fill_then_answer  # type: ignore[method-assign]
    try:
        world.desk.run(operation_id)
    except Exception:  # noqa: BLE001 - what the database says when it is full differs
        world.inject()
    finally:
        empty(world)
        world.desk.gateway.send = send  # type: ignore[method-assign]
    assert world.injected, "the database was not full"
    assert state(world, operation_id).state is OperationState.SENT
    ends_well(world, operation_id)


LIMITS = resource.getrlimit(resource.RLIMIT_FSIZE)


def fill(world: World) -> None:
    """From now on no file of this process grows; on PostgreSQL its database takes no writes."""
    if world.dialect == "sqlite":
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, LIMITS[1]))
    else:
        _alter(world, "true")


def empty(world: World) -> None:
    if world.dialect == "sqlite":
        resource.setrlimit(resource.RLIMIT_FSIZE, LIMITS)
    else:
        _alter(world, "false")


def _alter(world: World, value: str) -> None:
    name = world.desk.engine.url.database
    setting = f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}'
    postgres.run_sql(postgres.server_url(), setting)
    world.desk.engine.dispose()
