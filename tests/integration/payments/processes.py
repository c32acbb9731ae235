"""What child processes of the race and crash tests run: the library over the same database and the same sandbox file."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from payments import operations
from payments.errors import PaymentError
from tests.builders.payments.desk import Desk
from tests.clock import FrozenClock


@contextmanager
def child_desk(url: str, folder: str, now) -> Iterator[Desk]:
    engine = prepare_engine(create_engine(url))
    desk = Desk(sessionmaker(engine), Path(folder), FrozenClock(now))
    yield desk
    desk.sandbox.close()
    engine.dispose()


def approve(url, folder, now, barrier, answers, share_bps):
    """Approve one part at the same moment as the others, and run what it planned."""
    with child_desk(url, folder, now) as desk:
        barrier.wait(timeout=60)
        try:
            decision = desk.release(share_bps=share_bps)
            answers.put("new" if decision.is_new else "already")
            for operation_id in decision.operation_ids:
                desk.run(operation_id)
        except PaymentError as error:
            answers.put(error.code)


def run_and_die(url, folder, now, operation_id, point):
    """Run an operation and kill this process at a point of the protocol."""
    with child_desk(url, folder, now) as desk:
        gateway, sink = desk.gateway, desk.sink
        if point in {"before_call", "after_effect"}:
            desk.gateway = _DyingGateway(gateway, is_effect_made=point == "after_effect")
        else:
            desk.sink = _DyingSink()
        desk.run(operation_id)
        del sink


def pay_out_everything(url, folder, now, barrier, answers):
    """Run whatever is due, as one of several workers."""
    with child_desk(url, folder, now) as desk:
        barrier.wait(timeout=60)
        answers.put(len([each for each in desk.run_due() if each.has_run]))


def refund(url, folder, now, barrier, answers):
    """Refund the part that others approve at the same moment."""
    with child_desk(url, folder, now) as desk:
        barrier.wait(timeout=60)
        try:
            decision = desk.write(operations.refund_part, booking_ref="b1", part_ref="d1", now=now)
            answers.put("refunded" if decision.is_new else "already")
        except PaymentError as error:
            answers.put(error.code)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _DyingGateway:
    def __init__(self, gateway, *, is_effect_made):
        self._gateway, self._is_effect_made = gateway, is_effect_made

    def send(self, command, *, key):
        if self._is_effect_made:
            self._gateway.send(command, key=key)
        _die()


class _DyingSink:
    """Dies inside the settling transaction, after everything was written and before the commit."""

    def emit(self, session, event):
        session.flush()
        _die()
