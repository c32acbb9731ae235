"""`make soak`: the whole site under load while its processes are killed; ends with what the oracle of the faults says.

`python -m tests.soak --minutes 30 --pairs 4 --dialect sqlite --seed 1`. Two web processes, two workers and the payment
sandbox run as processes of their own on one database and one clock that goes ten times as fast; one web process, one worker
and the sandbox are killed by SIGKILL every few seconds. People order, pay, work, approve, publish, cancel, decline, dispute,
report posts and rule about them over the API and repeat what was not answered.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import select

from marketplace.accounts.operations import add_api_key
from marketplace.approvals.domain import RequestStatus
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.db import snapshot, transaction
from marketplace.errors import MarketplaceError
from marketplace.outbox.operations import due_rows
from marketplace.services import Services
from marketplace.web.request_log import configure_logging
from payments.models import CheckoutSession, Escrow, PayoutAccount
from payments.sandbox.app import control_of, create_sandbox
from payments.sandbox.control import SandboxControl
from payments.sandbox.errors import RequestRefused
from tests import postgres
from tests.builders.market import build_listing
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.databases import DIALECTS, migrated_database
from tests.run_folder import FOLDER_VARIABLE, parent_folder
from tests.servers import free_ports
from tests.soak.findings import Desk, examine_site
from tests.soak.people import Caller, Load, Pair
from tests.soak.place import Place
from tests.soak.processes import Killer, Role

SPEED = 10
SETTLE_SECONDS = 900
QUIET_ROUNDS = 30
#: what a process that is never killed may hold in the last third beside the middle one
GROWTH_MAX = 1.1
SCOPES = ("read", "write", "money")


class Soak:
    """A site of five processes, the people in front of it, and the one who kills."""

    def __init__(self, place: Place, *, pairs: int, seed: int) -> None:
        self.place, self.clock, self.dice = place, place.clock(), random.Random(seed)
        self.services: Services = place.services()
        self.sandbox: SandboxControl = control_of(create_sandbox(place.sandbox()))
        web = tuple(f"http://127.0.0.1:{port}" for port in place.web_ports)
        with transaction(self.services.sessions) as session:
            self.operators = [build_operator(session, role="admin") for _each in range(2)]
            self.operator_key = add_api_key(
                session, user=self.operators[0].user, name="soak", scopes=SCOPES, now=self.clock()
            )[1]
        self.load = Load(web, self.clock, pay=self.pay, dispute=self.dispute, approve=self.approve)
        self.pairs = [self.pair(number) for number in range(pairs)]
        self.killer = Killer(self._roles(web), Path(place.folder) / "processes.log", self.dice, (4.0, 20.0))

    def _roles(self, web: tuple[str, ...]) -> list[Role]:
        path = str(self.place.write())
        ports = [str(port) for port in self.place.web_ports]
        return [
            Role("sandbox", ("sandbox", path), address=self.place.provider),
            Role("web", ("web", path, ports[0]), address=f"{web[0]}/healthz"),
            Role("steady web", ("web", path, ports[1]), address=f"{web[1]}/healthz", is_steady=True),
            Role("worker", ("worker", path)),
            Role("steady worker", ("worker", path), is_steady=True),
        ]

    def pair(self, number: int) -> Pair:
        """Make a brand, an influencer with a package on sale, and a key for each."""
        with transaction(self.services.sessions) as session:
            brand, seller = build_brand(session), build_influencer(session)
            seller.influencer.country = self.place.settings().stripe_country  # whom the platform can pay
            version = build_listing(session, seller, now=self.clock()).version
            keys = [
                add_api_key(session, user=user, name="soak", scopes=SCOPES, now=self.clock())[1]
                for user in (brand.user, seller.user)
            ]
            dice = random.Random(self.dice.random())
            of_brand, of_seller, of_operator = (
                Caller(self.load, key, dice) for key in (*keys, self.operator_key)
            )
            return Pair(self.load, of_brand, of_seller, of_operator, version.id, dice, f"p{number}")

    # --- what people do at the provider

    def pay(self, booking_id: str) -> None:
        with snapshot(self.services.sessions) as session:
            page = session.scalar(
                select(CheckoutSession.gateway_session_id)
                .join(Escrow, Escrow.id == CheckoutSession.escrow_id)
                .where(Escrow.booking_ref == booking_id)
                .order_by(CheckoutSession.expires_at.desc())
            )
        with suppress(RequestRefused):  # paid already, and the site has not heard of it
            if page is not None and self.sandbox.pay_checkout(page):
                self.load.done["paid"] += 1

    def dispute(self, booking_id: str) -> None:
        with snapshot(self.services.sessions) as session:
            charge = session.scalar(select(Escrow.gateway_charge_id).where(Escrow.booking_ref == booking_id))
        if charge is not None and not self.desk().objects("dispute", charge=charge):
            found = self.sandbox.open_dispute(charge)
            self.sandbox.close_dispute(found["id"], is_won=self.dice.random() < 0.5)
            self.load.done["disputed"] += 1

    def approve(self) -> None:
        """Let the second operator approve every ruling that waits, as its page does."""
        with snapshot(self.services.sessions) as session:
            waiting = session.execute(
                select(ApprovalRequest.id, ApprovalRequest.payload_hash).where(
                    ApprovalRequest.status == RequestStatus.WAITING
                )
            ).all()
        for request_id, seen in waiting:
            # another pair's thread was faster, or what was asked for cannot happen any more
            with suppress(MarketplaceError), transaction(self.services.sessions) as session:
                approve_act(
                    session,
                    actor=self.operators[1].actor,
                    request_id=request_id,
                    seen_hash=seen,
                    carriers=CARRIERS,
                    now=self.clock(),
                )

    def open_accounts(self) -> None:
        """Let every influencer open a payout account and complete it at the provider."""
        for pair in self.pairs:
            pair.influencer.call("POST", "/payout-account/onboarding", idempotency=f"{pair.name}-account")
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with snapshot(self.services.sessions) as session:
                accounts = session.scalars(select(PayoutAccount.gateway_account_id)).all()
            if len(accounts) == len(self.pairs) and all(accounts):
                break
            time.sleep(0.5)
        for account in accounts:
            self.sandbox.complete_onboarding(str(account))

    # --- the run

    def watched(self, work: Callable[[threading.Event], None]) -> None:
        """Do something until the soak stops; that it falls over is a finding."""
        try:
            work(self.load.stopping)
        except Exception as error:
            self.load.problems.append(f"{threading.current_thread().name}: {type(error).__name__}: {error}")
            raise

    def run(self, seconds: float) -> float:
        """Run for so many seconds, or until something falls over; returns how many it were."""
        for role in self.killer.roles:
            role.start(self.killer.log)
        for role in self.killer.roles:
            role.wait_until_up()
        self.open_accounts()
        self.killer.note_memory()
        stopping = self.load.stopping
        threads = [threading.Thread(target=pair.live, name=pair.name) for pair in self.pairs]
        threads += [
            threading.Thread(target=self.watched, args=(self.killer.run,), name="killer"),
            threading.Thread(target=self.watched, args=(self.let_time_pass,), name="time"),
        ]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        while time.monotonic() < began + seconds and all(thread.is_alive() for thread in threads):
            time.sleep(1)
        lasted = time.monotonic() - began
        stopping.set()
        for thread in threads:
            thread.join()
        self.killer.note_memory()
        return lasted

    def let_time_pass(self, stopping: threading.Event) -> None:
        while not stopping.wait(0.5):
            self.clock.advance(seconds=SPEED * 0.5)

    def come_to_rest(self) -> None:
        """Let days pass in steps while everybody lives, until nothing is on its way any more; that it never is, is a finding.

        Time waits for the workers: on a busy machine it would run past what they have to do.
        """
        for role in self.killer.roles:
            role.wait_until_up()
        quiet, ends = 0, time.monotonic() + SETTLE_SECONDS
        while quiet < QUIET_ROUNDS:
            if time.monotonic() > ends:
                self.load.problems.append(f"it did not come to rest in {SETTLE_SECONDS} s")
                return
            if self.waiting():
                quiet = 0
            else:
                self.clock.advance(minutes=30)
                quiet = 0 if self.desk().open_operations() else quiet + 1
            time.sleep(0.4)

    def waiting(self) -> bool:
        """Tell whether the outbox has rows that are due."""
        with snapshot(self.services.sessions) as session:
            return bool(due_rows(session, now=self.clock(), limit=1))

    def desk(self) -> Desk:
        return Desk(self.services, self.sandbox, self.clock)

    def stop_site(self) -> None:
        """End web and workers before the oracle looks: it lets time pass, and they would begin new work meanwhile."""
        for role in self.killer.roles:
            if role.name != "sandbox" and role.process is not None and role.process.poll() is None:
                role.kill()

    def close(self) -> None:
        for role in self.killer.roles:
            if role.process is not None and role.process.poll() is None:
                role.kill()
        self.sandbox.close()
        self.services.sessions.kw["bind"].dispose()


def report(soak: Soak, seconds: float) -> int:
    """Print the figures; returns the exit code."""
    soak.stop_site()
    found, load = examine_site(soak.desk(), soak.load), soak.load
    print(f"{seconds / 60:.1f} minutes, killed: {dict(soak.killer.kills)}")
    print(f"orders {len(load.ordered)}, bookings {len(load.accepted)}, {dict(load.done)}")
    print(f"refused: {dict(load.refused.most_common(12))}")
    for role in soak.killer.roles:
        if role.is_steady:
            third = max(1, len(role.memory) // 3)
            begun, ended = role.memory[third : 2 * third] or role.memory, role.memory[-third:]
            print(
                f"{role.name}: {role.memory[0][1]:.0f} MiB at the start, {max(each for _, each in begun):.0f} in the middle third,"
                f" {max(each for _, each in ended):.0f} in the last"
            )
            grown = max(each for _, each in ended) / max(each for _, each in begun)
            if grown > GROWTH_MAX:
                load.problems.append(f"{role.name} holds {grown:.2f} times what it held in the middle third")
    print(
        f"double effects {found.double}, lost effects {found.lost}, unexplained units {found.unexplained}, stuck {found.stuck}"
    )
    for problem in [*found.problems, *load.problems[:20]]:
        print(f"  {problem}")
    return 0 if found.is_sound and not load.problems else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--dialect", choices=DIALECTS, default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    configure_logging("critical", is_json=False)
    folder = Path(tempfile.mkdtemp(prefix=f"athar-test-{os.getpid()}-", dir=parent_folder()))
    os.environ[FOLDER_VARIABLE] = str(folder)
    found_something = 0
    try:
        with ExitStack() as stack:
            stack.callback(postgres.stop_server, folder)
            url = stack.enter_context(migrated_database(options.dialect, folder))
            web, other, sandbox = free_ports(3)
            soak = Soak(
                Place(str(folder), url, (web, other), sandbox), pairs=options.pairs, seed=options.seed
            )
            stack.callback(soak.close)
            lasted = soak.run(options.minutes * 60)
            soak.come_to_rest()
            found_something = report(soak, lasted)
    finally:
        if found_something:
            kept = shutil.move(folder, tempfile.mkdtemp(prefix="athar-soak-"))
            print(f"What it found lies in {kept}")
        shutil.rmtree(folder, ignore_errors=True)
    return found_something


if __name__ == "__main__":
    sys.exit(main())
