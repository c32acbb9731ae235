"""What child processes of the race and crash tests run: the library over the same database and the same sandbox file."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from payments import claw_backs, operations, payout_operations, store
from payments.errors import PaymentError
from payments.models import PayoutAccount
from payments.part_holds import hold_part
from payments.statuses import Beneficiary
from tests.builders.payments.desk import Desk
from tests.clock import FrozenClock
from tests.faults.races import look_without_lock
from tests.faults.registry import put_out


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
            decision = desk.release("d1", share_bps=0)
            answers.put("refunded" if decision.is_new else "already")
        except PaymentError as error:
            answers.put(error.code)


def rule_on_post(url, folder, now, barrier, answers, is_unlocked):
    """Hold the share that waits, as a ruling does that takes something of it, and divide it anew."""
    with child_desk(url, folder, now) as desk, bookings_unlocked(is_unlocked):
        barrier.wait(timeout=60)
        answers.put(_tried(lambda: desk.write(_hold_and_divide, now=now), done="ruled"))


def _hold_and_divide(session, *, now):
    hold_part(session, booking_ref="b1", part_ref="d1")
    return operations.divide_anew(session, booking_ref="b1", part_ref="d1", share_bps=4_000, now=now)


def send_owed(url, folder, now, barrier, answers, is_unlocked):
    """Let the share that waits go its way, as an operator's order or a mended account does."""
    with child_desk(url, folder, now) as desk, bookings_unlocked(is_unlocked):
        barrier.wait(timeout=60)
        named = {"booking_ref": "b1", "part_ref": "d1", "now": now}
        answers.put(_tried(lambda: desk.write(operations.retry_part, **named), done="sent"))


def claim_back(url, folder, now, barrier, answers, booking_ref, is_unlocked):
    """Claim an arrived share back and reserve what the payee's account holds."""
    with child_desk(url, folder, now) as desk, accounts_unlocked(is_unlocked):
        barrier.wait(timeout=60)
        named = {"booking_ref": booking_ref, "part_ref": "d1", "amount_minor": 100_000, "now": now}
        payer = Beneficiary.PAYER
        answers.put(
            _tried(lambda: desk.write(claw_backs.claim_back, beneficiary=payer, **named), done="claimed")
        )


def pay_out(url, folder, now, barrier, answers, is_unlocked):
    """Reserve the whole balance of the payee for their bank."""
    with child_desk(url, folder, now) as desk, accounts_unlocked(is_unlocked):
        barrier.wait(timeout=60)
        named = {"payee_ref": "inf1", "currency": "SAR", "now": now}
        answers.put(_tried(lambda: desk.write(payout_operations.plan_payout, **named), done="paid_out"))


def _tried(work, *, done):
    """Return how it ended: a word, the code of a refusal, or what a database without locks says."""
    try:
        work()
    except PaymentError as error:
        return error.code
    except DatabaseError as error:
        return type(error).__name__
    return done


@contextmanager
def bookings_unlocked(is_unlocked) -> Iterator[None]:
    """Take the lock of a booking's money out, with a moment between looking and deciding."""
    switch = put_out(store, "_find_escrow", look_without_lock) if is_unlocked else nullcontext
    with switch():
        yield


@contextmanager
def accounts_unlocked(is_unlocked) -> Iterator[None]:
    """Take the lock of a payee's account out, with a moment between reserving of its balance and the commit."""
    with ExitStack() as stack:
        if is_unlocked:
            stack.enter_context(put_out(store, "lock_account", _look_at_account)())
            stack.enter_context(put_out(store, "append", _linger(store.append))())
        yield


def _look_at_account(session, payee_ref):
    return session.get(PayoutAccount, payee_ref, populate_existing=True)


def _linger(append):
    def append_and_wait(session, entry):
        found = append(session, entry)
        if entry.kind in {"payout_planned", "reversal_planned"}:
            time.sleep(0.5)
        return found

    return append_and_wait


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _DyingGateway:
    def __init__(self, gateway, *, is_effect_made):
        self._gateway, self._is_effect_made = gateway, is_effect_made

    def __getattr__(self, name):
        return getattr(self._gateway, name)

    def send(self, command, *, key):
        if self._is_effect_made:
            self._gateway.send(command, key=key)
        _die()


class _DyingSink:
    """Dies inside the settling transaction, after everything was written and before the commit."""

    def emit(self, session, event):
        session.flush()
        _die()
