"""A market of money simulated from one seed: bookings, brands, influencers, workers and a faulty provider on one clock.

`python -m tests.faults.simulation --seed 7 --days 1000` plays it; the same seed plays the same again, step by step, so a seed
that fails is a test case. Nothing waits: a day takes as long as its work. Every invariant is checked after every step (`watch`);
the whole ledger is verified now and then, and at the end, when it is compared with the provider.
"""

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from marketplace.web.request_log import configure_logging
from payments import operations, payout_operations, reconciliation
from payments.errors import PaymentError
from payments.models import JournalEntryRow, PaymentsBase
from payments.sandbox.errors import ApiError
from payments.sandbox.faults import Fault, FaultKind
from payments.statuses import OperationState
from payments.strays import list_strays, return_from_bank
from payments.verification import verify_ledger
from tests.builders.payments.desk import PARTS, Desk
from tests.builders.payments.post_rulings import PostRulings
from tests.clock import START, FrozenClock
from tests.faults.watch import Watch
from tests.run_folder import parent_folder

PLAYED = [each for each in FaultKind if each not in {FaultKind.DELAY, FaultKind.DEACTIVATE_TRANSFERS}]
VERIFIED_EVERY = 500
NEWEST = 40
"""What happens, happens to one of so many newest bookings, refunds and disputes; each of them is checked after every step."""
SHARES = (0, 3_333, 3_333, 10_000)


class Simulation:
    """One world and the dice that decide what happens next in it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.trace = hashlib.sha256()
        self.engine = prepare_engine(create_engine(f"sqlite:///{folder / 'athar.sqlite3'}"))
        PaymentsBase.metadata.create_all(self.engine)
        self.desk = Desk(sessionmaker(self.engine), folder, FrozenClock())
        settings = self.desk.sandbox.settings
        object.__setattr__(
            settings, "new_token", lambda size: f"{self.dice.getrandbits(size * 8):0{size * 2}x}"
        )
        self.posts = PostRulings(self.desk)
        self.watch = Watch()
        self.bookings: list[str] = []
        self.kept: list[tuple[str, bytes, str]] = []
        self.desk.onboard()

    def step(self) -> None:
        """Let one thing happen, and some time pass."""
        actions: list[tuple[int, Callable[[], Any]]] = [
            (6, self.book), (8, self.pay), (12, self.decide), (10, self.desk.run_due), (6, self.hear_some),
            (3, self.desk.poll), (3, self.break_something), (2, self.pay_out), (1, self.dispute), (1, self.rule),
            (1, self.bounce), (1, self.switch_account), (1, self.cancel), (1, self.freeze),
            (2, self.rule_on_post), (2, self.end_ruling), (1, self.claim), (1, self.chase), (1, self.send_owed), (1, self.pay_by_hand), (2, self.earn),
        ]  # fmt: skip
        weights = [weight for weight, _ in actions]
        action = self.dice.choices([work for _, work in actions], weights)[0]
        try:
            action()
        except (PaymentError, ApiError) as refusal:
            self.note(f"{action.__name__} {type(refusal).__name__}")
        else:
            self.note(action.__name__)
        self.desk.clock.advance(minutes=self.dice.choice((1, 5, 20, 90, 600)))
        self.desk.sandbox.advance()
        self.look()

    def note(self, word: str) -> None:
        self.done[word.split(" ", maxsplit=1)[0]] += 1
        self.trace.update(f"{self.desk.clock()} {word}\n".encode())

    # --- what can happen

    def some_booking(self) -> str:
        return self.dice.choice(self.bookings[-NEWEST:]) if self.bookings else "none"

    def book(self) -> None:
        self.bookings.append(f"s{len(self.bookings)}")
        self.desk.open(self.bookings[-1], parts=PARTS)

    def pay(self) -> None:
        page = self.desk.checkout(self.some_booking())
        amount = self.dice.choice((None, None, None, None, 1_000))
        self.desk.sandbox.pay_checkout(page, amount_minor=amount)

    def decide(self) -> None:
        part, share = self.dice.choice(("d1", "d2")), self.dice.choice((0, 1_000, 3_333, 10_000, 10_000))
        self.desk.release(part, booking_ref=self.some_booking(), share_bps=share)

    def hear_some(self) -> None:
        self.kept += [each for each in self.desk.take_webhooks() if self.dice.random() < 0.7]
        self.dice.shuffle(self.kept)
        for message in self.kept[:20]:
            if self.dice.random() < 0.9:
                self.desk.receive(*message)
        self.kept = self.kept[10:30]
        self.desk.run_inbox()

    def break_something(self) -> None:
        path = self.dice.choice(("/v1/transfers", "/v1/refunds", "/v1/payouts", "/v1/checkout/sessions", "*"))
        self.desk.sandbox.faults.add(
            Fault(kind=self.dice.choice(PLAYED), path=path, times=self.dice.randint(1, 4))
        )

    def pay_out(self) -> None:
        self.desk.write(
            payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=self.desk.clock()
        )

    def dispute(self) -> None:
        charge = self.desk.charge_of(self.some_booking())
        if charge is not None:
            self.desk.sandbox.open_dispute(charge, amount_minor=self.dice.choice((None, 1_000, 500_000)))

    def rule(self) -> None:
        for each in self.desk.gateway._client.v1.disputes.list({"limit": 3}).data:
            if each.status == "needs_response":
                self.desk.sandbox.close_dispute(each.id, is_won=self.dice.random() < 0.5)

    def bounce(self) -> None:
        """Let a refund come back, however long ago it was made."""
        found = self.desk.gateway._client.v1.refunds.list({"limit": NEWEST}).data
        if found:
            self.desk.sandbox.fail_refund(self.dice.choice(found).id)

    def switch_account(self) -> None:
        self.desk.sandbox.set_transfers(self.desk.account_id(), is_active=self.dice.random() < 0.8)

    def cancel(self) -> None:
        self.desk.write(operations.cancel_escrow, booking_ref=self.some_booking(), now=self.desk.clock())

    def freeze(self) -> None:
        ref = self.some_booking()
        if self.dice.random() < 0.5:
            self.desk.write(operations.freeze, booking_ref=ref, reason="case")
        else:
            self.desk.write(operations.unfreeze, booking_ref=ref, now=self.desk.clock())

    def rule_on_post(self) -> None:
        self.posts.rule(self.some_booking(), self.dice.choice(("d1", "d2")), self.dice.choice(SHARES))

    def end_ruling(self) -> None:
        """Let a ruling stand, or the one on its appeal take its place."""
        if self.posts.open:
            place = self.dice.choice(sorted(self.posts.open))
            share = self.posts.open[place] if self.dice.random() < 0.6 else self.dice.choice(SHARES)
            self.posts.carry_out(*place, share)

    def claim(self) -> None:
        part, amount = self.dice.choice(("d1", "d2")), self.dice.choice((1, 20_000, 50_000))
        self.posts.claim(self.some_booking(), part, amount, is_for_payer=self.dice.random() < 0.8)

    def send_owed(self) -> None:
        order = {"booking_ref": self.some_booking(), "part_ref": "d1", "now": self.desk.clock()}
        self.desk.write(operations.retry_part, **order)

    def chase(self) -> None:
        self.posts.chase(is_given_up=self.dice.random() < 0.3)

    def earn(self) -> None:
        self.posts.earn(
            self.some_booking(), self.dice.choice(("d1", "d2")), is_earned=self.dice.random() < 0.8
        )

    def pay_by_hand(self) -> None:
        """Let two operators pay what the provider does not: a payment that fits nothing, or what a claim owes a payer."""
        for stray in self.desk.write(list_strays)[:1]:
            given = {"payment_ref": stray.payment_ref, "amount_minor": stray.amount_minor}
            self.desk.write(return_from_bank, **given, memo="by hand", now=self.desk.clock())
        self.posts.pay_by_hand()

    # --- what must hold

    def look(self) -> None:
        """Check every invariant over what the step wrote, and over whatever may be acted upon."""
        with self.desk.make_session(execution_options={"read_only": True}) as session:
            touched = self.watch.look(session, self.bookings[-NEWEST:])
        self.posts.check(touched | {booking for booking, _part in self.posts.open})

    def verify(self) -> None:
        """Read everything again: it must say what the steps said."""
        report = self.desk.write(verify_ledger)
        wrong = [each for each in report.problems if each.code != "suspense_open"]
        assert wrong == [], wrong
        with self.desk.make_session(execution_options={"read_only": True}) as session:
            self.watch.look(session, self.bookings)
            self.watch.compare(session)
        self.posts.check()

    def come_to_rest(self) -> None:
        """Mend everything, let time pass, and compare our books with the provider's."""
        self.desk.sandbox.faults.clear()
        self.desk.sandbox.set_transfers(self.desk.account_id(), is_active=True)
        for _ in range(200):
            self.desk.clock.advance(minutes=15)
            self.desk.sandbox.advance()
            self.end_all_rulings()
            self.desk.hear()
            self.desk.poll()
            if not self.desk.operations_in(
                OperationState.PLANNED, OperationState.SENT, OperationState.UNKNOWN
            ):
                break
        for _day in range(2):  # a refund that came back and was told by nobody is looked at once a day
            self.desk.clock.advance(hours=25)
            self.desk.poll()
            self.desk.run_due()
        self.desk.clock.advance(hours=1)
        self.verify()
        self.posts.check_rest()
        stuck = self.desk.operations_in(OperationState.SENT, OperationState.UNKNOWN, OperationState.HALTED)
        assert stuck == [], stuck
        compared = reconciliation.reconcile(
            self.desk.make_session,
            gateway=self.desk.gateway,
            clock=self.desk.clock,
            since=START - timedelta(days=1),
        )
        differing = [each for each in compared.balances if each.provider_minor != each.booked_minor]
        assert (compared.breaks, differing) == ((), []), (compared.breaks[:5], differing)
        made = [each["metadata"].get("op") for each in (*self.desk.transfers(), *self.desk.refunds())]
        assert len(made) == len(set(made)), "an operation has two effects"

    def end_all_rulings(self) -> None:
        for place, share in sorted(self.posts.open.items()):
            with suppress(PaymentError):  # the card network has not decided, or somebody froze it
                self.posts.carry_out(*place, share)

    def close(self) -> None:
        self.desk.sandbox.close()
        self.engine.dispose()


def play(seed: int, *, days: int) -> tuple[Simulation, str]:
    """Play so many days from a seed; returns the world and the digest of everything that happened.

    Raises:
        AssertionError: an invariant does not hold; the message names the seed and the step.

    """
    with tempfile.TemporaryDirectory(dir=parent_folder(), ignore_cleanup_errors=True) as folder:
        world = Simulation(seed, Path(folder))
        step = 0
        try:
            while world.desk.clock() < START + timedelta(days=days):
                step += 1
                world.step()
                if step % VERIFIED_EVERY == 0:
                    world.verify()
            world.come_to_rest()
        except AssertionError as wrong:
            raise AssertionError(f"seed {seed}, step {step}: {wrong}") from wrong
        finally:
            world.close()
        with world.desk.make_session() as session:
            world.done["entries"] = session.scalar(select(func.count()).select_from(JournalEntryRow)) or 0
        world.close()
        return world, world.trace.hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="so many seeds from the first one on")
    parser.add_argument("--days", type=int, default=100)
    options = parser.parse_args()
    configure_logging("critical", is_json=False)  # a faulty provider is what is played
    failed = 0
    for seed in range(options.seed, options.seed + options.seeds):
        started = time.monotonic()
        try:
            world, digest = play(seed, days=options.days)
        except AssertionError as wrong:
            failed += 1
            print(f"FAILED {wrong}", flush=True)
            continue
        done = ", ".join(f"{name} {count}" for name, count in world.done.most_common(6))
        print(
            f"seed {seed}: {options.days} days in {time.monotonic() - started:.0f} s, digest {digest[:12]}, {done}",
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
