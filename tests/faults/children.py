"""What child processes do: actions of a worker or of a request, and the points at which they die by SIGKILL.

The points are numbered along the protocol: each transaction before and after its commit, and the call before and after
its effect. Forked from a server that has imported all of this, so that a child costs milliseconds.
"""

import os
import signal
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.billing.sink import OutboxSink
from marketplace.web.request_log import configure_logging
from payments.errors import PaymentError
from tests.faults.desk import FaultDesk
from tests.faults.registry import FAULTS, load_all

PRESSES = 5
POINTS = {
    "before_plan_commit": ("before_commit", 1),
    "after_plan_commit": ("after_commit", 1),
    "before_claim_commit": ("before_commit", 2),
    "after_claim_commit": ("after_commit", 2),
    "before_call": ("call", 0),
    "after_effect": ("call", 1),
    "before_settle_commit": ("before_commit", 3),
    "after_settle_commit": ("after_commit", 3),
}


def run(spec: dict[str, Any], pipe: Connection) -> None:
    """Do one action in this process and answer how it ended."""
    configure_logging("critical", is_json=False)
    with ExitStack() as stack:
        if spec["mutant"]:
            load_all()
            mutant = FAULTS[spec["mutant"]].mutant
            assert mutant is not None
            stack.enter_context(mutant.switched_off())
        desk = FaultDesk(spec["url"], Path(spec["folder"]), spec["port"])
        arguments = dict(spec["arguments"])
        barrier = arguments.pop("barrier", None)
        if spec["kill"]:
            die_at(desk, spec["kill"], reads_first=arguments.get("kind") == "payout")
        if barrier is not None:
            barrier.wait(timeout=120)
        pipe.send(act(desk, spec["action"], arguments))
        desk.close()


def act(desk: FaultDesk, action: str, arguments: dict[str, Any]) -> str:
    """Do it, again when others held the database for too long (a site answers 409 and people press again); say how it ended."""
    for _ in range(PRESSES):
        try:
            return str(ACTIONS[action](desk, **arguments))
        except PaymentError as error:
            return error.code
        except OperationalError:
            continue
        except Exception as error:  # noqa: BLE001 - the race wants to know how it ended
            return type(error).__name__
    return OperationalError.__name__


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(desk: FaultDesk, point: str, *, reads_first: bool = False) -> None:
    """Arrange that this process dies at a point; `reads_first`: the claim has a transaction more, which reads the account."""
    if point == "inside_settle":
        desk.sink = _DyingSink()  # type: ignore[assignment]
        return
    what, count = POINTS[point]
    if what == "call":
        desk.gateway = _DyingGateway(desk.gateway, is_effect_made=bool(count))  # type: ignore[assignment]
        return
    left = [count + int(reads_first and count > 1)]

    def note(session: Session) -> None:
        left[0] -= 1
        if left[0] == 0:
            if what == "before_commit":
                session.flush()
            die()

    event.listen(Session, what, note)


class _DyingGateway:
    def __init__(self, gateway: Any, *, is_effect_made: bool) -> None:
        self._gateway, self._is_effect_made = gateway, is_effect_made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def send(self, command: Any, *, key: str) -> None:
        if self._is_effect_made:
            self._gateway.send(command, key=key)
        die()


class _DyingSink:
    """Dies inside the settling transaction, after everything was written and before the commit."""

    def emit(self, session: Session, event: Any) -> None:
        session.flush()
        die()


# --- actions: each returns a word


def plan_and_run(desk: FaultDesk, *, kind: str, ref: str) -> str:
    desk.run(desk.plan(kind, ref))
    return "done"


def plan_and_run_with_outbox(desk: FaultDesk, *, kind: str, ref: str) -> str:
    desk.sink = OutboxSink()  # type: ignore[assignment]
    return plan_and_run(desk, kind=kind, ref=ref)


def run_one(desk: FaultDesk, *, operation_id: str) -> str:
    return str(desk.run(operation_id).has_run)


def run_everything(desk: FaultDesk) -> str:
    return str(len([each for each in desk.run_due() if each.has_run]))


def take_inbox(desk: FaultDesk) -> str:
    desk.run_inbox()
    return "done"


def approve(desk: FaultDesk, *, ref: str = "b1", part: str = "d1", share_bps: int = 10_000) -> str:
    decision = desk.release(part, booking_ref=ref, share_bps=share_bps)
    for operation_id in decision.operation_ids:
        desk.run(operation_id)
    return "new" if decision.is_new else "already"


def refund(desk: FaultDesk, *, ref: str = "b1", part: str = "d1") -> str:
    decision = desk.release(part, booking_ref=ref, share_bps=0)
    for operation_id in decision.operation_ids:
        desk.run(operation_id)
    return "refunded" if decision.is_new else "already"


def hear_dispute(desk: FaultDesk) -> str:
    desk.poll()
    return "heard"


def pay_page(desk: FaultDesk, *, ref: str = "b1") -> Any:
    operation_id = desk.plan_page(ref)
    desk.run(operation_id)
    return operation_id


def poll(desk: FaultDesk) -> str:
    desk.poll()
    return "done"


ACTIONS = {
    action.__name__: action
    for action in (
        plan_and_run,
        plan_and_run_with_outbox,
        run_one,
        run_everything,
        take_inbox,
        approve,
        refund,
        hear_dispute,
        pay_page,
        poll,
    )
}
